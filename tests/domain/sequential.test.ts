import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { after, aPolicy, aRow, aSeries, minutes } from './a-minute.ts';

const judged = (...args: Parameters<typeof after>) => verdictOf(after(...args));
const metric = (change = {}) => ({ name: 'errors', weight: 1, series: [aSeries()], observedOnly: false, ...change });

test('a canary with clearly more errors is unhealthy, with the counts of both', () => {
  const verdict = judged(aPolicy(), minutes(2, [100, 7]));

  expect(verdict).toMatchObject({ kind: 'unhealthy', advice: 'rollBack', blames: 'canary' });
  expect(verdict.because).toBe('errors: 14 in 200 requests of the canary, 18 in 1800 of stable');
  expect(verdict.evidence).toBeGreaterThan(verdict.limit);
});

test('a canary as good as stable is healthy, and promoted early when harm is ruled out', () => {
  const short = judged(aPolicy(), minutes(2, [100, 1]));
  const long = judged(aPolicy(), minutes(60, [1_000, 10]));

  expect(short).toMatchObject({ kind: 'healthy', advice: 'goOn', because: 'No sign of harm in 2 minutes' });
  expect(long).toMatchObject({ kind: 'healthy', advice: 'promote', blames: 'nobody' });
  expect(long.because).toBe('Worse by 1.5 times is ruled out in 60 minutes');
});

test('a shared outage accuses no version and holds, and a canary that is even worse is unhealthy', () => {
  const before = minutes(5, [100, 1]);
  const outage = (errors: number) => [...before, ...[5, 6, 7, 8, 9].map((at) => aRow(at, [100, errors], [900, 90]))];

  expect(judged(aPolicy(), outage(10))).toMatchObject({
    kind: 'inconclusive',
    advice: 'hold',
    blames: 'both',
    because:
      'Both versions are bad, so the canary is not the cause: errors: 10 % of the canary and 10 % of stable, 1 % before',
  });
  expect(judged(aPolicy(), outage(40))).toMatchObject({ kind: 'unhealthy', blames: 'canary' });
});

test('without a history both versions are bad when they fail too often for any service', () => {
  const policy = aPolicy({ metrics: [metric({ series: [aSeries({ history: null })] })] });

  expect(judged(policy, minutes(6, [100, 25], [900, 225]))).toMatchObject({ blames: 'both', advice: 'hold' });
  expect(judged(policy, minutes(6, [100, 15], [900, 135]))).toMatchObject({ kind: 'healthy' });
});

test('a few requests that fail in both versions are not a shared outage', () => {
  expect(judged(aPolicy({ minimumRequests: 0 }), minutes(1, [4, 1], [20, 1])).blames).toBe('nobody');
});

test.each(['hold', 'extend', 'rollBack'] as const)(
  'too little traffic is inconclusive and follows the policy: %s',
  (noData) => {
    const policy = aPolicy({ noData });

    expect(judged(policy, minutes(3, [10, 0]))).toMatchObject({
      kind: 'inconclusive',
      advice: noData,
      because:
        'The canary had 30 requests in whole minutes. 100 are needed; if calls go on like this, the judge can decide at 10:10 UTC',
    });
    expect(judged(policy, minutes(3, [100, 0], [5, 0])).because).toMatch(
      /^Stable had 15 requests in whole minutes\. 100 are needed; .+ at 10:20 UTC$/,
    );
  },
);

test('no row at all is inconclusive, whatever the minimum', () => {
  const verdict = judged(aPolicy({ minimumRequests: 0 }), []);

  expect(verdict).toMatchObject({
    kind: 'inconclusive',
    because: 'The canary had no request in whole minutes. 1 is needed',
  });
  expect(verdict.metrics[0]?.series[0]).toEqual({
    name: 'errors',
    ratio: null,
    from: 0,
    to: null,
    canaryRate: null,
    stableRate: null,
  });
});

test('the warm-up is no evidence, from the first request of the canary on', () => {
  const policy = aPolicy({ warmUpMs: 60_000 });
  const cold = [aRow(0, [0, 0]), aRow(1, [100, 60]), aRow(2, [100, 1]), aRow(3, [100, 1])];

  expect(judged(policy, cold)).toMatchObject({ kind: 'healthy', because: 'No sign of harm in 2 minutes' });
  expect(judged(aPolicy(), cold).kind).toBe('unhealthy');
});

test('a canary with too few requests that count is told how many came, why they do not count, and when there are enough', () => {
  const policy = aPolicy({ warmUpMs: 60_000 });

  expect(judged(policy, [aRow(0, [300, 0])]).because).toBe(
    'The canary had 300 requests in whole minutes, and 0 of them count: 300 came during the warm-up. 100 are needed; if calls go on like this, the judge can decide at 10:02 UTC',
  );
  expect(judged(policy, [aRow(0, [30, 0]), aRow(1, [30, 0], [0, 0]), aRow(2, [30, 0])]).because).toBe(
    'The canary had 90 requests in whole minutes, and 30 of them count: 30 came during the warm-up, 30 came while stable had none. 100 are needed; if calls go on like this, the judge can decide at 10:06 UTC',
  );
  expect(judged(policy, [aRow(0, [0, 0]), aRow(1, [300, 0], [5, 0]), aRow(2, [300, 0], [5, 0])]).because).toBe(
    'Stable had 910 requests in whole minutes, and 5 of them count: 5 came during the warm-up, 900 came while the canary had none. 100 are needed; if calls go on like this, the judge can decide at 10:22 UTC',
  );
});

