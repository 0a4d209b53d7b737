/**
 * Worker threads for one version of a real handler. Like a Lambda instance, a worker takes one call at a time. When all
 * are busy a new one starts, up to a limit: a real cold start. A call that takes too long is ended together with its
 * worker, because nothing else stops an endless loop.
 */
import type { WorkerAnswer } from './handler-call.ts';
import type { WorkerOrder } from './handler-worker.ts';
import { lastLines, type PrintedLines } from './printed-lines.ts';
import { callInstance, type Instance, type InstanceSettings, type Lost, startInstance } from './worker-instance.ts';

export type RunResult =
  | { readonly outcome: 'answered'; readonly payload: unknown; readonly ms: number }
  | {
      readonly outcome: 'failed';
      readonly errorType: string;
      readonly message: string;
      readonly ms: number;
      readonly stack?: string | undefined;
    }
  | { readonly outcome: 'throttled' };

export interface Runner {
  /** `qualifier` is the alias or version that was called. */
  run(event: unknown, qualifier?: string): Promise<RunResult>;
  /** The lines that the version printed last. */
  printed(): readonly string[];
  close(): Promise<void>;
}

export interface PoolOrder extends InstanceSettings {
  /** Rejects with NotFound when the code is gone. */
  readonly load: () => Promise<WorkerOrder>;
}

/**
 * A worker takes about 10 MB. When all are busy, calls wait for a free one; when too many calls wait, further calls are
 * throttled.
 */
const WORKERS_MAX = 8;
const WAITING_MAX = 50;
const IDLE_MS = 60_000;
/** A module that cannot be loaded is tried again after this time. Until then every call fails with the last error. */
const RELOAD_AFTER_MS = 1_000;
/** The limit also applies to a version whose instances die again and again, because each start takes processor time. */
const DEATHS_MAX = 5;

export function workerPool(order: PoolOrder): Runner {
  const printed = lastLines();
  const instances = instanceSet({ order, printed });
  const failing = failingFast();
  let code: Promise<WorkerOrder> | undefined;
  return {
    async run(event, qualifier) {
      const before = failing.lastFailure();
      if (before !== null) return resultOf(before);
      code ??= order.load();
      const instance = await instances.take(await code, { isProven: failing.hasLoaded() });
      if (!instance) return failing.resultOr({ outcome: 'throttled' });
      const answer = await callInstance(instance, { settings: order, event, qualifier });
      failing.note(answer);
      if (answer.kind !== 'lost') instances.giveBack(instance);
      else await instances.replace(instance, failing.lastFailure() === null ? await code : null);
      return resultOf(answer);
    },
    printed: printed.list,
    close: instances.close,
  };
}

/**
 * After a failure to load, or too many deaths, all calls of the next moment get that failure. So a version that cannot
 * run does not use up a processor.
 */
function failingFast() {
  let hasLoaded = false;
  let deaths = 0;
  let failure: Lost | null = null;
  let until = 0;
  const lastFailure = () => (failure !== null && performance.now() < until ? failure : null);
  return {
    hasLoaded: () => hasLoaded,
    lastFailure,
    resultOr(other: RunResult): RunResult {
      const last = lastFailure();
      return last === null ? other : resultOf(last);
    },
    note(answer: WorkerAnswer | Lost): void {
      hasLoaded ||= answer.kind !== 'lost' || answer.isLoading !== true;
      deaths = answer.kind === 'lost' && answer.errorType !== 'Sandbox.Timedout' ? deaths + 1 : 0;
      failure = answer.kind === 'lost' && (answer.isLoading === true || deaths >= DEATHS_MAX) ? answer : null;
      until = performance.now() + RELOAD_AFTER_MS;
    },
  };
}

function instanceSet({ order, printed }: { readonly order: PoolOrder; readonly printed: PrintedLines }) {
  const instances = new Set<Instance>();
  const waiting: ((instance: Instance | null) => void)[] = [];
  const retire = async (instance: Instance) => {
    instances.delete(instance);
    clearTimeout(instance.idleTimer);
    await instance.worker.terminate();
  };
  const giveUp = () => {
    for (const next of waiting.splice(0)) next(null);
  };
  const start = (code: WorkerOrder): Instance => {
    const instance = startInstance({ settings: order, code, printed, onExit: (gone) => instances.delete(gone) });
    instances.add(instance);
    return instance;
  };
  return {
    async take(code: WorkerOrder, { isProven }: { readonly isProven: boolean }): Promise<Instance | null> {
      // Until the first worker has loaded there is only one, because the module may not be loadable.
      const most = isProven ? WORKERS_MAX : 1;
      const free = [...instances].find(({ busy }) => !busy) ?? (instances.size < most ? start(code) : null);
      if (!free) return waiting.length < WAITING_MAX ? new Promise((resolve) => waiting.push(resolve)) : null;
      free.busy = true;
      clearTimeout(free.idleTimer);
      return free;
    },
    giveBack(instance: Instance): void {
      const next = waiting.shift();
      if (next) {
        next(instance);
        return;
      }
      instance.busy = false;
      instance.idleTimer = setTimeout(() => void retire(instance), IDLE_MS).unref();
    },
    /** Without code no other worker is started, and each waiting caller gets null. */
    async replace(instance: Instance, code: WorkerOrder | null): Promise<void> {
      await retire(instance);
      if (code === null) return giveUp();
      const next = waiting.shift();
      if (next) next(Object.assign(start(code), { busy: true }));
    },
    async close(): Promise<void> {
      giveUp();
      await Promise.all([...instances].map(retire));
    },
  };
}

function resultOf(answer: WorkerAnswer | Lost): RunResult {
  if (answer.kind === 'answered') return { outcome: 'answered', payload: JSON.parse(answer.payload), ms: answer.ms };
  if (answer.kind === 'ready') throw new Error('A worker said twice that it is ready.');
  const { errorType, message, ms, stack } = answer;
  return { outcome: 'failed', errorType, message, ms, stack };
}
