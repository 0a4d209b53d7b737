/**
 * Worker threads for one version of a real handler. A worker takes one call at a time, as a Lambda instance does; a new
 * one starts when all are busy, which is a real cold start, up to a limit. A call that takes too long is ended together
 * with its worker, since nothing else stops a handler that loops.
 */
import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerOrder } from './handler-worker.ts';

export type RunResult =
  | { readonly outcome: 'answered'; readonly payload: unknown; readonly ms: number }
  | { readonly outcome: 'failed'; readonly errorType: string; readonly message: string; readonly ms: number }
  | { readonly outcome: 'throttled' };

export interface Runner {
  run(event: unknown): Promise<RunResult>;
  close(): Promise<void>;
}

export interface PoolOrder extends WorkerOrder {
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, string>>;
}

/** A worker takes some 10 MB. Calls beyond wait for a free one; beyond so many waiting, they are throttled. */
const WORKERS_MAX = 8;
const WAITING_MAX = 50;
const IDLE_MS = 60_000;
/** Lambda gives a module 10 seconds to load. */
const LOADING_MAX_MS = 10_000;

/** The worker is of no more use. */
type Lost = { readonly kind: 'lost'; readonly errorType: string; readonly message: string; readonly ms: number };

interface Instance {
  readonly worker: Worker;
  /** Resolves with null once the handler is loaded, or with why it cannot be. */
  readonly loaded: Promise<WorkerAnswer | Lost>;
  busy: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

export function workerPool(order: PoolOrder): Runner {
  const instances = new Set<Instance>();
  const waiting: ((instance: Instance | null) => void)[] = [];
  const retire = async (instance: Instance) => {
    instances.delete(instance);
    clearTimeout(instance.idleTimer);
    await instance.worker.terminate();
  };
  const start = (): Instance => {
    const instance = startInstance(order, (gone) => instances.delete(gone));
    instances.add(instance);
    return instance;
  };
  const take = async (): Promise<Instance | null> => {
    const free = [...instances].find(({ busy }) => !busy) ?? (instances.size < WORKERS_MAX ? start() : null);
    if (!free) return waiting.length < WAITING_MAX ? new Promise((resolve) => waiting.push(resolve)) : null;
    free.busy = true;
    clearTimeout(free.idleTimer);
    return free;
  };
  const giveBack = (instance: Instance) => {
    const next = waiting.shift();
    if (next) return next(instance);
    instance.busy = false;
    instance.idleTimer = setTimeout(() => void retire(instance), IDLE_MS).unref();
  };
  const replace = async (instance: Instance) => {
    await retire(instance);
    const next = waiting.shift();
    if (next) next(Object.assign(start(), { busy: true }));
  };
  return {
    async run(event) {
      const instance = await take();
      if (!instance) return { outcome: 'throttled' };
      const answer = await callInstance(instance, { event, order });
      if (answer.kind === 'lost') await replace(instance);
      else giveBack(instance);
      return resultOf(answer);
    },
    async close() {
      for (const giveUp of waiting.splice(0)) giveUp(null);
      await Promise.all([...instances].map(retire));
    },
  };
}

function startInstance({ href, source, environment }: PoolOrder, onExit: (instance: Instance) => void): Instance {
  const worker = new Worker(new URL('./handler-worker.ts', import.meta.url), {
    workerData: { href, source } satisfies WorkerOrder,
    env: { ...environment },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  // What a handler prints is read and dropped: unread, it would fill the memory.
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  const instance = { worker, loaded: nextAnswer(worker, LOADING_MAX_MS), busy: false, idleTimer: undefined };
  // A handler may break between two calls. Without a listener, Node would end the whole process for that.
  worker.on('error', () => {}).on('exit', () => onExit(instance));
  return instance;
}

async function callInstance(
  { worker, loaded }: Instance,
  { event, order }: { event: unknown; order: PoolOrder },
): Promise<WorkerAnswer | Lost> {
  const loading = await loaded;
  if (loading.kind === 'lost') return loading;
  if (loading.kind === 'failed') return { ...loading, kind: 'lost' };
  worker.postMessage({ event: JSON.stringify(event ?? null), context: order.context });
  return nextAnswer(worker, order.timeoutMs);
}

function nextAnswer(worker: Worker, timeoutMs: number): Promise<WorkerAnswer | Lost> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const settle = (answer: WorkerAnswer | Lost) => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', onError).off('exit', onExit);
      resolve(answer);
    };
    const lose = (errorType: string, message: string) =>
      settle({ kind: 'lost', errorType, message, ms: performance.now() - startedAt });
    const onError = (error: unknown) =>
      lose('Runtime.Unhandled', error instanceof Error ? error.message : String(error));
    const onExit = () => lose('Runtime.ExitError', 'The process of the handler ended before it answered');
    const timer = setTimeout(
      () => lose('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`),
      timeoutMs,
    );
    worker.on('message', settle).on('error', onError).on('exit', onExit);
  });
}

function resultOf(answer: WorkerAnswer | Lost): RunResult {
  if (answer.kind === 'answered') return { outcome: 'answered', payload: JSON.parse(answer.payload), ms: answer.ms };
  if (answer.kind === 'ready') throw new Error('A worker said twice that it is ready.');
  return { outcome: 'failed', errorType: answer.errorType, message: answer.message, ms: answer.ms };
}
