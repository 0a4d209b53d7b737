/**
 * Any number of independent samples, uniform in [0, 1), of which none is drawn by itself. The interval is halved again and
 * again, and how many of a node's samples lie in its left half is a fair binomial that depends on the seed and the node only.
 * So an answer costs some thirty small draws, whatever the number of samples, and no question changes the answer to another.
 */
import { binomial } from '../distributions.ts';

export interface UniformSamples {
  readonly count: number;
  /** Two whole numbers of 32 bits, drawn for these samples alone. */
  readonly seed: number;
  readonly key: number;
}

/** Samples lie in the middle of the last halves: a probability below 1e-12 is none. */
const DEPTH = 40;
const WHOLE = 2 ** DEPTH;

/** How many of the samples lie below the share, 0 to 1. */
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

/** The sample of the given rank, 1 for the lowest, among all samples of the sets taken together. */
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
  // A shade below the sample: who asks how many lie below this does not count the sample itself, however he rounds.
  return (from + 0.25) / WHOLE;
}

interface Node {
  readonly node: number;
  readonly key: number;
}

/** Below as many samples, a fair coin for each is cheaper than a rejection: 32 of them are one word's bits. */
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

/** A permutation of 32 bits in which each bit of the result hangs on all of the argument: lowbias32 (Wellons, 2018). */
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
