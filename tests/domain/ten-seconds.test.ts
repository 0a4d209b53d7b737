import { baselineOf } from '../../src/domain/verdict/baseline.ts';
import type { JudgedRow } from '../../src/domain/verdict/period-row.ts';
import { LATENCY_HARMS } from '../../src/domain/verdict/ratios.ts';
import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { OPENED_AT } from './a-deployment.ts';
import { after, aPolicy, aRow, aSeries, type Calls } from './a-minute.ts';

const TEN = 10_000;
const row = (index: number, canary: Calls, stable: Calls = [270, 3]): JudgedRow => ({
  ...aRow(0, canary, stable),
  startsAt: OPENED_AT + index * TEN,
  periodSeconds: 10,
});
const periods = (count: number, canary: Calls, stable?: Calls) =>
  Array.from({ length: count }, (_, index) => row(index, canary, stable));
const policy = aPolicy({ periodSeconds: 10 });
const judged = (rows: readonly JudgedRow[], given = policy) => verdictOf(after(given, rows));

test('periods of ten seconds are evidence when the policy says so', () => {
  expect(judged(periods(8, [30, 3]))).toMatchObject({ kind: 'unhealthy' });
  expect(judged(periods(8, [30, 0]))).toMatchObject({
    kind: 'healthy',
    because: 'No sign of harm in 8 periods of ten seconds',
  });
});

test('without a history the judge waits for two minutes of ten-second periods', () => {
  const metrics = [{ name: 'errors', weight: 1, series: [aSeries({ history: null })], observedOnly: false }];
  const unknown = aPolicy({ periodSeconds: 10, metrics });

  expect(judged(periods(11, [30, 0]), unknown)).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringMatching(/^11 periods of ten seconds of evidence, and 12 are needed, because stable had no/),
  });
  expect(judged(periods(12, [30, 0]), unknown).kind).toBe('healthy');
});

test('within the warm-up, ten-second periods count for the hard guard alone', () => {
  const cold = aPolicy({ periodSeconds: 10, warmUpMs: 60_000 });

  expect(judged([row(0, [30, 1]), row(1, [30, 12])], cold)).toMatchObject({
    kind: 'unhealthy',
    because: expect.stringContaining('within 10 seconds'),
  });
  expect(after(cold, [row(0, [30, 1]), row(1, [30, 2])])).toMatchObject({ periods: 0, guard: { looks: 2 } });
});

test('gaps, late periods and bad periods are reported by the second', () => {
  const rows = periods(12, [30, 0]);

  expect(judged([...rows, row(13, [30, 0])]).because).toBe(
    'A period of ten seconds gave no evidence: a period of ten seconds is missing before 10:02:10',
  );
  expect(judged([...rows, row(14, [30, 0])]).because).toContain('2 periods of ten seconds are missing before 10:02:20');
  expect(judged([...rows, row(3, [30, 1])]).because).toContain('the period 10:00:30 came late or changed');
  expect(judged([...rows, row(12, [30, 31])]).because).toContain('31 errors in 30 requests');
});

test('a period of a minute among ten-second periods is no evidence', () => {
  const verdict = judged([...periods(6, [30, 0]), aRow(1, [180, 180])]);

  expect(verdict).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringContaining('a period of a minute is no evidence where periods of ten seconds are'),
  });
});

test("a minute's evidence is the sum of its ten-second periods, with the noise between minutes", () => {
  const calls: readonly Calls[] = [
    [30, 1],
    [28, 0],
    [35, 2],
    [31, 0],
    [29, 3],
    [33, 1],
  ];
  const tens = after(
    policy,
    calls.map((canary, index) => row(index, canary)),
  );
  const minute = after(aPolicy(), [aRow(0, [186, 7], [1_620, 18])]);

  expect(tens.series[0]?.robust).toEqual(minute.series[0]?.robust);
  expect(tens.series[0]?.burstiness).toEqual(minute.series[0]?.burstiness);
});

test('noise that lasts a minute makes no more healthy canaries unhealthy by ten seconds than allowed', () => {
  const noise = 0.1;
  const variance = Math.log1p(noise * noise);
  let condemned = 0;
  for (let run = 0; run < 200; run += 1) {
    const random = seededRandom(`noise ${run}`);
    const strayed = () => 0.2 * Math.exp(Math.sqrt(variance) * random.normal() - variance / 2);
    const draw = (requests: number, rate: number): Calls => [requests, random.binomial(requests, rate)];
    const byTens = (count: number, draws: () => (index: number) => JudgedRow) =>
      Array.from({ length: count }, (_, minute) => {
        const drawTen = draws();
        return Array.from({ length: 6 }, (__, ten) => drawTen(minute * 6 + ten));
      }).flat();
    const before = byTens(60, () => {
      const rate = strayed();
      return (index) => row(index, [0, 0], draw(9_000, rate));
    });
    const { histories } = baselineOf({ latenciesMs: [], rows: before });
    const series = [aSeries({ history: histories.errors ?? null, harms: LATENCY_HARMS, badRate: null })];
    const metrics = [{ name: 'errors', weight: 1, series, observedOnly: false }];
    const rows = byTens(10, () => {
      const [canary, stable] = [strayed(), strayed()];
      return (index) => row(index, draw(1_000, canary), draw(9_000, stable));
    });
    if (after(aPolicy({ periodSeconds: 10, metrics }), rows).condemned !== null) condemned += 1;
  }
  // The allowed share is 1 %: two of 200 runs. Chance gives more than six in fewer than one of two hundred such tests.
  expect(condemned).toBeLessThanOrEqual(6);
});
