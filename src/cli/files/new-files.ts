/** Writes files that a command makes. It never overwrites a file, and writes none before all are known to be new. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** The option that names another file. */
  readonly option: string;
}

export function writeNewFiles(files: readonly NewFile[]): void {
  for (const { path, option } of files) {
    if (existsSync(path))
      throw refused(`${path} is there already, and is not overwritten. Name another file: ${option} FILE.`);
  }
  const written: string[] = [];
  for (const { path, text, option } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      // Fails when another process has made the file since the check.
      writeFileSync(path, text, { flag: 'wx' });
      written.push(path);
    } catch (cause) {
      for (const one of written) rmSync(one, { force: true });
      const why = cause instanceof Error ? cause.message : String(cause);
      throw refused(`${path} cannot be written: ${why}. Name another file: ${option} FILE.`);
    }
  }
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
