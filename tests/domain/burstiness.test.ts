import { burstinessOf, historyOf, NO_BURSTINESS, withMinute } from '../../src/domain/verdict/burstiness.ts';
import { seededRandom } from '../../src/twin/random.ts';

type Minutes = { requests: number; count: number }[];

const sums = (minutes: Minutes) => minutes.reduce(withMinute, NO_BURSTINESS);

/** A thousand minutes. The rate is higher in every other minute and lower in the rest, by the given share. */
function alternating(share: number): Minutes {
  const random = seededRandom(`burst ${share}`);
  return Array.from({ length: 1_000 }, (_, minute) => {
    const rate = 0.05 * (1 + (minute % 2 === 0 ? share : -share));
    return { requests: 20_000, count: random.binomial(20_000, rate) };
  });
}

test('independent requests have no burstiness, and a rate that swings by a third has its square', () => {
  expect(burstinessOf(sums(alternating(0))).tauSquared).toBeLessThan(0.000_2);
  // Neighbours differ by twice the swing. Half of the square of this difference is twice the variance of an alternating
  // rate.
  expect(burstinessOf(sums(alternating(0.3))).tauSquared).toBeCloseTo(2 * 0.09, 2);
});

test('a slow drift is no burstiness', () => {
  const drift = Array.from({ length: 500 }, (_, minute) => ({ requests: 100_000, count: 1_000 + minute * 4 }));

  expect(burstinessOf(sums(drift)).tauSquared).toBe(0);
});

test('the certain burstiness is the estimate minus a standard error, as measured over many histories', () => {
  const estimates = Array.from({ length: 400 }, (_, seed) => {
    const random = seededRandom(seed);
    const history = Array.from({ length: 60 }, () => ({ requests: 6_000, count: random.binomial(6_000, 0.01) }));
    const { pairs, squares, inverses, requests, count } = sums(history);
    const rate = count / requests;
    return (squares / 2 / pairs - (rate * inverses) / 2 / pairs) / (rate * rate);
  });
  const deviation = Math.sqrt(estimates.reduce((sum, each) => sum + each * each, 0) / estimates.length);
  const noisy = sums(
    Array.from({ length: 60 }, (_, minute) => ({ requests: 6_000, count: minute % 2 === 0 ? 30 : 90 })),
  );
  const { tauSquared, sure } = burstinessOf(noisy);
  const error = tauSquared - sure;

  expect(error / deviation).toBeGreaterThan(0.85);
  expect(error / deviation).toBeLessThan(1.15);
});

test('burstiness is unknown for one pair of minutes, without counts, and across a minute without requests', () => {
  const none = { tauSquared: 0, sure: 0 };
  expect(burstinessOf(NO_BURSTINESS)).toEqual(none);
  expect(
    burstinessOf(
      sums([
        { requests: 10, count: 1 },
        { requests: 10, count: 9 },
      ]),
    ),
  ).toEqual(none);
  expect(burstinessOf(sums(Array.from({ length: 5 }, () => ({ requests: 10, count: 0 }))))).toEqual(none);
  const broken = [
    { requests: 10, count: 1 },
    { requests: 0, count: 0 },
    { requests: 10, count: 9 },
  ];
  expect(sums(broken).pairs).toBe(0);
});

test('a history has the rate, the noise and the number of good minutes; only without such a minute there is none', () => {
  const hour = Array.from({ length: 60 }, (_, minute) => ({ requests: 1_000, count: minute % 2 === 0 ? 5 : 15 }));

  expect(historyOf(hour)).toEqual({ rate: 0.01, burstiness: expect.any(Number), minutes: 60 });
  expect(historyOf(hour)?.burstiness).toBeGreaterThan(0.1);
  expect(historyOf(hour.slice(1))?.minutes).toBe(59);
  for (const bad of [
    { requests: 10, count: 11 },
    { requests: Number.NaN, count: 0 },
    { requests: 10, count: -1 },
  ])
    expect(historyOf([...hour.slice(1), bad])?.minutes).toBe(59);
  expect(historyOf([...hour.slice(1), { requests: 0, count: 0 }])?.minutes).toBe(59);
  expect(historyOf(hour.map(({ requests }) => ({ requests, count: 0 })))).toEqual({
    rate: 0,
    burstiness: 0,
    minutes: 60,
  });
  expect(historyOf([{ requests: 0, count: 0 }])).toBeNull();
});
