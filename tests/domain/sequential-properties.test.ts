import fc from 'fast-check';
import type { CountKey, JudgedRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { ERROR_HARMS, LATENCY_HARMS, lnSum } from '../../src/domain/verdict/ratios.ts';
import { recomputed } from '../../src/domain/verdict/recompute.ts';
import { next, type SequentialState } from '../../src/domain/verdict/sequential.ts';
import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { harmEvidence, NO_EVIDENCE, withEvidence } from '../../src/domain/verdict/series.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { HEALTHY_RUNS } from '../effort.ts';
import { after, aPolicy, aRow, aSeries, type Calls, minutes } from './a-minute.ts';

const calls = fc
  .record({ requests: fc.integer({ min: 0, max: 20_000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ requests, share }): Calls => [requests, Math.floor(requests * share ** 4)]);
const rowsOf = (most: number) =>
  fc
    .array(fc.tuple(calls, calls), { minLength: 1, maxLength: most })
    .map((pairs) => pairs.map(([canary, stable], minute) => aRow(minute, canary, stable)));

test('a state that went through JSON every minute, or was recomputed from the rows, is the same to the last bit', () => {
  fc.assert(
    fc.property(rowsOf(12), (rows) => {
      const through = rows.reduce(
        (state, row) => JSON.parse(JSON.stringify(next(state, row))) as SequentialState,
        after(aPolicy(), []),
      );
      expect(through).toEqual(after(aPolicy(), rows));
      expect(recomputed(aPolicy(), rows)).toEqual(through);
    }),
  );
});

test('a state that is recomputed after a late row equals the state from the rows in order', () => {
  fc.assert(
    fc.property(
      rowsOf(8).chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
      ([rows, arriving]) => {
        const seen: JudgedRow[] = [];
        let state = after(aPolicy(), []);
        for (const row of arriving) {
          seen.push(row);
          state = next(state, row);
          // The state reports a gap that was filled later, and a late row. Both need a recomputation from the rows.
          if (state.stale !== null || state.troubled > 0) state = recomputed(aPolicy(), seen);
        }
        expect(state).toEqual(after(aPolicy(), rows));
      },
    ),
  );
});

test('the order of the metrics changes nothing, to the last bit, but which of two equally bad metrics is named', () => {
  const named = (name: string, weight: number, count: CountKey) => ({
    name,
    weight,
    series: [aSeries({ name, count })],
    observedOnly: false,
  });
  const metrics = [named('errors', 1, 'errors'), named('slow', 3, 0), named('odd', 2, 1)];
  fc.assert(
    fc.property(rowsOf(5), rowsOf(5), (rows, others) => {
      const mixed = rows.map((row, minute) => {
        const other = others[minute % others.length] as JudgedRow;
        const version = (one: VersionPeriod, two: VersionPeriod): VersionPeriod => {
          const slow = Math.min(one.requests, two.errors);
          return { ...one, slower: [slow, Math.min(slow, one.errors)] };
        };
        return { ...row, canary: version(row.canary, other.canary), stable: version(row.stable, other.stable) };
      });
      const [one, ...rest] = metrics;
      const forward = verdictOf(after(aPolicy({ metrics }), mixed));
      const turned = verdictOf(after(aPolicy({ metrics: one === undefined ? [] : [...rest, one] }), mixed));

      expect(turned.evidence).toBe(forward.evidence);
      const named = mixed.some((_, minute) => isTied(after(aPolicy({ metrics }), mixed.slice(0, minute + 1))))
        ? { because: '', worse: null }
        : {};
      expect({ ...turned, metrics: [], ...named }).toEqual({ ...forward, metrics: [], ...named });
    }),
  );
});

/** Of metrics with the same evidence, the first one of the policy is named. */
function isTied(state: SequentialState): boolean {
  const [worst, second] = verdictOf(state)
    .metrics.map(({ harm }) => harm)
    .toSorted((a, b) => b - a);
  return worst === second;
}

test('swapping the versions swaps harm and safety: the evidence of both never exists at once', () => {
  fc.assert(
    fc.property(rowsOf(6), (rows) => {
      const swapped = rows.map((row) => ({ ...row, canary: row.stable, stable: row.canary }));
      const harm = verdictOf(after(aPolicy(), rows)).evidence;
      const other = verdictOf(after(aPolicy(), swapped));

      if (harm > 0) expect(other.evidence).toBeLessThan(0);
      if (harm >= Math.log(100))
        expect(other.kind === 'unhealthy' && after(aPolicy(), rows).condemned === null).toBe(false);
    }),
  );
  const worse = minutes(10, [5_000, 150], [5_000, 50]);
  const better = minutes(10, [5_000, 50], [5_000, 150]);
  expect(verdictOf(after(aPolicy(), worse)).advice).toBe('rollBack');
  expect(verdictOf(after(aPolicy({ metrics: [{ ...worseMetric() }] }), better)).advice).toBe('promote');
});

function worseMetric() {
  return {
    name: 'errors',
    weight: 1,
    series: [aSeries({ history: { rate: 0.03, burstiness: 0 } })],
    observedOnly: false,
  };
}

test('no row causes an exception or a silent pass', () => {
  // JSON has no -0, and no count or time is -0.
  const anything = fc
    .oneof(fc.integer(), fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5))
    .map((number) => number + 0);
  const version = fc.record(
    { requests: anything, errors: anything, durationP99Ms: fc.constant(null) },
    { requiredKeys: ['requests', 'durationP99Ms'] },
  ) as fc.Arbitrary<VersionPeriod>;
  const row = fc.record({
    startsAt: fc.oneof(
      anything,
      fc.integer({ min: 0, max: 20 }).map((minute) => minute * 60_000),
    ),
    periodSeconds: fc.constantFrom(10 as const, 60 as const),
    canary: version,
    stable: version,
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
      const state = after(aPolicy(), rows);
      const verdict = verdictOf(state);

      if (state.periods === 0) expect(verdict.kind).not.toBe('healthy');
      if (verdict.kind === 'healthy' && state.troubled > 0) expect(verdict.because).toContain('gave no evidence');
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      expect(Number.isFinite(verdict.evidence)).toBe(true);
      recomputed(aPolicy(), rows);
    }),
    { numRuns: 500 },
  );
});

