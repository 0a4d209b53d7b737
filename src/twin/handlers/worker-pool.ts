/**
 * Worker threads for one version of a real handler. Like a Lambda instance, a worker takes one call at a time, and keeps
 * the state of its modules between calls. When all are busy a new one starts, up to a limit. A call that takes too long
 * ends together with its worker, because nothing else stops an endless loop.
 */
import type { WorkerAnswer } from './handler-call.ts';
import type { WorkerOrder } from './handler-worker.ts';
import { instanceSet } from './instance-set.ts';
import { lastLines } from './printed-lines.ts';
import type { WorkerBudget } from './worker-budget.ts';
import { workerCode } from './worker-code.ts';
import { callInstance, type InstanceSettings, type Lost } from './worker-instance.ts';

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
  /** Shared by the pools of all versions. */
  readonly budget: WorkerBudget;
}

/** A module that cannot be loaded is tried again after this time. Until then every call fails with the last error. */
const RELOAD_AFTER_MS = 1_000;
/** The limit also applies to a version whose instances die again and again, because each start takes processor time. */
const DEATHS_MAX = 5;

export function workerPool(order: PoolOrder): Runner {
  const printed = lastLines();
  const instances = instanceSet({ settings: order, printed, budget: order.budget });
  const failing = failingFast();
  let isClosed = false;
  const load = async () => ({ order: await order.load(), program: await workerCode() });
  let code: ReturnType<typeof load> | undefined;
  return {
    async run(event, qualifier) {
      const before = failing.lastFailure();
      if (before !== null) return resultOf(before);
      code ??= load();
      const instance = await instances.take(await code);
      if (!instance) return failing.resultOr({ outcome: 'throttled' });
      const answer = await callInstance(instance, { settings: order, event, qualifier });
      // The pool ended the instance in the middle of the call, which says nothing about the handler.
      if (answer.kind === 'lost' && isClosed) return { outcome: 'throttled' };
      failing.note(answer);
      if (answer.kind !== 'lost') instances.giveBack(instance);
      else await instances.replace(instance, failing.lastFailure() === null ? await code : null);
      return resultOf(answer);
    },
    printed: printed.list,
    close() {
      isClosed = true;
      return instances.close();
    },
  };
}

/**
 * After a failure to load, or too many deaths, all calls of the next moment get that failure. So a version that cannot
 * run does not use up a processor.
 */
function failingFast() {
  let deaths = 0;
  let failure: Lost | null = null;
  let until = 0;
  const lastFailure = () => (failure !== null && performance.now() < until ? failure : null);
  return {
    lastFailure,
    resultOr(other: RunResult): RunResult {
      const last = lastFailure();
      return last === null ? other : resultOf(last);
    },
    note(answer: WorkerAnswer | Lost): void {
      deaths = answer.kind === 'lost' && answer.errorType !== 'Sandbox.Timedout' ? deaths + 1 : 0;
      failure = answer.kind === 'lost' && (answer.isLoading === true || deaths >= DEATHS_MAX) ? answer : null;
      until = performance.now() + RELOAD_AFTER_MS;
    },
  };
}

function resultOf(answer: WorkerAnswer | Lost): RunResult {
  if (answer.kind === 'answered') return { outcome: 'answered', payload: JSON.parse(answer.payload), ms: answer.ms };
  if (answer.kind === 'ready') throw new Error('A worker said twice that it is ready.');
  const { errorType, message, ms, stack } = answer;
  return { outcome: 'failed', errorType, message, ms, stack };
}
