/**
 * Any number of independent samples, uniform in [0, 1), none of which is drawn individually. The interval is halved
 * again and again. A fair binomial decides how many samples of a node are in its left half; it depends only on the seed
 * and the node. So an answer costs about thirty small draws for any number of samples, and one question never changes
 * the answer to another.
 */
import { binomial } from '../distributions.ts';

export interface UniformSamples {
  readonly count: number;
  /** Two whole numbers of 32 bits, drawn for these samples only. */
  readonly seed: number;
  readonly key: number;
}

/** Samples are in the middle of the last halves: a probability below 1e-12 counts as 0. */
const DEPTH = 40;
const WHOLE = 2 ** DEPTH;

/** Returns how many samples are below the share, 0 to 1. */
export function countBelow({ count, seed, key }: UniformSamples, share: number): number {
  const wanted = share * WHOLE;
  if (wanted <= 0.5) return 0;
  if (wanted >= WHOLE) return count;
  let [node, inside, from, below] = [seed, count, 0, 0];
  for (let size = WHOLE / 2; size >= 1 && inside > 0; size /= 2) {
    const left = drawLeft(inside, { node, key });
    const goesLeft = wanted <= from + size;
    node = childOf(node, { key, goesLeft });
    if (goesLeft) inside = left;
    else {
      below += left;
      inside -= left;
      from += size;
    }
  }
  return wanted > from + 0.5 ? below + inside : below;
}

interface Descent {
  readonly key: number;
  node: number;
  inside: number;
  left: number;
}

/** Returns the sample of this rank among all samples of the sets; rank 1 is the lowest. */
export function shareAtRank(sets: readonly UniformSamples[], rank: number): number {
  let descents = sets.map(({ seed, key, count }): Descent => ({ key, node: seed, inside: count, left: 0 }));
  let [from, wanted] = [0, rank];
  for (let size = WHOLE / 2; size >= 1; size /= 2) {
    let left = 0;
    for (const descent of descents) {
      descent.left = drawLeft(descent.inside, descent);
      left += descent.left;
    }
    const goesLeft = wanted <= left;
    if (!goesLeft) {
      wanted -= left;
      from += size;
    }
    let emptied = 0;
    for (const descent of descents) {
      descent.inside = goesLeft ? descent.left : descent.inside - descent.left;
      descent.node = childOf(descent.node, { key: descent.key, goesLeft });
      if (descent.inside === 0) emptied += 1;
    }
    if (emptied > 0) descents = descents.filter(({ inside }) => inside > 0);
  }
  // Slightly below the sample, so that a count of the samples below this value never includes the sample itself,
  // whatever the rounding.
  return (from + 0.25) / WHOLE;
}

interface Node {
  readonly node: number;
  readonly key: number;
}

/** For fewer samples than this, one fair coin per sample is cheaper than a rejection: one word's bits are 32 coins. */
const COINS_MAX = 640;

function drawLeft(count: number, { node, key }: Node): number {
  if (count > COINS_MAX) {
    let draws = 0;
    const uniform = () => (wordOf(node, { key, index: draws++ }) >>> 0) / 4_294_967_296;
    return binomial(uniform, { n: count, p: 0.5 });
  }
  let left = 0;
  let coins = count;
  for (let index = 0; coins >= 32; index += 1, coins -= 32) left += bitsIn(wordOf(node, { key, index }));
  return coins === 0 ? left : left + bitsIn(wordOf(node, { key, index: count >>> 5 }) >>> (32 - coins));
}

function childOf(node: number, { key, goesLeft }: { key: number; goesLeft: boolean }): number {
  return mixed((node + (goesLeft ? 0x3c6ef372 : 0x5851f42d)) ^ (key + 0x243f6a88));
}

function wordOf(node: number, { key, index }: { key: number; index: number }): number {
  return mixed((node + Math.imul(index + 1, 0x9e3779b9)) ^ key);
}

/**
 * A permutation of 32 bits in which each bit of the result depends on the whole argument: lowbias32 (Wellons, 2018).
 */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x21f0aaad);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0xd35a2d97);
  return bits ^ (bits >>> 15);
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
