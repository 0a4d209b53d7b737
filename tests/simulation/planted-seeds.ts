/**
 * The seeds that are searched for a planted bug. The first one is the seed that found the bug last. It is enough until
 * scenario.ts changes.
 */
export function* seedsFor(found: number, first = 1): Generator<number> {
  yield found;
  for (let seed = first; seed < first + SEEDS; seed += 1) yield seed;
}

export const SEEDS = 1_000;
