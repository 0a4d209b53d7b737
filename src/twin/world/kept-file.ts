/**
 * A file that is always whole: a write goes to a new file, which then replaces the old one. A process that is killed at
 * any moment leaves the text before or after the write.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';

export interface KeptFile {
  /** Throws when the disk refuses it, unless its maker keeps the text for later. */
  write(text: string): void;
}

export type KeepFile = (path: string) => KeptFile;

export function keptFile(path: string): KeptFile {
  return {
    write(text) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    },
  };
}

/** Returns null when the file does not exist. Throws Broken when it cannot be read or `parse` throws. */
export function readKept<T>(path: string, parse: (value: unknown) => T): T | null {
  const text = readIfThere(path);
  if (text === null) return null;
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    const fact = `The rehearsal's state file ${path} is not one that this version of Slipway can read.`;
    const next = 'Restore it from a copy, or move the folder that holds it away to start with an empty one.';
    throw new SlipwayError('Broken', `${fact} ${next}`, { cause });
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SlipwayError('Broken', `The rehearsal's state file ${path} cannot be read. Check its permissions.`, {
      cause,
    });
  }
}
