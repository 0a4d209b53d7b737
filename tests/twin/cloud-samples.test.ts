import fc from 'fast-check';
import { countBelow, shareAtRank, type UniformSamples } from '../../src/twin/measures/sample-tree.ts';
import { seededRandom } from '../../src/twin/random.ts';

const SETS = 4_000;
const WORDS = 2 ** 32;

function manySets(count: number): UniformSamples[] {
  const random = seededRandom(`sets of ${count}`);
  return Array.from({ length: SETS }, () => ({
    count,
    seed: random.integer(WORDS) | 0,
    key: random.integer(WORDS) | 0,
  }));
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Allows six standard errors. One seed in a thousand million would fail by chance, and the seed is fixed. */
function expectMean(values: readonly number[], { mean, variance }: { mean: number; variance: number }): void {
  expect(Math.abs(meanOf(values) - mean)).toBeLessThan(6 * Math.sqrt(variance / values.length));
}

const words = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const samples = fc.record({ count: fc.integer({ min: 0, max: 5_000 }), seed: words, key: words });
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('a higher share has more samples below it: none at share 0, and all at share 1', () => {
  fc.assert(
    fc.property(samples, fc.array(share, { minLength: 2, maxLength: 20 }), (set, shares) => {
      const counts = shares.toSorted((a, b) => a - b).map((each) => countBelow(set, each));
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect([countBelow(set, 0), countBelow(set, 1)]).toEqual([0, set.count]);
    }),
  );
});

test('earlier questions do not change any answer', () => {
  fc.assert(
    fc.property(samples, fc.array(share, { minLength: 2, maxLength: 20 }), (set, shares) => {
      const answers = shares.map((each) => countBelow(set, each));
      expect(shares.toReversed().map((each) => countBelow(set, each))).toEqual(answers.toReversed());
    }),
  );
});

test('the number of samples below the sample of a rank equals the rank, also over several sets', () => {
  fc.assert(
    fc.property(
      fc.array(samples, { minLength: 1, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (sets, at) => {
        const count = sets.reduce((sum, set) => sum + set.count, 0);
        fc.pre(count > 0);
        const rank = 1 + Math.floor(at * (count - 1));
        const found = shareAtRank(sets, rank);
        const below = (limit: number) => sets.reduce((sum, set) => sum + countBelow(set, limit), 0);
        expect(below(found)).toBe(rank - 1);
        expect(below(found + 1e-12)).toBeGreaterThanOrEqual(rank);
      },
    ),
  );
});

test.each([
  [3, 0.4],
  [40, 0.5],
  [500, 0.01],
  [500, 0.999],
  [20_000, 0.1],
  [20_000, 0.0001],
])('for %i samples, the number below %d has the mean and variance of a binomial', (count, p) => {
  const counts = manySets(count).map((set) => countBelow(set, p));
  const variance = count * p * (1 - p);
  expectMean(counts, { mean: count * p, variance });
  const squares = counts.map((each) => (each - count * p) ** 2);
  // The variance of a square is the fourth moment minus the square of the variance.
  const ofSquare = variance * (1 + 2 * variance - (6 * variance) / count);
  expectMean(squares, { mean: variance, variance: ofSquare });
});

test('small sets of samples have the exact probabilities', () => {
  const counts = manySets(3).map((set) => countBelow(set, 0.4));
  for (const [k, p] of [0.216, 0.432, 0.288, 0.064].entries()) {
    expectMean(
      counts.map((each) => (each === k ? 1 : 0)),
      { mean: p, variance: p * (1 - p) },
    );
  }
});

test('samples in one part are missing in the others: the parts vary together as in one draw of all', () => {
  const [count, p, q] = [1_000, 0.3, 0.2];
  const products = manySets(count).map((set) => {
    const low = countBelow(set, p);
    return (low - count * p) * (countBelow(set, p + q) - low - count * q);
  });
  const each = count * p * (1 - p) * count * q * (1 - q);
  expectMean(products, { mean: -count * p * q, variance: 2 * each });
});

test('sets of samples are independent of each other, also with neighbouring seeds', () => {
  const [count, variance] = [100, 25];
  const at = (seed: number) => countBelow({ count, seed, key: 7 }, 0.5) - 50;
  const products = Array.from({ length: SETS }, (_, seed) => at(seed) * at(seed + 1));
  expectMean(products, { mean: 0, variance: variance * variance });
});
