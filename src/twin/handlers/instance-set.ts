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

export function instanceSet(order: InstanceSetOrder): InstanceSet {
  const { budget } = order;
  const waiting = callQueue();
  const instances = new Set<Instance>();
  const retire = async (instance: Instance) => {
    instances.delete(instance);
    clearTimeout(instance.idleTimer);
    await instance.worker.terminate();
  };
  /** Gives the instance to the call that waits longest, or lets it rest. */
  const pass = (instance: Instance): void => {
    const hadItsTime = waiting.size() === 0 || performance.now() - instance.startedAt > PLACE_MS_MIN;
    if (budget.isWanted() && hadItsTime) void retire(instance).then(() => growth.grow(instance.code));
    else if (!waiting.give(instance)) {
      instance.busy = false;
      budget.rest(instance, true);
      const isSpare = instances.size > 1;
      instance.idleTimer = setTimeout(() => void retire(instance), isSpare ? SPARE_IDLE_MS : IDLE_MS).unref();
    }
  };
  const growth = growing(order, { instances, waiting, retire, pass });
  return {
    async take(code) {
      const free = [...instances].find(({ busy }) => !busy);
      if (free === undefined) {
        const taken = waiting.join();
        void growth.grow(code);
        return taken;
      }
      free.busy = true;
      clearTimeout(free.idleTimer);
      budget.rest(free, false);
      return free;
    },
    giveBack: pass,
    async replace(instance, code) {
      await retire(instance);
      if (code === null) waiting.giveUp();
      else void growth.grow(code);
    },
    async close() {
      growth.close();
      waiting.close();
      await Promise.all([...instances].map(retire));
    },
  };
}

/** The calls that wait for an instance. */
function callQueue() {
  const waiting: ((instance: Instance | null) => void)[] = [];
  let most = WAITING_MAX;
  const giveUp = () => {
    for (const next of waiting.splice(0)) next(null);
  };
  return {
    size: () => waiting.length,
    /** Resolves with null at once when too many calls wait. */
    async join(): Promise<Instance | null> {
      return waiting.length < most ? new Promise((resolve) => waiting.push(resolve)) : null;
    },
    give(instance: Instance): boolean {
      const next = waiting.shift();
      next?.(instance);
      return next !== undefined;
    },
    giveUp,
    /** A call whose code is loaded only now must not wait for ever. */
    close(): void {
      most = 0;
      giveUp();
    },
  };
}

interface Members {
  readonly instances: Set<Instance>;
  readonly waiting: ReturnType<typeof callQueue>;
  readonly retire: (instance: Instance) => Promise<void>;
  readonly pass: (instance: Instance) => void;
}

/** Starts one instance at a time: the module may not be loadable, and when it is, fewer calls may wait. */
function growing({ settings, printed, budget }: InstanceSetOrder, { instances, waiting, retire, pass }: Members) {
  let isStarting = false;
  let isClosed = false;
  const onExit = (gone: Instance) => {
    instances.delete(gone);
    budget.free(gone);
  };
  const grow = async (code: InstanceCode): Promise<void> => {
    if (isStarting || isClosed || waiting.size() === 0 || instances.size >= WORKERS_MAX) return;
    isStarting = true;
    await budget.take();
    const instance = startInstance({ settings, code, printed, onExit, retire: (spent) => void retire(spent) });
    instances.add(instance);
    if (isClosed) return retire(instance);
    pass(instance);
    await instance.loaded;
    isStarting = false;
    return grow(code);
  };
  return {
    grow,
    close: () => {
      isClosed = true;
    },
  };
}
