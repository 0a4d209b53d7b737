/** A share of a number of trials and its interval by Wilson (1927), which is also reliable near 0 and 1. */
import type { Share } from './rehearsal-result.ts';

const Z_95 = 1.959963984540054;

export interface Counted {
  /** Whole, from 0 to `of`, which is above 0. */
  readonly count: number;
  readonly of: number;
  /** The number of deviations to either side; when left out, those of 95 %. */
  readonly deviations?: number;
}

export function shareOf({ count, of, deviations: z = Z_95 }: Counted): Share {
  const share = count / of;
  const shrink = 1 + (z * z) / of;
  const middle = (share + (z * z) / (2 * of)) / shrink;
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / shrink;
  // With none or all of the trials, the interval ends exactly at 0 or 1, except for rounding.
  return { count, share, from: count === 0 ? 0 : middle - half, to: count === of ? 1 : middle + half };
}
