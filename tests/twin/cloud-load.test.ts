import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { drawNoise, rateAt } from '../../src/twin/load/load-shape.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import type { Behaviour, Load } from '../../src/twin/world/world.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NOON = Date.UTC(2030, 0, 1, 12);
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const artifact = (key: string) => ({ s3: { bucket: 'code', key } });
const good: Behaviour = { errorPercent: 2, medianMs: 40, p99Ms: 180, coldStartMs: 400 };

async function openCloud({
  load,
  behaviour = good,
  seed = 1,
}: {
  load: Partial<Load>;
  behaviour?: Behaviour;
  seed?: number;
}) {
  const scheduler = virtualScheduler({ startAt: NOON });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom(seed),
    mode: 'virtual',
    metricsDelayMs: 0,
    behaviours: { good: behaviour },
  });
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: artifact('good') });
  const canary = await cloud.ports.versions.publish({ target, artifact: artifact('good'), deploymentId: 'd1' });
  const { revision } = await cloud.ports.traffic.read(target);
  await cloud.ports.traffic.setSplit({ target, stable: '1', canary, canaryPercent: 50, revision });
  cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 100, ...load });
  const rows = async (from: number, { minutes }: { minutes: number }) => {
    const query = { id: 'q', target, stable: '1', canary, periodSeconds: 60, latenciesMs: [40] } as const;
    const answers = await cloud.ports.metrics.read([{ ...query, from, to: from + minutes * MINUTE_MS }]);
    return answers.get('q') ?? [];
  };
  return { cloud, scheduler, rows };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]) => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) / mean;
};

test.each([5, 30, 100])('noise of %i percent has the mean 1 and that standard deviation', (percent) => {
  const random = seededRandom('noise');
  const draws = Array.from({ length: 100_000 }, () => drawNoise(random, percent));
  expect(Math.abs(meanOf(draws) - 1)).toBeLessThan((6 * percent) / 100 / Math.sqrt(100_000));
  expect(deviationOf(draws) / (percent / 100)).toBeCloseTo(1, 1);
  expect(drawNoise(random, 0)).toBe(1);
});

test('the daily swing keeps the mean rate; the most calls come at 15:00 UTC and the fewest at 3:00', () => {
  const load = { functionName: 'checkout', alias: 'live', requestsPerSecond: 100, swingPercent: 40 };
  const midnight = Date.UTC(2030, 0, 1);
  const rates = Array.from({ length: 1_440 }, (_, minute) => rateAt(load, midnight + minute * MINUTE_MS));
  expect(meanOf(rates)).toBeCloseTo(100, 9);
  expect([rates.indexOf(Math.max(...rates)), rates.indexOf(Math.min(...rates))]).toEqual([15 * 60, 3 * 60]);
  expect(Math.max(...rates)).toBeCloseTo(140, 9);
});

test('the daily swing shows in the number of calls', async () => {
  const { scheduler, rows } = await openCloud({ load: { swingPercent: 50 } });
  await scheduler.advanceTo(NOON + 3 * HOUR_MS);
  const [last] = await rows(NOON + 179 * MINUTE_MS, { minutes: 1 });
  const requests = (last?.stable.requests ?? 0) + (last?.canary.requests ?? 0);
  expect(Math.abs(requests - 9_000)).toBeLessThan(6 * Math.sqrt(9_000));
});

test('the noise is independent for each minute, for each version, and for latency and errors', async () => {
  const { rows } = await openCloud({
    load: { since: NOON - 2 * HOUR_MS, requestsPerSecond: 5_000 },
    behaviour: { ...good, errorPercent: 20, noisePercent: 20 },
  });
  const found = await rows(NOON - 2 * HOUR_MS, { minutes: 120 });
  const arms = ['stable', 'canary'] as const;
  const errors = arms.map((arm) => found.map((row) => row[arm].errors / row[arm].requests));
  for (const rates of errors) expect(Math.abs(deviationOf(rates) / 0.2 - 1)).toBeLessThan(0.3);
  const slower = found.map(({ stable }) => (stable.slower?.[0] ?? 0) / stable.requests);
  const pairs = [errors, [errors[0] ?? [], slower]];
  for (const [one = [], other = []] of pairs) {
    const products = one.map((value, index) => (value - meanOf(one)) * ((other[index] ?? 0) - meanOf(other)));
    const correlation = meanOf(products) / (deviationOf(one) * meanOf(one) * deviationOf(other) * meanOf(other));
    expect(Math.abs(correlation)).toBeLessThan(6 / Math.sqrt(120));
  }
});

