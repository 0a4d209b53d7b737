import { seededRandom } from '../../src/twin/random.ts';

const DRAWS = 20_000;

function moments(draw: () => number): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < DRAWS; index += 1) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / DRAWS;
  return { mean, variance: squares / DRAWS - mean * mean };
}

/** Allows six standard errors. One seed in a thousand million would fail by chance, and the seed is fixed. */
function expectMoments(draw: () => number, wanted: { mean: number; variance: number }): void {
  const { mean, variance } = moments(draw);
  expect(Math.abs(mean - wanted.mean)).toBeLessThan(6 * Math.sqrt(wanted.variance / DRAWS));
  expect(Math.abs(variance / wanted.variance - 1)).toBeLessThan(0.1);
}

test.each([
  [5, 0.3],
  [100, 0.05],
  [100, 0.1],
  [1_000, 0.3],
  [100_000, 0.01],
  [1_000, 0.9],
])('a binomial of %i calls at %d has its mean and variance', (n, p) => {
  const random = seededRandom('binomial');
  expectMoments(() => random.binomial(n, p), { mean: n * p, variance: n * p * (1 - p) });
});

test.each([0.5, 9, 10, 50, 5_000])('a Poisson count of mean %d has its mean and variance', (mean) => {
  const random = seededRandom('poisson');
  expectMoments(() => random.poisson(mean), { mean, variance: mean });
});

test('an exponential gap has its mean', () => {
  const random = seededRandom('exponential');
  expectMoments(() => random.exponential(40), { mean: 40, variance: 1_600 });
});

test('small binomials have the exact probabilities', () => {
  const random = seededRandom('exact');
  const counts = new Map<number, number>();
  for (let index = 0; index < DRAWS; index += 1) {
    const k = random.binomial(3, 0.4);
    counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  for (const [k, probability] of [0.216, 0.432, 0.288, 0.064].entries()) {
    expect(Math.abs((counts.get(k) ?? 0) / DRAWS - probability)).toBeLessThan(0.02);
  }
});

test('counts at the edges, where chance has no part, are exact', () => {
  const random = seededRandom('edges');
  expect([random.binomial(0, 0.5), random.binomial(10, 0), random.binomial(10, 1), random.poisson(0)]).toEqual([
    0, 0, 10, 0,
  ]);
});

test('the same seed gives the same numbers, and another seed gives others', () => {
  const draws = (seed: string) => Array.from({ length: 5 }, seededRandom(seed).uniform);
  expect(draws('a')).toEqual(draws('a'));
  expect(draws('a')).not.toEqual(draws('b'));
});

test('a fork depends on its label, and not on the numbers that were drawn before', () => {
  const used = seededRandom('seed');
  used.uniform();
  expect(used.fork('load').uniform()).toBe(seededRandom('seed').fork('load').uniform());
  expect(used.fork('load').uniform()).not.toBe(used.fork('bus').uniform());
});
