import fc from 'fast-check';
import { answerText } from '../../src/functions/answer-text.ts';

const rows = Array.from({ length: 40 }, (_, index) => ({ startsAt: `10:${index}`, requests: 100 + index, errors: 0 }));
const long = { deployment: { id: 'd-1', status: 'promoted' }, periods: rows, text: 'one\ntwo' };

test('every JSON answer has the same content in both forms, and ends with one newline', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom(undefined, '*/*', 'application/json'),
      (value, accept) => {
        if (typeof value === 'string') return;
        const text = answerText(value, accept) ?? '';
        expect(text).toMatch(/[^\n]\n$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});

test.each(['*/*', undefined, 'text/html,*/*', 'application/json, */*'])(
  'a caller that accepts %s gets a line for each row of a table, and no line is long',
  (accept) => {
    const lines = (answerText(long, accept) ?? '').split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '{',
      '  "deployment":{"id":"d-1","status":"promoted"},',
      '  "periods":[',
      '    {"startsAt":"10:0","requests":100,"errors":0},',
    ]);
    expect(lines).toHaveLength(47);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  },
);

test.each(['application/json', 'application/json, application/problem+json', 'application/json;q=0.9'])(
  'a program that accepts %s alone gets one line',
  (accept) => {
    expect(answerText(long, accept)).toBe(`${JSON.stringify(long)}\n`);
  },
);

test('a short answer is one line for everybody, a text is sent as it is, and no body stays no body', () => {
  expect(answerText({ status: 'ok' }, '*/*')).toBe('{"status":"ok"}\n');
  expect(answerText('<!doctype html>', '*/*')).toBe('<!doctype html>');
  expect(answerText(undefined, '*/*')).toBeUndefined();
  expect(answerText({ left: undefined, kept: [undefined] }, '*/*')).toBe('{"kept":[null]}\n');
});

test('a reader pays little for lines: less than a fifth more bytes for a long explanation', () => {
  const explained = {
    periods: Array.from({ length: 360 }, () => ({ startsAt: '2026-01-05T10:00:00.000Z', ...side(), stable: side() })),
  };
  const [lines, line] = ['*/*', 'application/json'].map((accept) => (answerText(explained, accept) ?? '').length);
  expect(Number(lines) / Number(line)).toBeLessThan(1.2);
  expect(JSON.stringify(explained, null, 2).length / Number(line)).toBeGreaterThan(1.7);
});

function side() {
  return { canary: { requests: 1_000, errors: 3, durationP99Ms: 61.5 } };
}
