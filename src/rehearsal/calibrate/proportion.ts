/** How well a share is known that was counted. */
import type { Share } from '../rehearse/rehearsal-result.ts';

const Z_95 = 1.959964;

/** The share of `count` in `of` >= 1, with its interval after Wilson (1927): 95 % unless another deviate `z` is given. */
export function countedShare({
  count,
  of,
  z = Z_95,
}: {
  readonly count: number;
  readonly of: number;
  readonly z?: number;
}): Share {
  const share = count / of;
  const spread = (z * z) / of;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (z * Math.sqrt((share * (1 - share) + spread / 4) / of)) / (1 + spread);
  return { count, share, from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}
