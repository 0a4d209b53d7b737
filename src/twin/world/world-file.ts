/**
 * The world on disk. A write goes to a new file, which then replaces the old one. A process that is killed at any
 * moment leaves the world before or after the write.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';
import { World } from './world.ts';

export function saveWorld(path: string, world: World): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(world));
  renameSync(draft, path);
}

/** Returns null when the file does not exist. Throws Broken when the file is not a world. */
export function loadWorld(path: string): World | null {
  const text = readIfThere(path);
  if (text === null) return null;
  try {
    return World.parse(JSON.parse(text));
  } catch (cause) {
    const what = `The rehearsal's state file ${path} is not one that this version of Slipway can read.`;
    throw new SlipwayError('Broken', `${what} Move it away to start afresh.`, { cause });
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
