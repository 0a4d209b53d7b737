/** Ranks of numbers, and the correction for ties. Source: Lehmann, Nonparametrics (1975), chapter 1.4 (midranks). */

export interface Ranks {
  /** The rank of each value, from 1, in the order of the values; equal values share the mean of their ranks. */
  readonly ranks: readonly number[];
  /** The sum of t^3 - t over every group of t equal values, by which the variance of a rank test becomes smaller. */
  readonly tieTerm: number;
}

/** The values are finite numbers, in any order. */
export function rank(values: readonly number[]): Ranks {
  const order = values.map((_value, index) => index).sort((one, other) => at(values, one) - at(values, other));
  const ranks = new Array<number>(values.length).fill(0);
  let tieTerm = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && at(values, at(order, end)) === at(values, at(order, start))) end += 1;
    const tied = end - start;
    for (let index = start; index < end; index += 1) ranks[at(order, index)] = (start + 1 + end) / 2;
    tieTerm += tied ** 3 - tied;
    start = end;
  }
  return { ranks, tieTerm };
}

function at(values: readonly number[], index: number): number {
  return values[index] as number;
}
