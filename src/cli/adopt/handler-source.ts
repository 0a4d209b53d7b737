/** Finds the source of a handler: `src/api.main` in a template is the export `main` of src/api with any ending. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

const ENDINGS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs'];

export interface HandlerOrder {
  readonly handler: string;
  /** Folders that may contain the source, the most likely first. */
  readonly folders: readonly string[];
  /** The folder of slipway.yml, to which its paths are relative. */
  readonly from: string;
}

/** Returns the handler as slipway.yml names it; null when no folder has such a source. */
export function handlerSource({ handler, folders, from }: HandlerOrder): string | null {
  const dot = handler.lastIndexOf('.');
  if (dot <= 0) return null;
  const module = handler.slice(0, dot);
  const name = handler.slice(dot + 1);
  for (const folder of folders) {
    const path = join(folder, module);
    if (!ENDINGS.some((ending) => existsSync(path + ending))) continue;
    const fromSpec = relative(from, path);
    // Slipway reads no file above the folder of slipway.yml.
    if (!fromSpec.startsWith('..')) return `${fromSpec}.${name}`;
  }
  return null;
}
