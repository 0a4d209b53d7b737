import fc from 'fast-check';
import { conductOf, drawCalls } from '../../src/twin/load/modelled-calls.ts';
import {
  countAbove,
  type Durations,
  type Latency,
  latencyAt,
  percentile,
  shareAbove,
} from '../../src/twin/measures/latency-samples.ts';
import { measurements } from '../../src/twin/measures/measurements.ts';
import { seededRandom } from '../../src/twin/random.ts';

const plain = { timeoutMs: 3_000, errorFactor: 1, latencyFactor: 1 };
const { warm } = conductOf({ errorPercent: 0, medianMs: 40, p99Ms: 180 }, plain);
const { warm: slow } = conductOf({ errorPercent: 0, medianMs: 70, p99Ms: 200 }, plain);

function modelled(latency: Latency, { count, seed }: { count: number; seed: number }): Durations {
  return { rawMs: [], groups: [{ latency, samples: { count, seed, key: 11 } }] };
}

function together(...parts: readonly Durations[]): Durations {
  return { rawMs: parts.flatMap(({ rawMs }) => rawMs), groups: parts.flatMap(({ groups }) => groups) };
}

const manyMs = fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 300 });

test('counts and percentiles of real calls are those of their durations', () => {
  fc.assert(
    fc.property(manyMs, fc.integer({ min: 1, max: 100 }), (rawMs, percent) => {
      const sorted = rawMs.toSorted((a, b) => a - b);
      const found = percentile({ rawMs, groups: [] }, percent) ?? Number.NaN;
      expect(found).toBe(sorted[Math.ceil((rawMs.length * percent) / 100) - 1]);
      expect(countAbove({ rawMs, groups: [] }, found)).toBe(sorted.filter((ms) => ms > found).length);
    }),
  );
});

test('a period without calls has no percentile, and no call above any latency', () => {
  expect(percentile({ rawMs: [], groups: [] }, 99)).toBeNull();
  expect(countAbove({ rawMs: [], groups: [] }, 0)).toBe(0);
});

test.each([50, 90, 99])('the %i-th percentile of fifty million calls is where the model has it', (percent) => {
  const found = percentile(modelled(warm, { count: 50_000_000, seed: 3 }), percent) ?? 0;
  expect(found / latencyAt(warm, 1 - percent / 100)).toBeCloseTo(1, 3);
  if (percent === 99) expect(found).toBeCloseTo(180, 0);
});

test('a percentile of a modelled version has exactly its rank among the calls', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const calls = together(modelled(warm, { count: 777, seed }), modelled(warm, { count: 1_000, seed: seed + 1_000 }));
    for (const percent of [50, 90, 99]) {
      const found = percentile(calls, percent) ?? 0;
      const rank = Math.ceil((1_777 * percent) / 100);
      expect(1_777 - countAbove(calls, found)).toBe(rank);
      expect(1_777 - countAbove(calls, found * (1 - 1e-9))).toBe(rank - 1);
    }
  }
});

test('a percentile over modelled and real calls has its rank to one ten-thousandth', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const parts = [modelled(warm, { count: 900, seed }), modelled(slow, { count: 90, seed: seed + 1_000 })];
    const calls = together(...parts, { rawMs: [0, 12, 55, 300], groups: [] });
    for (const percent of [50, 90, 99]) {
      const found = percentile(calls, percent) ?? 0;
      const rank = Math.ceil((994 * percent) / 100);
      expect(994 - countAbove(calls, found)).toBeGreaterThanOrEqual(rank);
      expect(994 - countAbove(calls, found / 1.0002)).toBeLessThan(rank);
    }
  }
});

test('no call takes longer than the timeout; a longer call becomes an error', () => {
  const conduct = conductOf({ errorPercent: 0, medianMs: 1_000, p99Ms: 4_000, coldStartMs: 1_500 }, plain);
  const random = seededRandom('timeouts');
  let [above, wanted, variance] = [0, 0, 0];
  for (let draws = 0; draws < 200; draws += 1) {
    const drawn = drawCalls(random, { conduct, errorFactor: 1, coldStarts: 20, count: 500 });
    expect(countAbove(drawn, 2_999.999_999)).toBe(drawn.errors);
    expect(countAbove(drawn, 3_000)).toBe(0);
    above += drawn.errors;
    for (const [latency, count] of [[conduct.warm, 480] as const, [conduct.cold, 20] as const]) {
      const share = shareAbove(latency, 3_000);
      wanted += count * share;
      variance += count * share * (1 - share);
    }
  }
  expect(Math.abs(above - wanted)).toBeLessThan(6 * Math.sqrt(variance));
});

test('without a spread all calls take the same time', () => {
  const { warm: flat } = conductOf({ errorPercent: 0, medianMs: 40, p99Ms: 40 }, plain);
  const calls = modelled(flat, { count: 10, seed: 1 });
  expect([countAbove(calls, 39.9), countAbove(calls, 40.1)]).toEqual([10, 0]);
  expect(percentile(calls, 99)).toBeCloseTo(40, 9);
});

test('a call that is measured late counts when its period is read again', () => {
  const measured = measurements();
  const call = {
    functionName: 'checkout',
    alias: 'live',
    version: '1',
    at: 5_000,
    requests: 1,
    errors: 0,
    throttles: 0,
  };
  const window = { functionName: 'checkout', alias: 'live', version: '1', startsAt: 0, periodMs: 60_000 };
  const look = () => [...measured.durationPercentiles(window, [99]), measured.countsAbove(window, [10, 100])];
  measured.record({ ...call, rawMs: [20], groups: [], firstBadAt: null });
  expect(look()).toEqual([20, [1, 0]]);
  expect(look()).toEqual([20, [1, 0]]);
  measured.record({ ...call, rawMs: [500], groups: [], firstBadAt: null });
  expect(look()).toEqual([500, [2, 1]]);
});
