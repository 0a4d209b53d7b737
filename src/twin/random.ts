/**
 * Seeded randomness: the same seed draws the same numbers on every machine. The generator is sfc32 (Chris
 * Doty-Humphrey, passes PractRand), ten lines of integer arithmetic. The package pure-rand would also work, but has no
 * distributions and no forks.
 */
import { binomial, poisson } from './distributions.ts';

export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** A whole number in [0, below). */
  integer(below: number): number;
  chance(probability: number): boolean;
  exponential(mean: number): number;
  /** Standard normal. */
  normal(): number;
  /** Exact for every n and p; it takes a few draws for any n. */
  binomial(n: number, p: number): number;
  /** Exact for every mean; it takes a few draws for any mean. */
  poisson(mean: number): number;
  /** Returns that number of lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** Returns a separate generator, which depends only on the seed and the label, not on earlier draws. */
  fork(label: string): Random;
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.integer(choices.length)] as T;
}

export function seededRandom(seed: number | string): Random {
  // Most forks never draw, so the state is computed at the first draw.
  let draw = (): number => {
    draw = sfc32(hash(String(seed)));
    return draw();
  };
  const uniform = () => draw();
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    chance: (probability) => probability > 0 && uniform() < probability,
    exponential: (mean) => -mean * Math.log1p(-uniform()),
    normal: () => Math.sqrt(-2 * Math.log1p(-uniform())) * Math.cos(2 * Math.PI * uniform()),
    binomial: (n, p) => binomial(uniform, { n, p }),
    poisson: (mean) => poisson(uniform, mean),
    hex: (digits) => Array.from({ length: digits }, () => Math.floor(uniform() * 16).toString(16)).join(''),
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

/** Four 32-bit words of state from a string: FNV-1a with four starts, each mixed once more (MurmurHash3's finisher). */
function hash(text: string): [number, number, number, number] {
  const word = (start: number) => {
    let mixed = start;
    for (let index = 0; index < text.length; index += 1) {
      mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
    }
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)];
}

function sfc32([a0, b0, c0, d0]: [number, number, number, number]): () => number {
  let [a, b, c, counter] = [a0, b0, c0, d0];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  // The first outputs still show the seed, so they are dropped.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
