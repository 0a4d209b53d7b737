/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  /** Empty where nothing was set. */
  readonly goal: string;
  readonly measured: string;
  readonly ok: boolean;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the share of them, 0 to 1, stays below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
