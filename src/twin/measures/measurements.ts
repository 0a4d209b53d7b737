/**
 * What calls did, per function, alias and executed version, in buckets of 10 s by the start of a call. A longer period
 * is an exact sum of buckets, because samples add up. Buckets are kept for 3 hours, like CloudWatch's high-resolution
 * metrics; the totals per version are never dropped.
 */
import type { CallPeriod } from '../../domain/lambda/callers.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import { countAbove, type Durations, percentile, type SampleGroup } from './latency-samples.ts';

export const BUCKET_MS = 10_000;
const KEPT_MS = 3 * 3_600_000;

/** The calls of one version that began within one bucket. `requests` ran; `throttles` were refused and did not run. */
export interface Batch extends Durations {
  readonly functionName: string;
  /** The alias that was called; null when the version itself was called. */
  readonly alias: string | null;
  readonly version: string;
  readonly at: number;
  readonly requests: number;
  /** Invocations that failed. */
  readonly errors: number;
  /** Answers with a status of 500 or more; none when left out. */
  readonly serverErrors?: number | undefined;
  readonly throttles: number;
  readonly firstBadAt: number | null;
}

export interface Window {
  readonly functionName: string;
  readonly alias?: string | undefined;
  readonly version?: string | undefined;
  readonly startsAt: number;
  readonly periodMs: number;
}

export interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly serverErrors: number;
  readonly throttles: number;
}

/** Counted since the start. `harmed` calls were throttled, failed, or got an error in their answer. */
export interface VersionTotals extends Sums {
  readonly harmed: number;
  readonly firstBadAt: number | null;
}

interface Bucket {
  requests: number;
  errors: number;
  serverErrors: number;
  throttles: number;
  readonly rawMs: number[];
  readonly groups: SampleGroup[];
}
/** Answers about the latency of a period. They are valid until another request of that period is measured. */
interface Answers {
  readonly requests: number;
  readonly above: Map<number, number>;
  readonly percentiles: Map<number, number | null>;
}
interface Series {
  readonly alias: string | null;
  readonly version: string;
  readonly buckets: Map<number, Bucket>;
  /** By the length of the period, then by its start. */
  readonly answers: Map<number, Map<number, Answers>>;
}

export type Measurements = ReturnType<typeof measurements>;

export function measurements() {
  const seriesOf = new Map<string, Series[]>();
  const totals = new Map<string, Map<string, VersionTotals>>();
  const seriesIn = ({ functionName, alias, version }: Window): Series[] =>
    (seriesOf.get(functionName) ?? []).filter(
      (series) =>
        (alias === undefined || series.alias === alias) && (version === undefined || series.version === version),
    );
  return {
    record(batch: Batch): void {
      const known = seriesOf.get(batch.functionName) ?? [];
      seriesOf.set(batch.functionName, known);
      addToBucket(bucketFor(known, batch), batch);
      const versions = totals.get(batch.functionName) ?? new Map<string, VersionTotals>();
      totals.set(batch.functionName, versions);
      versions.set(batch.version, addToTotals(versions.get(batch.version), batch));
    },
    sums: (window: Window): Sums => sumsOf({ ...window, series: seriesIn(window) }),
    /** Returns how many requests took longer than each of the latencies. */
    countsAbove(window: Window, latenciesMs: readonly number[]): number[] {
      const found = { ...window, series: seriesIn(window) };
      return answersOf(found, { keys: latenciesMs, known: answersAbout(found).above, answer: countAbove });
    },
    /**
     * Returns the duration that each percentage of the requests did not exceed, in milliseconds; null without requests.
     */
    durationPercentiles(window: Window, percents: readonly number[]): (number | null)[] {
      const found = { ...window, series: seriesIn(window) };
      return answersOf(found, { keys: percents, known: answersAbout(found).percentiles, answer: percentile });
    },
    /**
     * Returns the calls by any name, and by each alias and version that was called by its name. Buckets without a call
     * are left out.
     */
    callPeriods(functionName: string, { from, until }: { from: number; until: number }): CallPeriod[] {
      const periods = new Map<number, { total: number; named: Record<string, number> }>();
      for (const { alias, version, buckets } of seriesOf.get(functionName) ?? []) {
        for (const [startsAt, { requests }] of buckets) {
          if (startsAt < from || startsAt >= until || requests === 0) continue;
          const period = periods.get(startsAt) ?? { total: 0, named: {} };
          periods.set(startsAt, period);
          period.total += requests;
          const name = alias ?? version;
          if (name !== LATEST) period.named[name] = (period.named[name] ?? 0) + requests;
        }
      }
      return [...periods].sort(([one], [other]) => one - other).map(([startsAt, period]) => ({ startsAt, ...period }));
    },
    totals: (functionName: string): ReadonlyMap<string, VersionTotals> => totals.get(functionName) ?? new Map(),
  };
}

