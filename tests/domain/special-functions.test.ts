import fc from 'fast-check';
import jstat from 'jstat';
import { lnGamma, lnGammaRise } from '../../src/domain/verdict/ln-gamma.ts';
import { normalQuantile } from '../../src/domain/verdict/normal-quantile.ts';
import { rank } from '../../src/domain/verdict/ranks.ts';

const { jStat } = jstat as unknown as typeof import('jstat');

/** The distance is relative to the expected value, but to at least 1, because both functions pass through zero. */
const distance = (one: number, other: number) => Math.abs(one - other) / Math.max(1, Math.abs(other));
const powersOfTen = (from: number, to: number) =>
  Array.from({ length: (to - from) * 50 }, (_, index) => 10 ** (from + index / 50));

test('ln gamma agrees with jstat to 1e-10 from a millionth to a billion', () => {
  for (const x of powersOfTen(-6, 9)) expect(distance(lnGamma(x), jStat.gammaln(x))).toBeLessThan(1e-10);
});

test('ln gamma agrees with factorials to 1e-14', () => {
  let lnFactorial = 0;
  for (let n = 1; n <= 100; n += 1) {
    lnFactorial += Math.log(n);
    expect(distance(lnGamma(n + 1), lnFactorial)).toBeLessThan(1e-14);
  }
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('ln gamma refuses %d', (x) => {
  expect(lnGamma(x)).toBeNaN();
});

test('a rise of ln gamma is a difference, and a sum of logarithms when the difference is too inexact', () => {
  for (const from of [0.01, 0.5, 3, 9.5, 10, 100, 1e4]) {
    for (const by of [0, 1, 5, 16, 17, 50, 1_000]) {
      expect(distance(lnGammaRise({ from, by }), lnGamma(from + by) - lnGamma(from))).toBeLessThan(1e-10);
    }
  }
  for (const from of [1e6, 1e9, 1e12]) {
    for (const by of [1, 16, 17, 1_000]) {
      const sum = Array.from({ length: by }, (_, index) => Math.log(from + index)).reduce((one, other) => one + other);
      expect(distance(lnGammaRise({ from, by }), sum)).toBeLessThan(1e-12);
    }
  }
});

test('the normal quantile agrees with jstat to 1e-10, and with tables beyond the range of jstat', () => {
  for (let index = 1; index < 10_000; index += 1) {
    const p = index / 10_000;
    expect(distance(normalQuantile(p), jStat.normal.inv(p, 0, 1))).toBeLessThan(1e-10);
  }
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
  expect(normalQuantile(1e-300)).toBeCloseTo(-37.047096299361, 10);
  expect(normalQuantile(1 - 1e-6)).toBeCloseTo(4.753424308817087, 9);
});

test.each([0, 1, -0.1, Number.NaN])('the quantile refuses %d', (p) => {
  expect(normalQuantile(p)).toBeNaN();
});

test('ranks agree with jstat, and ties have the mean of their ranks', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 }), (values) => {
      expect(rank(values).ranks).toEqual(jStat.rank(values));
    }),
  );
  expect(rank([3, 1, 2, 2, 5, 2])).toEqual({ ranks: [5, 1, 3, 3, 6, 3], tieTerm: 24 });
  expect(rank([])).toEqual({ ranks: [], tieTerm: 0 });
});
