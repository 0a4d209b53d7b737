/**
 * The world on disk. A write goes to a new file which then takes the old one's place, so that a process killed at any
 * moment leaves either the world before or the world after.
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

/** Null when there is no such file. Throws Broken when it is not a world. */
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
