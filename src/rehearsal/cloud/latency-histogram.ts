/**
 * Durations in bins that grow by 2 %, so a quantile is at most 1 % off, whatever the number of samples, and two
 * histograms merge without loss. From 0.01 ms to 15 minutes that is at most 925 bins, of which a function fills few.
 */
export type LatencyHistogram = Map<number, number>;

const LOG_GROWTH = Math.log(1.02);
const SHORTEST_MS = 0.01;

export function addDuration(histogram: LatencyHistogram, { ms, count }: { ms: number; count: number }): void {
  const bin = Math.round(Math.log(Math.max(ms, SHORTEST_MS)) / LOG_GROWTH);
  histogram.set(bin, (histogram.get(bin) ?? 0) + count);
}

export function mergeInto(sum: LatencyHistogram, histogram: LatencyHistogram): void {
  for (const [bin, count] of histogram) sum.set(bin, (sum.get(bin) ?? 0) + count);
}

/** The smallest duration that at least the given percentage of the samples do not exceed; null without samples. */
export function percentile(histogram: LatencyHistogram, percent: number): number | null {
  const bins = [...histogram].sort(([a], [b]) => a - b);
  const total = bins.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.ceil((percent / 100) * total);
  let seen = 0;
  for (const [bin, count] of bins) {
    seen += count;
    if (seen >= rank) return Math.exp(bin * LOG_GROWTH);
  }
  return null;
}
