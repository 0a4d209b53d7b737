import { readFileSync } from 'node:fs';
import { readSources } from './sources.ts';

const page = readFileSync(new URL('../../docs/how-to/troubleshooting.md', import.meta.url), 'utf8');
/** Texts of the code, with everything that is put into them left out. */
const code = readSources('src', /\.ts$/)
  .map(({ text }) => text)
  .join('\n');

/** The messages in the first column of the tables whose head is Message, cut at what varies. */
const messages = page
  .split(/^(?=## )/m)
  .flatMap((part) => part.split('\n\n').filter((block) => block.startsWith('| Message |')))
  .flatMap((table) => [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, message = '']) => message));

test('the page has messages', () => {
  expect(messages.length).toBeGreaterThan(10);
});

test.each(messages)('the code writes: %s', (message) => {
  const parts = message.split('...').map((part) => part.trim());
  for (const part of parts.filter((one) => one.length > 3)) expect(code).toContain(part.replace(/^[.;:] ?/, ''));
});
