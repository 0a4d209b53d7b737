/**
 * Traffic in virtual time. No call is made: the results of calls are drawn for whole time spans. A span ends with a
 * bucket, and at a change of an alias, a version, a rate or an outage. It is drawn when its figures are read, by a
 * generator of its own, so that reading the figures changes nothing.
 */

import { sharesOf } from '../lambda/traffic.ts';
import { BUCKET_MS, type Measurements } from '../measures/measurements.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { takesCalls, versionIn } from '../world/version-state.ts';
import type { Alias, Behaviour, FunctionVersion, LambdaFunction, Load, World } from '../world/world.ts';
import { drawNoise, nextOutageEdge, outageFactorAt, rateAt } from './load-shape.ts';
import { type Conduct, conductOf, drawCalls } from './modelled-calls.ts';

export interface LoadGenerator {
  /** Must be called when the rates have changed. */
  adjust(): void;
  /** Ensures that the calls in buckets that end by then are measured. */
  catchUp(until: number): void;
  /** Ensures that all calls up to now are measured. Must run before a change of where calls go. */
  flush(): void;
  close(): void;
}

const MINUTE_MS = 60_000;
/** A version that has run for long has had busier moments than the first span that is drawn. */
const WARM_MARGIN = 2;

interface Cursor {
  readonly random: Random;
  at: number;
  /** True until the first span is drawn: earlier calls have started the instances that this span needs. */
  isWarm: boolean;
  readonly warmInstances: Map<string, number>;
  readonly conducts: Map<string, KnownConduct>;
  /** The alias from which the shares were computed. A change replaces the alias object. */
  split: { readonly alias: Alias; readonly shares: ReadonlyMap<string, number> } | null;
}

/** The conduct of a version, with the values from which it was computed. */
interface KnownConduct {
  readonly minute: number;
  readonly behaviour: Behaviour;
  readonly errorFactor: number;
  readonly latencyFactor: number;
  readonly conduct: Conduct;
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
        const bucketEnds = (Math.floor(from / BUCKET_MS) + 1) * BUCKET_MS;
        cursor.at = Math.min(until, bucketEnds, load ? nextOutageEdge(load, from) : bucketEnds);
        if (load) drawStretch({ world, measured, load, cursor, from });
      }
    }
  };
  return {
    adjust() {
      const now = scheduler.now();
      for (const [key, { since = now }] of Object.entries(world.loads)) {
        if (!cursors.has(key))
          cursors.set(key, newCursor({ random: random.fork(key), at: since, isWarm: since < now }));
      }
    },
    catchUp: (until) => drawUntil(Math.floor(Math.min(until, scheduler.now()) / BUCKET_MS) * BUCKET_MS),
    flush: () => drawUntil(scheduler.now()),
    close: () => cursors.clear(),
  };
}

function newCursor(start: Pick<Cursor, 'random' | 'at' | 'isWarm'>): Cursor {
  return { ...start, warmInstances: new Map(), conducts: new Map(), split: null };
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
  if (!found) return;
  const alias = found.aliases[load.alias];
  // When `load.alias` is a version or `$LATEST`, all calls go to it.
  const shares = alias ? sharesFor(cursor, alias) : new Map([[load.alias, 100]]);
  const seconds = (cursor.at - from) / 1_000;
  let left = cursor.random.poisson(rateAt(load, (from + cursor.at) / 2) * seconds);
  let percentLeft = 100;
  for (const [name, percent] of shares) {
    const count = cursor.random.binomial(left, percent / percentLeft);
    left -= count;
    percentLeft -= percent;
    const version = versionIn(found, name);
    if (version && count > 0 && takesCalls(version, from))
      drawVersion({ found, version, measured, load, cursor, from, count });
  }
  cursor.isWarm = false;
}

function sharesFor(cursor: Cursor, alias: Alias): ReadonlyMap<string, number> {
  if (cursor.split?.alias !== alias) cursor.split = { alias, shares: sharesOf(alias) };
  return cursor.split.shares;
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
  const warm = cursor.isWarm ? WARM_MARGIN * instances : (warmInstances.get(version.version) ?? 0);
  warmInstances.set(version.version, Math.max(warm, instances));
  const drawn = drawCalls(random, {
    conduct: conductAt(cursor, { version, behaviour, at: from }),
    errorFactor: outageFactorAt(load, from),
    coldStarts: Math.max(0, instances - warm),
    count: count - throttles,
  });
  const bad = drawn.errors + (drawn.serverErrors ?? 0) + throttles;
  measured.record({
    functionName: found.name,
    alias: found.aliases[load.alias] ? load.alias : null,
    version: version.version,
    at: from,
    ...drawn,
    throttles,
    // The earliest of `bad` moments, each equally likely anywhere in the span.
    firstBadAt: bad === 0 ? null : from + Math.floor(lengthMs * (1 - (1 - random.uniform()) ** (1 / bad))),
  });
}

/** Noise is drawn again each minute, separately for each version. */
function conductAt(
  { random, conducts }: Cursor,
  { version, behaviour, at }: { version: FunctionVersion; behaviour: Behaviour; at: number },
): Conduct {
  const minute = Math.floor(at / MINUTE_MS);
  const known = conducts.get(version.version);
  const { noisePercent = 0 } = behaviour;
  if (known?.behaviour === behaviour && (known.minute === minute || noisePercent === 0)) return known.conduct;
  const isSameMinute = known?.minute === minute;
  const errorFactor = isSameMinute ? known.errorFactor : drawNoise(random, noisePercent);
  const latencyFactor = isSameMinute ? known.latencyFactor : drawNoise(random, noisePercent);
  const conduct = conductOf(behaviour, { timeoutMs: version.timeoutMs, errorFactor, latencyFactor });
  conducts.set(version.version, { minute, behaviour, errorFactor, latencyFactor, conduct });
  return conduct;
}
