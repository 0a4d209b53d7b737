/**
 * Traffic in virtual time: no call is made, what calls would have done is drawn for whole stretches of time. A stretch
 * ends where a bucket does, and where an alias, a version or a rate changes; it is drawn when somebody wants to know,
 * from a generator of its own, so that looking at the figures changes nothing.
 */
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { BUCKET_MS, type Measurements } from './measurements.ts';
import { drawCalls } from './modelled-calls.ts';
import { sharesOf } from './traffic.ts';
import type { Alias, FunctionVersion, LambdaFunction, Load, World } from './world.ts';

export interface LoadGenerator {
  /** Call when the rates have changed. */
  adjust(): void;
  /** Makes sure that the calls in buckets that end by then are measured. */
  catchUp(until: number): void;
  /** Makes sure that all calls up to now are measured: before anything that decides where they go is changed. */
  flush(): void;
  close(): void;
}

interface Cursor {
  readonly random: Random;
  at: number;
  readonly warmInstances: Map<string, number>;
  /** The alias as it was when its shares were worked out; another one takes its place when it is changed. */
  split: { readonly alias: Alias; readonly shares: ReadonlyMap<string, number> } | null;
}

export function modelledLoad({
  scheduler,
  random,
  world,
  measured,
}: {
  scheduler: Scheduler;
  random: Random;
  world: World;
  measured: Measurements;
}): LoadGenerator {
  const cursors = new Map<string, Cursor>();
  const drawUntil = (until: number) => {
    for (const [key, cursor] of cursors) {
      const load = world.loads[key];
      for (let from = cursor.at; from < until; from = cursor.at) {
        cursor.at = Math.min(until, (Math.floor(from / BUCKET_MS) + 1) * BUCKET_MS);
        if (load) drawStretch({ world, measured, load, cursor, from });
      }
    }
  };
  return {
    adjust() {
      for (const key of Object.keys(world.loads)) {
        if (cursors.has(key)) continue;
        cursors.set(key, { random: random.fork(key), at: scheduler.now(), warmInstances: new Map(), split: null });
      }
    },
    catchUp: (until) => drawUntil(Math.floor(Math.min(until, scheduler.now()) / BUCKET_MS) * BUCKET_MS),
    flush: () => drawUntil(scheduler.now()),
    close: () => cursors.clear(),
  };
}

interface StretchOrder {
  readonly world: World;
  readonly measured: Measurements;
  readonly load: Load;
  readonly cursor: Cursor;
  readonly from: number;
}

function drawStretch({ world, measured, load, cursor, from }: StretchOrder): void {
  const found = world.functions[load.functionName];
  const alias = found?.aliases[load.alias];
  if (!found || !alias) return;
  const seconds = (cursor.at - from) / 1_000;
  let left = cursor.random.poisson(load.requestsPerSecond * seconds);
  let percentLeft = 100;
  if (cursor.split?.alias !== alias) cursor.split = { alias, shares: sharesOf(alias) };
  for (const [name, percent] of cursor.split.shares) {
    const count = cursor.random.binomial(left, percent / percentLeft);
    left -= count;
    percentLeft -= percent;
    const version = found.versions[name];
    if (version && count > 0) drawVersion({ found, version, measured, load, cursor, from, count });
  }
}

interface VersionOrder extends Omit<StretchOrder, 'world'> {
  readonly found: LambdaFunction;
  readonly version: FunctionVersion;
  readonly count: number;
}

function drawVersion({ found, version, measured, load, cursor, from, count }: VersionOrder): void {
  if (version.code.kind !== 'modelled') return;
  const { random, warmInstances } = cursor;
  const { behaviour } = version.code;
  const lengthMs = cursor.at - from;
  // Little's law: calls in progress = calls a millisecond x milliseconds a call.
  const inProgress = Math.ceil((count / lengthMs) * behaviour.medianMs);
  const throttles = inProgress > found.concurrency ? random.binomial(count, 1 - found.concurrency / inProgress) : 0;
  const instances = Math.max(1, Math.min(inProgress, found.concurrency));
  const warm = warmInstances.get(version.version) ?? 0;
  warmInstances.set(version.version, Math.max(warm, instances));
  const drawn = drawCalls(random, {
    behaviour,
    timeoutMs: version.timeoutMs,
    coldStarts: Math.max(0, instances - warm),
    count: count - throttles,
    label: `${version.version}/${from}`,
  });
  const bad = drawn.errors + throttles;
  measured.record({
    functionName: found.name,
    alias: load.alias,
    version: version.version,
    at: from,
    ...drawn,
    throttles,
    // The earliest of so many moments, each equally likely anywhere in the stretch.
    firstBadAt: bad === 0 ? null : from + Math.floor(lengthMs * (1 - (1 - random.uniform()) ** (1 / bad))),
  });
}
