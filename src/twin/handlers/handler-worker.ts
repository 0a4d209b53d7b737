/**
 * Runs inside a worker thread, which represents one warm Lambda instance. It loads the handler once, from the source of
 * its version, then answers one event after another. Events and answers are passed as JSON, as in AWS.
 */
import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { answerOf, failure, type Handler, type InvocationMessage, type WorkerAnswer } from './handler-call.ts';
import { importSource } from './import-source.ts';
import { offerStreaming } from './streamed-response.ts';

export interface WorkerOrder {
  /** The path of the handler's own file. Modules outside the bundle are resolved from there. */
  readonly path: string;
  readonly source: string;
  readonly format: 'module' | 'commonjs';
  readonly exported: string;
  readonly taskRoot: string;
}

/** `require` itself calls `_compile`, and so do tools that load CommonJS from a text. */
type CompiledModule = Module & { _compile(...code: [source: string, path: string, format: string]): void };

const order = workerData as WorkerOrder;
// A worker cannot change its working folder. Code that asks for the folder gets the folder that it would have in
// Lambda.
process.cwd = () => order.taskRoot;

offerStreaming();

let startedAt = performance.now();
// A death during a call is the error of that call. Between two calls it only ends the instance.
const die = (errorType: string) => (error: unknown) => {
  const ms = performance.now() - startedAt;
  say({ ...failure(error), ms, isLast: true, errorType: errorType === '' ? failure(error).errorType : errorType });
  process.exit(errorType === 'Runtime.UnhandledPromiseRejection' ? 128 : 129);
};
process.on('uncaughtException', die(''));
process.on('unhandledRejection', die('Runtime.UnhandledPromiseRejection'));

const loading: Promise<Handler> = load().then(handlerIn);
loading.then(
  () => say({ kind: 'ready' }),
  (error) => say({ ...failure(error), errorType: loadingErrorType(error), ms: 0 }),
);

parentPort?.on('message', async (message: InvocationMessage) => {
  startedAt = performance.now();
  const answer = await loading.then((handler) => answerOf(handler, message), failure);
  say({ ...answer, ms: performance.now() - startedAt });
});

async function load(): Promise<unknown> {
  if (order.format === 'commonjs') return loadCommonjs();
  return importSource({ href: pathToFileURL(order.path).href, source: order.source });
}

function loadCommonjs(): unknown {
  const module = new Module(order.path) as CompiledModule;
  module.filename = order.path;
  module.paths = Module.createRequire(order.path).resolve.paths('any') ?? [];
  module._compile(order.source, order.path, 'commonjs');
  return module.exports;
}

/**
 * Finds the handler by its name, which may be a nested name. It may also be in the default export, because bundling can
 * turn a CommonJS module into one.
 */
function handlerIn(module: unknown): Handler {
  const found = find(module) ?? find((module as { default?: unknown } | null)?.default);
  if (typeof found === 'function') return found as Handler;
  const what = found === undefined ? 'undefined or not exported' : 'not a function';
  const message = `${order.exported} is ${what} in ${order.path}`;
  throw Object.assign(new Error(message), { name: 'Runtime.HandlerNotFound', stack: '' });
}

function find(module: unknown): unknown {
  return order.exported
    .split('.')
    .reduce((found: unknown, key) => (found as Record<string, unknown> | null | undefined)?.[key], module);
}

function loadingErrorType(error: unknown): string {
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError';
  const { code, name } = (error ?? {}) as { code?: string; name?: string };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return 'Runtime.ImportModuleError';
  return failure(error).errorType ?? name ?? 'Error';
}

function say(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer);
}
