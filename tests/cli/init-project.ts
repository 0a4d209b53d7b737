/** A small project in its own folder, and `slipway init` in that folder. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { init } from '../../src/cli/commands/init.ts';
import { runServerless } from '../repo/run-serverless.ts';

export interface Project {
  readonly folder: string;
  readonly write: (path: string, text: string) => void;
  readonly read: (path: string) => string;
  /**
   * Runs `slipway init` on a path of the project. The spec is `slipway.yml` of the project unless `--out` names another
   * file.
   */
  readonly init: (path: string, ...options: string[]) => Promise<{ readonly code: number; readonly said: string }>;
  /** Runs `serverless package --package OUT`, as a person does. */
  readonly packaged: (out: string) => Promise<void>;
  readonly remove: () => void;
}

export function aProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-init-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    async init(path, ...options) {
      const said: string[] = [];
      const out = options.includes('--out') ? [] : ['--out', join(folder, 'slipway.yml')];
      const desk = { print: (text: string) => void said.push(text), live: noLive };
      const code = await init([join(folder, path), ...options, ...out], desk);
      return { code, said: said.join('\n') };
    },
    async packaged(out) {
      await runServerless({ folder }, ['package', '--package', out]);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function noLive(): never {
  throw new Error('AWS is read with --live alone.');
}

/** The lines of the report that begin with one of its words, each sentence on one line. */
export function sentences(said: string, word: 'right' | 'missing' | 'look'): string[] {
  const joined = said.replace(/\n {11}(?=\S)/g, ' ');
  return [...joined.matchAll(new RegExp(`^ {2}${word} +(.*)$`, 'gm'))].map(([, sentence = '']) => sentence);
}
