/**
 * Finds the file of a handler by its name, like Lambda's runtime for Node. `src/app.handler` is the export `handler` of
 * src/app with the first ending that exists; TypeScript endings come last. A path of a file or of a folder is found
 * too.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { SlipwayError } from '../../domain/errors.ts';

/** The folders in which the code of a function is. */
export interface CodePlace {
  /** A name is looked up from these folders, in this order. */
  readonly bases: readonly string[];
  /** Files outside of these folders are not found. */
  readonly within: readonly string[];
  /** The handler of the function. A folder of new code must have the same handler. */
  readonly handler?: string | undefined;
}

export interface HandlerFile {
  readonly path: string;
  /** A name, or several names with dots between them. */
  readonly exported: string;
  /** The folder that represents /var/task. */
  readonly taskRoot: string;
}

/** In the order of AWS's runtime. It has no TypeScript, whose endings therefore come last. */
const ENDINGS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx'] as const;
const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  '.py': 'Python',
  '.java': 'Java',
  '.rb': 'Ruby',
  '.go': 'Go',
  '.cs': '.NET',
  '.rs': 'Rust',
};

/** Throws NotFound or InvalidRequest, with the next step. */
export function findHandler(name: string, place: CodePlace): HandlerFile {
  for (const base of place.bases) {
    const found = foundFrom(name, { ...place, base });
    if (found !== null && isWithin(found.path, place.within)) return found;
  }
  // A path outside these folders gets the same answer as a missing path, so that the answer does not reveal other files
  // on the disk.
  throw missing(name, place);
}

function foundFrom(name: string, { base, handler }: CodePlace & { readonly base: string }): HandlerFile | null {
  const path = resolve(base, name);
  if (ENDINGS.some((ending) => name.endsWith(ending)) && isFile(path)) {
    return { path, exported: 'handler', taskRoot: base };
  }
  if (isFolder(path)) return handler === undefined ? null : inFolder(path, handler);
  const module = moduleOf(path);
  return module === null ? null : { ...module, taskRoot: base };
}

/**
 * A folder is new code that replaces the old. It has the handler at the same path as the old code, or only the
 * handler's file.
 */
function inFolder(folder: string, handler: string): HandlerFile | null {
  for (const name of [handler, basename(handler)]) {
    const found = foundFrom(name, { bases: [], within: [], base: folder });
    if (found !== null) return found;
  }
  return null;
}

function moduleOf(path: string): Pick<HandlerFile, 'path' | 'exported'> | null {
  const last = basename(path);
  const dot = last.indexOf('.');
  if (dot <= 0 || dot === last.length - 1) return null;
  const module = join(dirname(path), last.slice(0, dot));
  const found = ENDINGS.map((ending) => module + ending).find(isFile);
  return found === undefined ? null : { path: found, exported: last.slice(dot + 1) };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isWithin(path: string, folders: readonly string[]): boolean {
  const real = realpathSync(path);
  return folders.some((folder) => {
    if (!existsSync(folder)) return false;
    const root = realpathSync(folder);
    return real.startsWith(root.endsWith(sep) ? root : root + sep);
  });
}

function missing(name: string, place: CodePlace): SlipwayError {
  const [base = '.'] = place.bases;
  const language = languageOf(name, place);
  if (language !== undefined) {
    const fact = `${name} is a handler in ${language}. It works in AWS; npm start runs Node handlers.`;
    return new SlipwayError('InvalidRequest', `${fact} Name one of Node here, or register the service in AWS only.`);
  }
  if (/\.(zip|jar|tar|tgz|gz)$/i.test(name)) {
    const fact = `${name} is an archive, and npm start takes files and folders.`;
    return new SlipwayError(
      'InvalidRequest',
      `${fact} Name the handler, src/app.handler, or the folder with the code.`,
    );
  }
  if (ENDINGS.some((ending) => name.endsWith(ending))) {
    return new SlipwayError('NotFound', `There is no file ${name} below ${base}. Correct the key.`);
  }
  if (place.bases.some((folder) => isFolder(resolve(folder, name)))) {
    const wanted = place.handler === undefined ? 'no handler is known' : `there is no ${place.handler}`;
    return new SlipwayError(
      'NotFound',
      `${name} is a folder, and ${wanted} in it. Name the handler: ${name}/app.handler.`,
    );
  }
  const last = basename(name);
  const module = name.slice(0, name.length - last.length) + last.split('.')[0];
  const fact = `There is no file ${module} with one of the endings ${ENDINGS.join(', ')} below ${base}`;
  return new SlipwayError('NotFound', `${fact}, for the handler ${name}. Correct the handler.`);
}

function languageOf(name: string, { bases }: CodePlace): string | undefined {
  const last = basename(name);
  const stem = join(dirname(name), last.split('.')[0] ?? last);
  const found = Object.keys(OTHER_LANGUAGES).find(
    (ending) => name.endsWith(ending) || bases.some((base) => isFile(resolve(base, stem + ending))),
  );
  return found === undefined ? undefined : OTHER_LANGUAGES[found];
}
