/** A share of so many trials and its interval after Wilson (1927), which keeps its promise also near 0 and 1. */
import type { Share } from './rehearsal-result.ts';

const Z_95 = 1.959963984540054;

export interface Counted {
  /** Whole, from 0 to `of`, which is above 0. */
  readonly count: number;
  readonly of: number;
  /** So many deviations to either side; left out, those of 95 %. */
  readonly deviations?: number;
}

export function shareOf({ count, of, deviations: z = Z_95 }: Counted): Share {
  const share = count / of;
  const shrink = 1 + (z * z) / of;
  const middle = (share + (z * z) / (2 * of)) / shrink;
  const half = (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / shrink;
  // With none or all of them the interval ends exactly there, but for the rounding.
  return { count, share, from: count === 0 ? 0 : middle - half, to: count === of ? 1 : middle + half };
}
