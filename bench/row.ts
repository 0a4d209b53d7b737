/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly what: string;
  /** Empty where nothing was set. */
  readonly goal: string;
  readonly measured: string;
  readonly ok: boolean;
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
