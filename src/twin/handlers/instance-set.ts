/** The instances of one version: which of them takes the next call, when one more starts, and when one ends. */
import type { PrintedLines } from './printed-lines.ts';
import type { WorkerBudget } from './worker-budget.ts';
import { type Instance, type InstanceCode, type InstanceSettings, startInstance } from './worker-instance.ts';

/** When all are busy, calls wait for a free one; when too many calls wait, further calls are throttled. */
const WORKERS_MAX = 8;
const WAITING_MAX = 50;
/** One warm instance stays this long without a call. Further ones were for a peak, and end soon after it. */
const IDLE_MS = 60_000;
const SPARE_IDLE_MS = 5_000;
/** A worker keeps its place at least this long when another version waits, because each start takes processor time. */
const PLACE_MS_MIN = 250;

export interface InstanceSetOrder {
  readonly settings: InstanceSettings;
  readonly printed: PrintedLines;
  readonly budget: WorkerBudget;
}

export interface InstanceSet {
  /** Resolves with an instance for one call. Null when too many calls wait, or when no instance can run the code. */
  take(code: InstanceCode): Promise<Instance | null>;
  giveBack(instance: Instance): void;
  /** Ends the instance. Without code no other one starts, and each waiting caller gets null. */
  replace(instance: Instance, code: InstanceCode | null): Promise<void>;
  close(): Promise<void>;
}

export function instanceSet({ settings, printed, budget }: InstanceSetOrder): InstanceSet {
  const instances = new Set<Instance>();
  const waiting: ((instance: Instance | null) => void)[] = [];
  let isStarting = false;
  let isClosed = false;
  const retire = async (instance: Instance) => {
    instances.delete(instance);
    clearTimeout(instance.idleTimer);
    await instance.worker.terminate();
  };
  const giveUp = () => {
    for (const next of waiting.splice(0)) next(null);
  };
  const start = (code: InstanceCode): Instance => {
    const onExit = (gone: Instance) => {
      instances.delete(gone);
      budget.free(gone);
    };
    const instance = startInstance({ settings, code, printed, onExit, retire: (gone) => void retire(gone) });
    instances.add(instance);
    return instance;
  };
  /** One at a time: the module may not be loadable, and at the end of a start fewer calls may wait. */
  const grow = async (code: InstanceCode): Promise<void> => {
    if (isStarting || isClosed || waiting.length === 0 || instances.size >= WORKERS_MAX) return;
    isStarting = true;
    await budget.take();
    const instance = start(code);
    if (isClosed) return retire(instance);
    pass(instance, code);
    await instance.loaded;
    isStarting = false;
    return grow(code);
  };
  /** Gives the instance to the call that waits longest, or lets it rest. */
  const pass = (instance: Instance, code: InstanceCode): void => {
    const isSpent = budget.isWanted() && performance.now() - instance.startedAt > PLACE_MS_MIN;
    if (isSpent) void retire(instance).then(() => grow(code));
    else if (waiting.length > 0) waiting.shift()?.(instance);
    else {
      instance.busy = false;
      budget.rest(instance, true);
      const isSpare = instances.size > 1;
      instance.idleTimer = setTimeout(() => void retire(instance), isSpare ? SPARE_IDLE_MS : IDLE_MS).unref();
    }
  };
  return {
    async take(code) {
      const free = [...instances].find(({ busy }) => !busy);
      if (free !== undefined) {
        free.busy = true;
        clearTimeout(free.idleTimer);
        budget.rest(free, false);
        return free;
      }
      if (waiting.length >= WAITING_MAX) return null;
      const taken = new Promise<Instance | null>((resolve) => waiting.push(resolve));
      void grow(code);
      return taken;
    },
    giveBack: (instance) => pass(instance, instance.code),
    async replace(instance, code) {
      await retire(instance);
      if (code === null) giveUp();
      else void grow(code);
    },
    async close() {
      isClosed = true;
      giveUp();
      await Promise.all([...instances].map(retire));
    },
  };
}
