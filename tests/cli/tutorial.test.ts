import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AStart, aStart, endStarts, freePort } from './a-start.ts';
import { asScript, notPrinted, pageBlocks, runScript } from './page-commands.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['docs/tutorials/first-rollout.md', 'README.md'];
const folder = mkdtempSync(join(tmpdir(), 'slipway-tutorial-'));

afterAll(async () => {
  await endStarts();
  rmSync(folder, { recursive: true, force: true });
});

/** `npx slipway` of a clone is the command line of this repository. No other program is called by npx. */
function aShell(name: string) {
  const bin = join(folder, name, 'bin');
  const cwd = join(folder, name, 'clone');
  mkdirSync(bin, { recursive: true });
  mkdirSync(cwd, { recursive: true });
  const npx = join(bin, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\ntest "$1" = slipway || exit 98\nshift\nexec "${process.execPath}" "${ROOT}src/cli/main.ts" "$@"\n`,
  );
  chmodSync(npx, 0o755);
  return { cwd, env: { PATH: `${bin}:${process.env.PATH}`, HOME: join(folder, name), NO_COLOR: '1' } };
}

/** Blocks about the terminal of `npm start`, the tests or AWS are not for the second terminal. */
function isForTheSecondTerminal(commands: string): boolean {
  return !/^npm |serverless deploy/m.test(commands);
}

test.each(PAGES)('every command of %s does in a real npm start what the page says', async (path) => {
  const blocks = pageBlocks(readFileSync(join(ROOT, path), 'utf8')).filter(({ commands }) =>
    isForTheSecondTerminal(commands),
  );
  const toRun = path === 'README.md' ? blocks.filter(({ commands }) => commands.includes('hello')) : blocks;
  expect(toRun.length).toBeGreaterThan(3);
  const { cwd, env } = aShell(path.replaceAll('/', '-'));
  const port = await freePort();
  const start: AStart = aStart({ data: join(cwd, '.slipway'), port, folder: cwd });
  await start.shown();
  for (const { title, commands, shown } of toRun) {
    const script = asScript(commands).replaceAll('localhost:4000', `localhost:${port}`);
    const { code, output } = await runScript(script, { cwd, env: { ...env, SLIPWAY_URL: `http://localhost:${port}` } });
    expect({ title, code, output }).toEqual({ title, code: 0, output });
    expect({ title, missing: notPrinted({ shown, output }), output }).toEqual({ title, missing: [], output });
  }
});

test('a page that shows another line or another exit code is found', async () => {
  const [block] = pageBlocks('```sh\nfalse # ends with 2\n```\n\n```text\nat 12:03:07 it ended\n```\n');
  const { code, output } = await runScript(asScript(block?.commands ?? ''), { cwd: folder, env: process.env });
  expect({ code, output }).toEqual({ code: 99, output: 'It ended with 1, and not with 2.\n' });
  expect(notPrinted({ shown: block?.shown ?? [], output })).toEqual(['at 12:03:07 it ended']);
  expect(notPrinted({ shown: block?.shown ?? [], output: 'at 09:00:59 it ended' })).toEqual([]);
});
