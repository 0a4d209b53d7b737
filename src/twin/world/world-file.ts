/** The world on disk. */
import { readKept } from './kept-file.ts';
import { World } from './world.ts';

/** Returns null when the file does not exist. Throws Broken when the file is not a world. */
export function loadWorld(path: string): World | null {
  return readKept(path, (value) => World.parse(value));
}
