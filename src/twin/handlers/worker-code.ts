/**
 * The program that runs in each worker, as one piece of JavaScript. A worker that takes the types out itself needs twice
 * the memory and three times as long to start.
 */
import { fileURLToPath } from 'node:url';

export type WorkerCode = { readonly file: URL } | { readonly script: string };

const FILE = new URL('./handler-worker.ts', import.meta.url);

let made: Promise<WorkerCode> | undefined;

export function workerCode(): Promise<WorkerCode> {
  made ??= FILE.pathname.endsWith('.ts') ? scriptOf(FILE) : Promise.resolve({ file: FILE });
  return made;
}

async function scriptOf(file: URL): Promise<WorkerCode> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(file)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'silent',
  });
  return { script: outputFiles[0]?.text ?? '' };
}
