/** Tests that nothing that a command quotes controls a terminal, in any command that prints. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { commands } from '../../src/cli/all-commands.ts';
import { guardTerminal, terminalText } from '../../src/cli/print/terminal.ts';
import { timelineLine } from '../../src/cli/print/timeline-lines.ts';
import { processTerminal } from '../../src/cli/watch/terminal.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slipway-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The title of a window, a cleared screen, a C1 sequence, DEL, a bidirectional override, a bell and a lone return. */
const HOSTILE = ['\u001B]0;owned\u0007', '\u001B[2J', '\u009B31m', '\u007F', '\u202E', '\u2066', '\u0000', 'a\rb'];

/** All controls but line ends and tabs, and the marks that turn text around or hide it. */
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test.each(HOSTILE)('the terminal gets %j as an escape', (text) => {
  expect(terminalText(`before ${text} after`)).not.toMatch(CONTROLS);
});

test('JSON in which invisible characters become escapes stays the same JSON', () => {
  const value = { reason: 'a flag \u{1F3F4}\u{E0067}\u{E007F}, \u202E, \u009B, \\\u00A0 and \uFEFF' };
  const printed = terminalText(JSON.stringify(value));
  expect(printed).not.toMatch(CONTROLS);
  expect(JSON.parse(printed)).toEqual(value);
});

test('the screen of a watch moves the cursor through the guard, and what it quotes does not', () => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  guardTerminal([stdout as unknown as NodeJS.WriteStream]);
  const terminal = processTerminal({ stdin: process.stdin, stdout: stdout as unknown as NodeJS.Process['stdout'] });
  terminal.draw(['one', 'two\u001B[2J']);
  terminal.write('\u001B[2J');
  expect(stdout.read()).toBe('\u001B[Hone\u001B[K\r\ntwo\\u001b[2J\u001B[K\u001B[J\\u001b[2J');
});

test('line ends, tabs and letters of all scripts stay', () => {
  expect(terminalText('one\r\ntwo\n\tthree: čeština, 日本語, 🙂')).toBe('one\ntwo\n\tthree: čeština, 日本語, 🙂');
});

test('a reason of several lines stays below itself in a timeline, so that it forges no entry', () => {
  const because = 'why\norders        0.0 s  promoted';
  const line = stripVTControlCharacters(timelineLine({ kind: 'DeploymentFailed', at: 0, because, data: {} }, 0));
  const [, second = ''] = line.split('\n');
  expect(second).toMatch(/^ {30,}orders/);
});

/** Runs a command on hostile words, as a process without a terminal. */
function printed(words: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  return stdout + stderr;
}

const NAMED = commands.map(({ declaration }) => declaration.name);

test.each(NAMED)(
  'slipway %s prints hostile words as escapes',
  (name) => {
    const hostile = HOSTILE.filter((text) => !text.includes('\0')).join('');
    const all = [printed([name, `--${hostile}`]), printed([name, `no-such-${hostile}`, hostile, hostile])].join('');
    expect(all).not.toBe('');
    expect(all).not.toMatch(CONTROLS);
  },
  120_000,
);

test.each(['start --service', 'rehearse', 'calibrate'])(
  'slipway %s quotes a hostile file with escapes, with colours too',
  (words) => {
    const file = join(folder, 'slipway.yml');
    writeFileSync(file, `name: "x\\e]0;owned\\a"\ntarget: { kind: "\\e[2J\\x9b" }\n"\\u202e": 1\n`);
    for (const environment of [{}, { FORCE_COLOR: '1' }]) {
      const output = printed([...words.split(' '), file], environment);
      expect(output).toContain('slipway.yml');
      expect(output.replaceAll(/\p{Cc}\[\d{1,3}m/gu, '')).not.toMatch(CONTROLS);
    }
  },
  120_000,
);
