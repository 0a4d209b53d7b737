/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  /** Empty when there is no goal. */
  readonly goal: string;
  readonly measured: string;
  readonly ok: boolean;
  /** The number that was measured, where the goal may be a known miss (known-misses.ts). */
  readonly value?: number;
}

const TRIES = 3;

/**
 * Measures again when a goal was missed, twice at most, and returns the first rows that reach every goal, or the last rows. A
 * busy moment of the machine may make a measurement worse; a goal that is missed three times is missed.
 */
export async function rowsWithTries(measure: () => Row[] | Promise<Row[]>): Promise<Row[]> {
  for (let tries = 1; ; tries += 1) {
    const rows = await measure();
    if (tries === TRIES || rows.every(({ ok }) => ok)) return rows;
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values, 0 to 1, is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
