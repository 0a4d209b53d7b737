/** A share of so many trials and its 95 % interval after Wilson (1927), which keeps its promise also near 0 and 1. */
import type { Share } from './rehearsal-result.ts';

const Z = 1.959963984540054;

/** `count` of `of`, both whole and `of` above 0. */
export function shareOf({ count, of }: { readonly count: number; readonly of: number }): Share {
  const share = count / of;
  const shrink = 1 + (Z * Z) / of;
  const middle = (share + (Z * Z) / (2 * of)) / shrink;
  const half = (Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))) / shrink;
  // With none or all of them the interval ends exactly there, but for the rounding.
  return { count, share, from: count === 0 ? 0 : middle - half, to: count === of ? 1 : middle + half };
}