test('two errors are too few to find a canary unhealthy, however unlikely they are', () => {
  const rare = aPolicy({ metrics: [metric({ series: [aSeries({ history: { rate: 1e-6, burstiness: 0 } })] })] });
  const rows = minutes(1, [100, 2], [1_000_000, 1]);

  expect(judged(rare, rows)).toMatchObject({
    kind: 'inconclusive',
    because: 'Worse than stable, but with fewer than 3 counts',
  });
  expect(judged({ ...rare, minimumErrors: 2 }, rows).kind).toBe('unhealthy');
});

test('without a history the judge waits for five minutes, and assumes a noisy service', () => {
  const policy = aPolicy({ metrics: [metric({ series: [aSeries({ history: null })] })] });

  expect(judged(policy, minutes(4, [100, 15]))).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringMatching(/^4 minutes of evidence, and 5 are needed, because stable had no whole minute/),
  });
  expect(judged(policy, minutes(5, [100, 15])).kind).toBe('unhealthy');
  const known = judged(aPolicy(), minutes(5, [10_000, 110], [90_000, 900])).evidence;
  expect(judged(policy, minutes(5, [10_000, 110], [90_000, 900])).evidence).toBeLessThan(known);
});

test('an unhealthy canary stays unhealthy, however good it becomes', () => {
  const rows = [...minutes(3, [100, 10]), ...Array.from({ length: 60 }, (_, index) => aRow(index + 3, [1_000, 0]))];

  expect(judged(aPolicy(), rows).kind).toBe('unhealthy');
});

test('a new weight needs no reset: evidence continues to grow over both', () => {
  const light = minutes(3, [100, 2], [900, 9]);
  const heavy = [3, 4, 5].map((at) => aRow(at, [500, 10], [500, 5]));

  const whole = judged(aPolicy(), [...light, ...heavy]).evidence;
  expect(whole).toBeGreaterThan(judged(aPolicy(), light).evidence);
  expect(whole).toBeGreaterThan(judged(aPolicy(), heavy).evidence);
});

test('the interval of the ratio becomes narrower around it', () => {
  const ratioAfter = (count: number) =>
    judged(aPolicy(), minutes(count, [1_000, 20], [9_000, 90])).metrics[0]?.series[0];

  expect(ratioAfter(1)).toMatchObject({ ratio: 2, canaryRate: 0.02, stableRate: 0.01 });
  expect(ratioAfter(30)).toMatchObject({ ratio: 2, from: 1.6, to: 2.5 });
  expect(ratioAfter(1)?.from).toBeLessThan(ratioAfter(30)?.from ?? 0);
});

test('a harmless ratio above 1, and a margin, let a canary be a little worse', () => {
  const rows = minutes(10, [1_000, 15], [9_000, 90]);

  expect(judged(aPolicy(), rows).kind).toBe('unhealthy');
  expect(judged(aPolicy({ harmlessRatio: 1.5, harmRatio: 2 }), rows).kind).toBe('healthy');
  expect(judged(aPolicy({ margin: 0.005 }), rows).kind).toBe('healthy');
  expect(judged(aPolicy({ margin: 0.005 }), minutes(10, [1_000, 60], [9_000, 90])).kind).toBe('unhealthy');
});

test('several metrics share one budget by their weights, and a metric that is only observed uses none', () => {
  const slow = aSeries({ count: 0, name: 'slow', badRate: null });
  const version = (requests: number, errors: number, slowOnes: number) => ({
    requests,
    errors,
    durationP99Ms: null,
    slower: [slowOnes],
  });
  const rows = minutes(2, [100, 1]).map((row) => ({ ...row, canary: version(100, 1, 9), stable: version(900, 9, 9) }));
  const slowMetric = metric({ name: 'latency', series: [slow] });
  const evidence = (...metrics: ReturnType<typeof metric>[]) => judged(aPolicy({ metrics }), rows);

  expect(evidence(metric(), slowMetric)).toMatchObject({
    kind: 'unhealthy',
    because: expect.stringContaining('slow: 9 in 100'),
  });
  expect(evidence(metric(), { ...slowMetric, observedOnly: true })).toMatchObject({ kind: 'healthy', advice: 'goOn' });
  expect(evidence(metric({ weight: 9 }), slowMetric).evidence).toBeLessThan(evidence(metric(), slowMetric).evidence);
  expect(evidence(metric(), { ...slowMetric, observedOnly: true }).metrics[1]).toMatchObject({
    name: 'latency',
    observedOnly: true,
  });
});

test('a state is small, and survives JSON', () => {
  const rows = minutes(30, [6_000, 66], [54_000, 540]);
  const half = after(aPolicy(), rows.slice(0, 15));
  const revived = JSON.parse(JSON.stringify(half)) as typeof half;

  expect(revived).toEqual(half);
  expect(JSON.stringify(after(aPolicy(), rows)).length).toBeLessThan(5_000);
});
