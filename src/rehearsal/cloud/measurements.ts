/**
 * What calls did, per function, alias and executed version, in buckets of 10 s by the moment a call began. Any longer
 * period is a sum of buckets, which is exact, since histograms merge. Buckets are kept for 3 hours, as CloudWatch keeps
 * high-resolution metrics; the totals per version are kept for good.
 */
import { addDuration, type LatencyHistogram, mergeInto, percentile } from './latency-histogram.ts';

export const BUCKET_MS = 10_000;
const KEPT_MS = 3 * 3_600_000;

export interface Duration {
  readonly ms: number;
  readonly count: number;
}

/** Calls of one version that began within one bucket. `requests` ran; `throttles` were turned away and did not. */
export interface Batch {
  readonly functionName: string;
  /** The alias that was called; null when it was the version itself. */
  readonly alias: string | null;
  readonly version: string;
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  readonly throttles: number;
  /** A function is called only when somebody asks for a percentile. */
  readonly durations: readonly Duration[] | (() => readonly Duration[]);
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
  readonly throttles: number;
}

/** Since the beginning. `harmed` calls got an error or were turned away. */
export interface VersionTotals extends Sums {
  readonly harmed: number;
  readonly firstBadAt: number | null;
}

interface Bucket {
  requests: number;
  errors: number;
  throttles: number;
  readonly durations: LatencyHistogram;
  readonly pending: (() => readonly Duration[])[];
}
interface Series {
  readonly alias: string | null;
  readonly version: string;
  readonly buckets: Map<number, Bucket>;
}

export type Measurements = ReturnType<typeof measurements>;

export function measurements() {
  const seriesOf = new Map<string, Series[]>();
  const totals = new Map<string, Map<string, VersionTotals>>();
  const forEachBucket = (
    { functionName, alias, version, startsAt, periodMs }: Window,
    visit: (bucket: Bucket) => void,
  ): void => {
    for (const series of seriesOf.get(functionName) ?? []) {
      if (alias !== undefined && series.alias !== alias) continue;
      if (version !== undefined && series.version !== version) continue;
      for (let at = startsAt; at < startsAt + periodMs; at += BUCKET_MS) {
        const bucket = series.buckets.get(at);
        if (bucket) visit(bucket);
      }
    }
  };
  return {
    record(batch: Batch): void {
      const known = seriesOf.get(batch.functionName) ?? [];
      seriesOf.set(batch.functionName, known);
      addToBucket(bucketFor(known, batch), batch);
      const versions = totals.get(batch.functionName) ?? new Map<string, VersionTotals>();
      totals.set(batch.functionName, versions);
      versions.set(batch.version, addToTotals(versions.get(batch.version), batch));
    },
    sums(window: Window): Sums {
      const sums = { requests: 0, errors: 0, throttles: 0 };
      forEachBucket(window, (bucket) => {
        sums.requests += bucket.requests;
        sums.errors += bucket.errors;
        sums.throttles += bucket.throttles;
      });
      return sums;
    },
    durationPercentile(window: Window, percent: number): number | null {
      const merged: LatencyHistogram = new Map();
      forEachBucket(window, (bucket) => mergeInto(merged, settledDurations(bucket)));
      return percentile(merged, percent);
    },
    totals: (functionName: string): ReadonlyMap<string, VersionTotals> => totals.get(functionName) ?? new Map(),
  };
}

function bucketFor(known: Series[], { alias, version, at }: Batch): Bucket {
  let series = known.find((one) => one.alias === alias && one.version === version);
  if (!series) {
    series = { alias, version, buckets: new Map() };
    known.push(series);
  }
  const startsAt = Math.floor(at / BUCKET_MS) * BUCKET_MS;
  let bucket = series.buckets.get(startsAt);
  if (!bucket) {
    bucket = { requests: 0, errors: 0, throttles: 0, durations: new Map(), pending: [] };
    series.buckets.set(startsAt, bucket);
    forgetBefore(known, startsAt - KEPT_MS);
  }
  return bucket;
}

/** Buckets come nearly in order of time, so the oldest are at the front. */
function forgetBefore(known: Series[], limit: number): void {
  for (let index = known.length - 1; index >= 0; index -= 1) {
    const { buckets } = known[index] as Series;
    for (const startsAt of buckets.keys()) {
      if (startsAt >= limit) break;
      buckets.delete(startsAt);
    }
    if (buckets.size === 0) known.splice(index, 1);
  }
}

function addToBucket(bucket: Bucket, { requests, errors, throttles, durations }: Batch): void {
  bucket.requests += requests;
  bucket.errors += errors;
  bucket.throttles += throttles;
  if (typeof durations === 'function') bucket.pending.push(durations);
  else for (const duration of durations) addDuration(bucket.durations, duration);
}

function settledDurations({ durations, pending }: Bucket): LatencyHistogram {
  for (const draw of pending.splice(0)) for (const duration of draw()) addDuration(durations, duration);
  return durations;
}

function addToTotals(total: VersionTotals | undefined, { requests, errors, throttles, firstBadAt }: Batch) {
  return {
    requests: (total?.requests ?? 0) + requests,
    errors: (total?.errors ?? 0) + errors,
    throttles: (total?.throttles ?? 0) + throttles,
    harmed: (total?.harmed ?? 0) + errors + throttles,
    firstBadAt: total?.firstBadAt ?? firstBadAt,
  };
}
