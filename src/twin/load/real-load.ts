/**
 * Traffic in real time: real calls through the alias, at exponential gaps. The gaps are capped so that a quiet service
 * still shows activity. The calls in progress are capped so that a service that hangs does not fill the memory.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import { type EventPicker, eventPicker } from '../handlers/event-picker.ts';
import type { Random } from '../random.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import type { Load, World } from '../world/world.ts';
import type { DataPlane } from './invocation.ts';
import type { LoadGenerator } from './modelled-load.ts';

const GAP_MAX_MS = 5_000;
/** After a pause of the process, calls that were missed for longer than this are not made up. */
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
  /** Calls in progress by function: a function that hangs takes no calls from the others. */
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
      // A function or alias that was deleted gets no calls until it exists again.
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
    // Counted from the time at which the last call was due. Otherwise late timers would reduce the traffic.
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
    // Real calls are measured when they end, so there is nothing to catch up with.
    catchUp: () => {},
    flush: () => {},
    close: stop,
  };
}

function stopAll(timers: Map<string, Cancel>): void {
  for (const cancel of timers.values()) cancel();
  timers.clear();
}

/** The events of a team that declares none. */
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

/** The files were checked when they were named. A file is left out when it is gone, or is no longer JSON. */
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
