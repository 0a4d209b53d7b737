import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** A file as the rules read it: its path from the root of the project, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const SKIPPED = /^(node_modules|coverage|dist|\.git|\.serverless|\.esbuild|\.slipway)$/;

/**
 * Returns all files below a folder whose names match the ending, in order. Returns an empty list when the folder does
 * not exist.
 */
export function readSources(folder: string, ending: RegExp): Source[] {
  return list(join(ROOT, folder))
    .filter((path) => ending.test(path))
    .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}

function list(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.test(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? list(join(folder, entry.name)) : [join(folder, entry.name)]));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
