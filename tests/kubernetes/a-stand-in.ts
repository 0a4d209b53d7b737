/** A program in place of kubectl. It records how it was called, and prints what the test set. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Saying {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

export interface Heard {
  readonly args: readonly string[];
  readonly input: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface StandIn {
  readonly program: string;
  readonly folder: string;
  /** Sets one answer for each of the next calls. The last answer also serves all later calls. */
  says(...sayings: readonly Saying[]): void;
  /** All calls since `says` was called last. */
  heard(): readonly Heard[];
  remove(): void;
}

const PROGRAM = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const heard = __dirname + '/heard', sayings = JSON.parse(readFileSync(__dirname + '/sayings', 'utf8'));
const input = readFileSync(0, 'utf8');
const before = existsSync(heard) ? readFileSync(heard, 'utf8').split('\\n').length - 1 : 0;
appendFileSync(heard, JSON.stringify({ args: process.argv.slice(2), input, environment: process.env }) + '\\n');
const { stdout = '', stderr = '', code = 0 } = sayings[Math.min(before, sayings.length - 1)];
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = code;
`;

export function aStandIn(text: string = PROGRAM): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stand-in-'));
  const program = join(folder, 'kubectl');
  writeFileSync(program, text);
  chmodSync(program, 0o755);
  const heard = join(folder, 'heard');
  return {
    program,
    folder,
    says(...sayings) {
      rmSync(heard, { force: true });
      writeFileSync(join(folder, 'sayings'), JSON.stringify(sayings));
    },
    heard: () =>
      existsSync(heard)
        ? readFileSync(heard, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
