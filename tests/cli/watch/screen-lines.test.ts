import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { coloured, plain } from '../../../src/cli/watch/paint.ts';
import { screenLines } from '../../../src/cli/watch/screen-lines.ts';
import type { Seen } from '../../../src/cli/watch/seen.ts';

/** What `slipway watch` knew of a real rollout (bench/watch-picture.ts). */
const kept = JSON.parse(readFileSync(new URL('../../../docs/images/watch.json', import.meta.url), 'utf8')) as Seen;
const quiet = { now: kept.asOf, paint: plain, question: null, note: null } as const;
const screenAt = (columns: number, rows: number, seen: Seen = kept) => screenLines(seen, { ...quiet, columns, rows });

const changed = (change: Partial<Seen['deployment']>): Seen => ({
  ...kept,
  deployment: { ...kept.deployment, ...change },
});

test.each([
  [80, 24],
  [40, 20],
  [200, 50],
])('the screen of %i columns and %i rows', (columns, rows) => {
  expect(`\n${screenAt(columns, rows).join('\n')}\n`).toMatchSnapshot();
});

const HOSTILE: readonly Seen[] = [
  kept,
  changed({ service: '結帳'.repeat(30), reason: '🛒'.repeat(80) }),
  changed({ by: 'x'.repeat(300), canary: 'registry.example/'.repeat(20), commit: 'c'.repeat(200) }),
  changed({
    step: null,
    settledAt: new Date(kept.asOf).toISOString(),
    status: 'rolledBack',
    because: 'why '.repeat(400),
  }),
  changed({ timeline: [] }),
  changed({ steps: Array.from({ length: 100 }, (_, at) => ({ setWeight: at + 1 })) }),
  { ...kept, evidence: null },
  { ...kept, trouble: { since: kept.asOf - 90_000, because: 'It is away.' } },
];

test('no screen has more rows or columns than the terminal, with and without colours', () => {
  for (const seen of HOSTILE)
    for (const columns of [12, 20, 39, 40, 61, 80, 200])
      for (const rows of [4, 10, 20, 24, 50])
        for (const paint of [plain, coloured]) {
          const lines = screenLines(seen, { ...quiet, paint, columns, rows });
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        }
});

test('what a person needs stays in a small terminal: service, weight, step, verdict, alarm and keys', () => {
  const text = screenAt(40, 20).join('\n');
  for (const word of ['checkout', 'at 25 %', 'step 2 of 6', 'verdict', 'alarm', '[a]bort'])
    expect(text).toContain(word);
});

test('the question of a key stays in view in the lowest terminal', () => {
  const question = { act: 'abort', text: 'Abort: 1 gets all calls back.' } as const;
  for (const rows of [4, 5, 10, 24])
    expect(screenLines(kept, { ...quiet, question, columns: 20, rows }).join(' ')).toContain('y/N');
});

test('colours change no letter', () => {
  const [plainLines, colouredLines] = [plain, coloured].map((paint) =>
    screenLines(kept, { ...quiet, paint, columns: 80, rows: 24 }),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character.
  expect(colouredLines?.map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual(plainLines);
  expect(colouredLines).not.toEqual(plainLines);
});

test('a server that does not answer is said in the first line, and the last known state stays', () => {
  const text = screenAt(80, 24, { ...kept, trouble: { since: kept.asOf - 90_000, because: 'It is away.' } });
  expect(text.slice(0, 2).join('\n')).toMatch(
    /no answer since \d\d:\d\d:\d\d UTC, 1 minute ago|no answer since .*1 minute/,
  );
  expect(text.join('\n')).toContain('at 25 %');
});

test('the time that is left is counted to the second, and never below zero', () => {
  const ends = (ms: number) =>
    changed({ step: { number: 2, of: 6, inWords: 'bake', endsAt: new Date(kept.asOf + ms).toISOString() } });
  expect(screenAt(80, 24, ends(72_000)).join('\n')).toContain('bake, 1:12 left');
  expect(screenAt(80, 24, ends(3_723_000)).join('\n')).toContain('bake, 1:02:03 left');
  expect(screenAt(80, 24, ends(-5_000)).join('\n')).toContain('bake, 0:00 left');
});
