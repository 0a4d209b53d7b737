import { readFileSync } from 'node:fs';
import { commands } from '../../src/cli/all-commands.ts';
import { referencePage } from '../../src/cli/reference/reference-page.ts';
import { CONNECTION } from '../../src/cli/remote/connection-options.ts';

const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');
const declarations = commands.map(({ declaration }) => declaration);

test('the reference of the command line is what the declarations say; if not: npx node src/cli/write-reference.ts', () => {
  expect(page).toBe(referencePage({ declarations, common: CONNECTION }));
});

test('each command and each of its options is on the page', () => {
  for (const { name, options } of declarations) {
    const part = page.split(/^## /m).find((one) => one.startsWith(`${name}\n`)) ?? '';
    for (const word of Object.keys(options)) expect(word in CONNECTION ? page : part).toContain(`--${word}`);
  }
});

test('a bar in an option is no border of its table', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `-'));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => row.split(/(?<!\\)\|/).length !== 4)).toEqual([]);
});
