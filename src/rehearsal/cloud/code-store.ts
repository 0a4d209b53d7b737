/**
 * The code of real handlers. A file is read when it is published and kept by its hash, so that a version goes on running
 * what it was published with; modules that the file imports are not part of it, just as if they were a layer.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, resolve, sep } from 'node:path';
import type { Artifact } from '../../domain/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Code } from './world.ts';

type HandlerCode = Extract<Code, { kind: 'handler' }>;

export interface CodeStore {
  /** Throws InvalidRequest or NotFound, with what is wrong with the artifact. */
  put(artifact: Artifact): HandlerCode;
  /** The source as it was when it was put. Throws NotFound when the store has lost it. */
  source(code: HandlerCode): string;
}

/** `root`: below it lie the files that may run. `directory`: where sources are kept; without one, in memory. */
export function codeStore({ root, directory }: { root: string; directory: string | undefined }): CodeStore {
  const inMemory = new Map<string, string>();
  const fileOf = (sha256: string) => join(directory ?? '', sha256);
  return {
    put(artifact) {
      const path = handlerPath(root, artifact);
      const source = readFileSync(path, 'utf8');
      const sha256 = createHash('sha256').update(source).digest('hex');
      inMemory.set(sha256, source);
      if (directory !== undefined && !existsSync(fileOf(sha256))) {
        mkdirSync(directory, { recursive: true });
        writeFileSync(`${fileOf(sha256)}.new`, source);
        renameSync(`${fileOf(sha256)}.new`, fileOf(sha256));
      }
      return { kind: 'handler', path, sha256 };
    },
    source({ path, sha256 }) {
      const known = inMemory.get(sha256);
      if (known !== undefined) return known;
      if (directory === undefined || !existsSync(fileOf(sha256))) {
        throw new SlipwayError('NotFound', `The code published from ${path} is gone. Deploy the function again.`);
      }
      const source = readFileSync(fileOf(sha256), 'utf8');
      inMemory.set(sha256, source);
      return source;
    },
  };
}

function handlerPath(root: string, artifact: Artifact): string {
  if (!('s3' in artifact)) {
    throw invalid(
      'The rehearsal runs JavaScript files, not images. Name a file: {"s3": {"bucket": "local", "key": ...}}.',
    );
  }
  const { bucket, key } = artifact.s3;
  if (bucket !== 'local') {
    throw invalid(`The rehearsal has no bucket ${bucket}. Use the bucket "local": its keys are files below ${root}.`);
  }
  if (!['.mjs', '.js'].includes(extname(key))) {
    throw invalid(`${key} is not a .mjs or .js file. Name the module that exports the handler.`);
  }
  const path = resolve(root, key);
  if (!existsSync(path) || !statSync(path).isFile()) {
    // A path outside is answered like one that is not there: what else lies on the disk is nobody's business.
    throw new SlipwayError('NotFound', `There is no file ${key} below ${root}. Correct the key.`);
  }
  const [realRoot, realPath] = [realpathSync(root), realpathSync(path)];
  if (!realPath.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    throw new SlipwayError('NotFound', `There is no file ${key} below ${root}. Correct the key.`);
  }
  return realPath;
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
