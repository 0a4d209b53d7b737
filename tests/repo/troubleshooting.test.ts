import { DEPLOYMENT_KINDS } from '../../src/domain/deployment/timeline.ts';
import { PIN_PREFIX } from '../../src/domain/lambda/pin.ts';
import { readSources, readText } from './sources.ts';
import { VARYING, writtenLiterals } from './written-literals.ts';

const page = readText('docs/how-to/troubleshooting.md');
const literals = readSources('src', /\.ts$/).flatMap(writtenLiterals);

/** The cells of the column with this title, in all tables of a page. */
function column(title: string, text = page): string[] {
  return text.split('\n\n').flatMap((block) => {
    const [head = '', , ...rows] = block.trim().split('\n');
    const at = cellsOf(head).indexOf(title);
    return at === -1 ? [] : rows.map((row) => cellsOf(row)[at] ?? '');
  });
}

function cellsOf(row: string): string[] {
  return row.startsWith('|') ? row.split('|').map((cell) => cell.trim()) : [];
}

/** True when one text of the code has the whole message, in its order. */
function isWritten(message: string): boolean {
  const wanted = message.replaceAll('...', VARYING);
  return literals.some((literal) => literal.includes(wanted));
}

const messages = column('Message').map((cell) => /^`([^`]+)`$/.exec(cell)?.[1] ?? `not quoted: ${cell}`);

test('the code writes every message of the page on troubleshooting', () => {
  expect(messages.length).toBeGreaterThan(60);
  expect(messages.filter((message) => !isWritten(message))).toEqual([]);
});

test.each(['Alarm ... does not exist in this account or region', 'has no data, so it cannot fire. Alarm ...'])(
  'a message that the code does not write so is found: %s',
  (message) => {
    expect(isWritten(message)).toBe(false);
  },
);

test('every finding of a check is on the page on troubleshooting, and no other', () => {
  const union = /readonly check:([^;]*);/.exec(readText('src/domain/preflight/finding.ts'))?.[1] ?? '';
  const checks = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => `\`${name}\``);
  expect(checks.length).toBeGreaterThan(20);
  expect(column('Finding').toSorted()).toEqual([...checks, '`watchIsSet`'].toSorted());
});

test('the page for the person on call names entries and the alias as the code does', () => {
  const onCall = readText('docs/how-to/on-call.md');
  const kinds = DEPLOYMENT_KINDS.map((kind) => kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase());
  const entries = column('It says', onCall)
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word.split(':')[0]))
    .filter((word) => word !== 'waits for an approval' && word !== 'paused');
  expect(entries.length).toBeGreaterThan(4);
  expect(entries.filter((entry) => !kinds.includes(String(entry)))).toEqual([]);
  expect(onCall).toContain(`--name ${PIN_PREFIX}live`);
});
