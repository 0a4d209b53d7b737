/**
 * The code of real handlers. It is bundled when it is published and stored by its hash, so that a version keeps the
 * code that it was published with. What stays outside a bundle is not stored, like a layer.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { type Bundle, bundleHandler } from '../handlers/bundle-handler.ts';
import { type CodePlace, findHandler, type HandlerFile } from '../handlers/handler-file.ts';
import { keptFile } from './kept-file.ts';
import type { Code } from './world.ts';

export type HandlerCode = Extract<Code, { kind: 'handler' }>;

/** The place of a function's code, and the function's layers. */
export interface CodeSource extends CodePlace {
  readonly layers: readonly string[];
}

export interface CodeStore {
  /** Throws InvalidRequest or NotFound, which says what is wrong with the artifact. */
  find(artifact: Artifact, from: CodeSource): HandlerFile;
  /** Bundles the code. The same code has the same hash. Rejects with the errors of `find`. */
  put(artifact: Artifact, from: CodeSource): Promise<HandlerCode>;
  /** Returns at once, with a name that always means the same code; its bundle comes later. Throws like `find`. */
  pull(artifact: Artifact, order: { readonly from: CodeSource; readonly name: string }): HandlerCode;
  /** The source as it was when it was put. Rejects with NotFound when the store has lost it. */
  source(code: HandlerCode): Promise<Pick<Bundle, 'source' | 'format'>>;
}

/** Sources are stored in `directory`, or in memory when it is undefined. */
export function codeStore({ directory }: { directory: string | undefined }): CodeStore {
  const inMemory = new Map<string, string>();
  const pulled = new Map<string, Promise<Bundle>>();
  const fileOf = (sha256: string) => join(directory ?? '', sha256);
  const keep = (sha256: string, source: string) => {
    if (directory === undefined) inMemory.set(sha256, source);
    if (directory === undefined || existsSync(fileOf(sha256))) return;
    try {
      keptFile(fileOf(sha256)).write(source);
    } catch (cause) {
      const fact = `The code cannot be stored in ${directory}: ${(cause as Error).message}.`;
      throw new SlipwayError('Transient', `${fact} Make room there; then the same call works.`, { cause });
    }
  };
  return {
    find: (artifact, from) => findHandler(keyOf(artifact, from), from),
    async put(artifact, from) {
      const { path, exported, taskRoot } = findHandler(keyOf(artifact, from), from);
      const { format, source, sha256 } = await bundleHandler({ path, layers: from.layers });
      const named = hashOf([sha256, exported]);
      keep(named, source);
      return { kind: 'handler', path, sha256: named, exported, format, taskRoot };
    },
    pull(artifact, { from, name }) {
      const { path, exported, taskRoot } = findHandler(keyOf(artifact, from), from);
      const sha256 = hashOf([name, path, exported]);
      if (!pulled.has(sha256)) pulled.set(sha256, bundleHandler({ path, layers: from.layers }));
      return { kind: 'handler', path, sha256, exported, taskRoot };
    },
    async source({ path, sha256, format = 'module' }) {
      const bundle = pulled.get(sha256);
      if (bundle !== undefined) return bundle;
      const known = inMemory.get(sha256);
      if (known !== undefined) return { source: known, format };
      if (directory === undefined || !existsSync(fileOf(sha256))) {
        throw new SlipwayError('NotFound', `The code published from ${path} is gone. Deploy the function again.`);
      }
      return { source: readFileSync(fileOf(sha256), 'utf8'), format };
    },
  };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

function keyOf(artifact: Artifact, { bases }: CodeSource): string {
  if (!('s3' in artifact)) {
    throw invalid(
      'The rehearsal runs JavaScript files, not images. Name a file: {"s3": {"bucket": "local", "key": ...}}.',
    );
  }
  const { bucket, key } = artifact.s3;
  if (bucket === 'local') return key;
  throw invalid(
    `The rehearsal has no bucket ${bucket}. Use the bucket "local": its keys are handlers and files below ${bases[0]}.`,
  );
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
