/** Where the source of a handler is: `src/api.main` of a template is the export `main` of src/api with some ending. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

const ENDINGS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs'];

export interface HandlerOrder {
  readonly handler: string;
  /** Folders that may hold it, the most likely first. */
  readonly folders: readonly string[];
  /** The folder of slipway.yml, from which its paths count. */
  readonly from: string;
}

/** As slipway.yml names it; null when no folder has such a source. */
export function handlerSource({ handler, folders, from }: HandlerOrder): string | null {
  const dot = handler.lastIndexOf('.');
  if (dot <= 0) return null;
  const module = handler.slice(0, dot);
  const name = handler.slice(dot + 1);
  for (const folder of folders) {
    const path = join(folder, module);
    if (!ENDINGS.some((ending) => existsSync(path + ending))) continue;
    const fromSpec = relative(from, path);
    // Slipway reads nothing above the folder of slipway.yml.
    if (!fromSpec.startsWith('..')) return `${fromSpec}.${name}`;
  }
  return null;
}
