/**
 * Runs inside a worker thread, which stands for one warm Lambda instance: loads the handler once, from the source it was
 * published with, then answers one event after another. Events and answers cross as JSON, as they do in AWS.
 */
import { type LoadHookSync, type ResolveHookSync, registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

export interface WorkerOrder {
  readonly href: string;
  readonly source: string;
}
export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly payload: string; readonly ms: number }
  | { readonly kind: 'failed'; readonly errorType: string; readonly message: string; readonly ms: number };

const { href, source } = workerData as WorkerOrder;

registerHooks({
  resolve: (...[specifier, context, next]: Parameters<ResolveHookSync>) =>
    specifier === href ? { url: href, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (...[url, context, next]: Parameters<LoadHookSync>) =>
    url === href ? { format: 'module', source, shortCircuit: true } : next(url, context),
});

const loading: Promise<{ handler?: unknown }> = import(href);
loading.then(
  ({ handler }) => {
    if (typeof handler === 'function') return say({ kind: 'ready' });
    say({ kind: 'failed', errorType: 'Runtime.HandlerNotFound', message: 'The module exports no `handler`', ms: 0 });
  },
  (error) => say({ ...failure(error), errorType: 'Runtime.ImportModuleError', ms: 0 }),
);

parentPort?.on('message', async (message: { event: string; context: unknown }) => {
  const startedAt = performance.now();
  try {
    const { handler } = (await loading) as { handler: (event: unknown, context: unknown) => unknown };
    const payload = await handler(JSON.parse(message.event), message.context);
    say({ kind: 'answered', payload: JSON.stringify(payload) ?? 'null', ms: performance.now() - startedAt });
  } catch (error) {
    say({ ...failure(error), ms: performance.now() - startedAt });
  }
});

function say(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer);
}

function failure(error: unknown) {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return { kind: 'failed', errorType: name, message } as const;
}
