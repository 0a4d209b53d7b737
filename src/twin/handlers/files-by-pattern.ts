/** Finds files by a pattern such as `events/*.json`. Node has this itself only from version 22 on. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import picomatch from 'picomatch';

/** Returns paths from the folder, in order. A folder that does not exist has no files. */
export function filesByPattern(pattern: string, { folder }: { readonly folder: string }): readonly string[] {
  const { base, glob } = picomatch.scan(pattern);
  const isWanted = picomatch(pattern);
  // Without `**`, a pattern has as many folders as its files.
  const depth = glob.includes('**') ? Number.POSITIVE_INFINITY : glob.split('/').length;
  return filesIn(join(folder, base), depth)
    .map((path) => relative(folder, path).replaceAll('\\', '/'))
    .filter((path) => isWanted(path))
    .sort();
}

function filesIn(folder: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path, depth - 1) : [path];
  });
}

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
