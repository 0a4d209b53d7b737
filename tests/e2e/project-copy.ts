/**
 * A copy of the project with some changed lines, which is deployed in its place. The project itself is never changed.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export const ROOT = new URL('../../', import.meta.url).pathname;

export interface Change {
  readonly file: string;
  /** This text occurs exactly once. */
  readonly was: string;
  readonly is: string;
}

const LEFT_OUT = ['node_modules', '.git', '.serverless', '.esbuild', '.slipway', 'coverage'];

/** Calls `use` with the folder, and removes the folder afterwards. */
export async function withProjectCopy<T>(changes: readonly Change[], use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-copy-'));
  try {
    cpSync(ROOT, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const change of changes) edit(folder, change);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edit(folder: string, { file, was, is }: Change): void {
  const path = join(folder, file);
  const parts = readFileSync(path, 'utf8').split(was);
  if (parts.length !== 2)
    throw new Error(`${file} has "${was}" ${parts.length - 1} times, not once. Correct the change.`);
  writeFileSync(path, parts.join(is));
}