test('a version never has more errors than calls, with any noise and outage', async () => {
  const outages = [{ from: NOON - HOUR_MS, until: NOON, errorFactor: 10 }];
  const behaviour = { ...good, errorPercent: 40, noisePercent: 50 };
  const { rows } = await openCloud({ load: { since: NOON - HOUR_MS, outages }, behaviour });
  const found = await rows(NOON - HOUR_MS, { minutes: 60 });
  for (const { stable } of found) expect(stable.errors).toBeLessThanOrEqual(stable.requests);
  expect(found.some(({ stable }) => stable.errors === stable.requests)).toBe(true);
});

test('an outage affects both versions equally, from its first moment to its last', async () => {
  const outages = [{ from: NOON + 63_000, until: NOON + 117_000, errorFactor: 10 }];
  const { scheduler, rows } = await openCloud({ load: { outages, requestsPerSecond: 1_000 } });
  await scheduler.advanceTo(NOON + 3 * MINUTE_MS);
  const [before, during, after] = await rows(NOON, { minutes: 3 });
  for (const arm of ['stable', 'canary'] as const) {
    const rate = (row: typeof before) => (row?.[arm].errors ?? 0) / (row?.[arm].requests ?? 1);
    expect(rate(before)).toBeCloseTo(0.02, 2);
    expect(rate(during)).toBeCloseTo((6 * 0.02 + 54 * 0.2) / 60, 2);
    expect(rate(after)).toBeCloseTo(0.02, 2);
  }
});

test('an hour of history is there at once, without a cold start, and ends where the present begins', async () => {
  const { cloud, scheduler, rows } = await openCloud({ load: { since: NOON - HOUR_MS } });
  expect(await rows(NOON - HOUR_MS - 5 * MINUTE_MS, { minutes: 10_000 })).toHaveLength(60);
  expect(scheduler.now()).toBe(NOON);
  const query = { id: 'q', target, stable: '1', from: NOON - HOUR_MS, to: NOON, periodSeconds: 60 } as const;
  const [p50 = 0, p90 = 0, p99 = 0] = (await cloud.ports.metrics.readLatencies([query])).get('q') ?? [];
  expect(p50 / 40).toBeCloseTo(1, 1);
  expect(p90).toBeGreaterThan(p50);
  expect(Math.abs(p99 - 180)).toBeLessThan(9);
  await scheduler.advanceTo(NOON + MINUTE_MS);
  const totals = cloud.totals('checkout');
  const requests = (totals.get('1')?.requests ?? 0) + (totals.get('2')?.requests ?? 0);
  expect(Math.abs(requests - 61 * 6_000)).toBeLessThan(6 * Math.sqrt(61 * 6_000));
});

test('the same seed gives the same latencies, in whatever order the figures are read', async () => {
  const run = async (asksBackwards: boolean) => {
    const { rows } = await openCloud({
      load: { since: NOON - HOUR_MS, swingPercent: 30 },
      behaviour: { ...good, noisePercent: 5 },
    });
    const minutes = Array.from({ length: 60 }, (_, index) => NOON - HOUR_MS + index * MINUTE_MS);
    if (asksBackwards) for (const minute of minutes.toReversed()) await rows(minute, { minutes: 1 });
    return rows(NOON - HOUR_MS, { minutes: 60 });
  };
  expect(await run(true)).toEqual(await run(false));
});