interface Healthy {
  readonly runs: number;
  readonly rates: readonly number[];
  readonly weights: readonly number[];
  readonly requests: number;
  readonly margin?: number;
  readonly series?: ReturnType<typeof aSeries>;
}

/**
 * The mean of the e-value over healthy runs whose rate and weight change every minute, and the standard error of this
 * mean.
 */
function meanEvidence({ runs, rates, weights, requests, margin = 0, series = aSeries() }: Healthy) {
  const random = seededRandom(`healthy ${runs} ${requests} ${margin} ${series.name}`);
  const policy = aPolicy({ margin });
  let [sum, squares] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    let state = NO_EVIDENCE;
    for (const [minute, rate] of rates.entries()) {
      const canary = Math.round(requests * (weights[minute] ?? 0.1));
      const stable = requests - canary;
      const draw = (count: number, share: number) => ({ requests: count, count: random.binomial(count, share) });
      state = withEvidence(state, {
        policy,
        series,
        startsAt: minute * 60_000,
        period: { canary: draw(canary, rate + margin), stable: draw(stable, rate) },
      });
    }
    const value = Math.exp(harmEvidence(state, { policy, series }));
    sum += value;
    squares += value * value;
  }
  const mean = sum / runs;
  return { mean, error: Math.sqrt((squares / runs - mean * mean) / runs) };
}

test(`a healthy run's e-value has a mean of at most 1, over ${HEALTHY_RUNS} runs`, () => {
  const { mean, error } = meanEvidence({
    runs: HEALTHY_RUNS,
    rates: [0.01, 0.05],
    weights: [0.05, 0.5],
    requests: 300,
  });

  expect(error).toBeLessThan(0.1);
  expect(mean).toBeGreaterThan(0.3);
  expect(mean).toBeLessThanOrEqual(1 + 3 * error);
});

test.each([
  [
    'half of the requests',
    {
      rates: [0.5, 0.5],
      weights: [0.1, 0.1],
      requests: 1_000,
      series: aSeries({ name: 'slow', harms: LATENCY_HARMS }),
    },
  ],
  ['a margin that is used up', { rates: [0.01, 0.01], weights: [0.1, 0.1], requests: 2_000, margin: 0.01 }],
  ['few requests', { rates: [0.001, 0.001, 0.001], weights: [0.3, 0.3, 0.3], requests: 100 }],
])("a healthy run's e-value has a mean of at most 1 with %s too", (_what, healthy) => {
  const { mean, error } = meanEvidence({ runs: 10_000, ...healthy });

  expect(mean).toBeLessThanOrEqual(1 + 3 * error);
});

test('a mixture is the same in any order of its terms, and does not overflow', () => {
  expect(lnSum([])).toBe(Number.NEGATIVE_INFINITY);
  expect(lnSum([1_000, 1_000])).toBeCloseTo(1_000 + Math.log(2), 12);
  expect(ERROR_HARMS.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(LATENCY_HARMS.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
});