type Found = Pick<Window, 'startsAt' | 'periodMs'> & { readonly series: readonly Series[] };

function forEachBucket({ series, startsAt, periodMs }: Found, visit: (bucket: Bucket) => void): void {
  for (const { buckets } of series) {
    for (let at = startsAt; at < startsAt + periodMs; at += BUCKET_MS) {
      const bucket = buckets.get(at);
      if (bucket) visit(bucket);
    }
  }
}

function sumsOf(found: Found): Sums {
  const sums = { requests: 0, errors: 0, serverErrors: 0, throttles: 0 };
  forEachBucket(found, ({ requests, errors, serverErrors, throttles }) => {
    sums.requests += requests;
    sums.errors += errors;
    sums.serverErrors += serverErrors;
    sums.throttles += throttles;
  });
  return sums;
}

function durationsOf(found: Found): Durations {
  const rawMs: number[] = [];
  const groups: SampleGroup[] = [];
  forEachBucket(found, (bucket) => {
    for (const ms of bucket.rawMs) rawMs.push(ms);
    for (const group of bucket.groups) groups.push(group);
  });
  return { rawMs, groups };
}

interface Question<T> {
  readonly keys: readonly number[];
  readonly known: Map<number, T>;
  readonly answer: (durations: Durations, key: number) => T;
}

function answersOf<T>(found: Found, { keys, known, answer }: Question<T>): T[] {
  let durations: Durations | null = null;
  return keys.map((key) => {
    const answered = known.get(key);
    if (answered !== undefined) return answered;
    durations ??= durationsOf(found);
    const fresh = answer(durations, key);
    known.set(key, fresh);
    return fresh;
  });
}

/** A tick reads all periods since the opening again, so answers about a single series are cached. */
function answersAbout(found: Found): Answers {
  const { requests } = sumsOf(found);
  const [only] = found.series;
  if (only === undefined || found.series.length > 1) return noAnswers(requests);
  const ofLength = only.answers.get(found.periodMs) ?? new Map<number, Answers>();
  only.answers.set(found.periodMs, ofLength);
  const known = ofLength.get(found.startsAt);
  if (known?.requests === requests) return known;
  const fresh = noAnswers(requests);
  ofLength.set(found.startsAt, fresh);
  return fresh;
}

function noAnswers(requests: number): Answers {
  return { requests, above: new Map(), percentiles: new Map() };
}

function bucketFor(known: Series[], { alias, version, at }: Batch): Bucket {
  let series = known.find((one) => one.alias === alias && one.version === version);
  if (!series) {
    series = { alias, version, buckets: new Map(), answers: new Map() };
    known.push(series);
  }
  const startsAt = Math.floor(at / BUCKET_MS) * BUCKET_MS;
  let bucket = series.buckets.get(startsAt);
  if (!bucket) {
    bucket = { requests: 0, errors: 0, serverErrors: 0, throttles: 0, rawMs: [], groups: [] };
    series.buckets.set(startsAt, bucket);
    forgetBefore(known, startsAt - KEPT_MS);
  }
  return bucket;
}

/**
 * Buckets arrive nearly in the order of time, so the oldest come first. The same is true for the answers about them.
 */
function forgetBefore(known: Series[], limit: number): void {
  for (let index = known.length - 1; index >= 0; index -= 1) {
    const { buckets, answers } = known[index] as Series;
    for (const kept of [buckets, ...answers.values()]) {
      for (const startsAt of kept.keys()) {
        if (startsAt >= limit) break;
        kept.delete(startsAt);
      }
    }
    if (buckets.size === 0) known.splice(index, 1);
  }
}

function addToBucket(bucket: Bucket, { requests, errors, serverErrors = 0, throttles, rawMs, groups }: Batch): void {
  bucket.requests += requests;
  bucket.errors += errors;
  bucket.serverErrors += serverErrors;
  bucket.throttles += throttles;
  bucket.rawMs.push(...rawMs);
  bucket.groups.push(...groups);
}

function addToTotals(
  total: VersionTotals | undefined,
  { requests, errors, serverErrors = 0, throttles, firstBadAt }: Batch,
): VersionTotals {
  return {
    requests: (total?.requests ?? 0) + requests,
    errors: (total?.errors ?? 0) + errors,
    serverErrors: (total?.serverErrors ?? 0) + serverErrors,
    throttles: (total?.throttles ?? 0) + throttles,
    harmed: (total?.harmed ?? 0) + errors + serverErrors + throttles,
    firstBadAt: total?.firstBadAt ?? firstBadAt,
  };
}
