/**
 * Traffic in real time: real calls through the alias, at exponential gaps. Gaps are capped, so that a quiet service still
 * shows life, and so are the calls in progress, so that a service that hangs does not fill the memory.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import { type EventPicker, eventPicker } from '../handlers/event-picker.ts';
import type { Random } from '../random.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import type { Load, World } from '../world/world.ts';
import type { DataPlane } from './invocation.ts';
import type { LoadGenerator } from './modelled-load.ts';

const GAP_MAX_MS = 5_000;
/** After a pause of the process, what was missed in it is not made up for. */
const BEHIND_MAX_MS = 200;
const IN_PROGRESS_MAX = 100;

export function realLoad({
  scheduler,
  random,
  world,
  dataPlane,
}: {
  scheduler: Scheduler;
  random: Random;
  world: World;
  dataPlane: DataPlane;
}): LoadGenerator {
  const timers = new Map<string, Cancel>();
  const eventOf = eventsOfLoads({ random: random.fork('events'), now: scheduler.now });
  let calls = 0;
  /** By function: one that hangs takes no calls from the others. */
  const inProgress = new Map<string, number>();
  const call = async (load: Load) => {
    const { functionName, alias } = load;
    const before = inProgress.get(functionName) ?? 0;
    if (before >= IN_PROGRESS_MAX) return;
    inProgress.set(functionName, before + 1);
    calls += 1;
    try {
      await dataPlane.invoke({ functionName, qualifier: alias, event: eventOf(load, calls) });
    } catch (error) {
      // A function or alias that has gone gets no calls until it is there again.
      if (!isSlipwayError(error, 'NotFound')) throw error;
    } finally {
      inProgress.set(functionName, (inProgress.get(functionName) ?? 1) - 1);
    }
  };
  const scheduleNext = (key: string, dueAt: number) => {
    const load = world.loads[key];
    if (!load || load.requestsPerSecond <= 0) {
      timers.delete(key);
      return;
    }
    const gapMs = Math.min(GAP_MAX_MS, random.exponential(1_000 / load.requestsPerSecond));
    // Counted from when the last call was due, or timers that ring late would thin the traffic out.
    const nextAt = Math.max(dueAt + gapMs, scheduler.now() - BEHIND_MAX_MS);
    const next = () => {
      scheduleNext(key, nextAt);
      return call(load);
    };
    timers.set(key, scheduler.at(nextAt, next));
  };
  const stop = () => stopAll(timers);
  return {
    adjust() {
      stop();
      for (const key of Object.keys(world.loads)) scheduleNext(key, scheduler.now());
    },
    // Real calls are measured as they end; there is nothing to catch up with.
    catchUp: () => {},
    flush: () => {},
    close: stop,
  };
}

function stopAll(timers: Map<string, Cancel>): void {
  for (const cancel of timers.values()) cancel();
  timers.clear();
}

/** Of a team that says nothing of its events. */
type Events = NonNullable<Load['events']>;
const USUAL: Events = { weights: { http: 1 }, bases: [] };

function eventsOfLoads({ random, now }: { readonly random: Random; readonly now: () => number }) {
  const pickers = new WeakMap<Events, EventPicker>();
  return ({ events = USUAL }: Load, number: number): unknown => {
    const known = pickers.get(events) ?? pickerFor(events);
    pickers.set(events, known);
    return known(random, { number, at: now() });
  };
}

/** Files were looked at when they were named. One that has gone since, or is no JSON any more, is left out. */
function pickerFor({ weights, bases }: Events): EventPicker {
  const readable = Object.entries(weights).filter(([name, weight]) =>
    isReadable({ weights: { [name]: weight }, bases }),
  );
  return eventPicker(readable.length === 0 ? USUAL : { weights: Object.fromEntries(readable), bases });
}

function isReadable(events: Events): boolean {
  try {
    eventPicker(events);
    return true;
  } catch (error) {
    if (isSlipwayError(error)) return false;
    throw error;
  }
}
