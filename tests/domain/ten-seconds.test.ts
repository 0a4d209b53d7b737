import { historyOf } from '../../src/domain/verdict/burstiness.ts';
import type { MinuteRow } from '../../src/domain/verdict/minute-row.ts';
import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { seededRandom } from '../../src/rehearsal/random.ts';
import { OPENED_AT } from './a-deployment.ts';
import { after, aPolicy, aRow, aSeries, type Calls } from './a-minute.ts';

const TEN = 10_000;
const row = (index: number, canary: Calls, stable: Calls = [270, 3]): MinuteRow => ({
  ...aRow(0, canary, stable),
  startsAt: OPENED_AT + index * TEN,
  periodSeconds: 10,
});
const periods = (count: number, canary: Calls, stable?: Calls) =>
  Array.from({ length: count }, (_, index) => row(index, canary, stable));
const policy = aPolicy({ periodSeconds: 10 });
const judged = (rows: readonly MinuteRow[], given = policy) => verdictOf(after(given, rows));

test('periods of ten seconds are evidence where the policy says so', () => {
  expect(judged(periods(8, [30, 3]))).toMatchObject({ kind: 'unhealthy' });
  expect(judged(periods(8, [30, 0]))).toMatchObject({
    kind: 'healthy',
    because: 'No sign of harm in 8 periods of ten seconds',
  });
});

test('without a history two minutes of them are waited for', () => {
  const metrics = [{ name: 'errors', weight: 1, series: [aSeries({ history: null })], observedOnly: false }];
  const unknown = aPolicy({ periodSeconds: 10, metrics });

  expect(judged(periods(11, [30, 0]), unknown)).toMatchObject({
    kind: 'inconclusive',
    because: '11 periods of ten seconds of evidence, and 12 are needed',
  });
  expect(judged(periods(12, [30, 0]), unknown).kind).toBe('healthy');
});

test('within the warm-up they feed the hard guard alone', () => {
  const cold = aPolicy({ periodSeconds: 10, warmUpMs: 60_000 });

  expect(judged([row(0, [30, 1]), row(1, [30, 12])], cold)).toMatchObject({
    kind: 'unhealthy',
    because: expect.stringContaining('within 10 seconds'),
  });
  expect(after(cold, [row(0, [30, 1]), row(1, [30, 2])])).toMatchObject({ minutes: 0, guard: { looks: 2 } });
});

test('gaps, late periods and bad ones are told by the second', () => {
  const rows = periods(12, [30, 0]);

  expect(judged([...rows, row(13, [30, 0])]).because).toBe(
    'A period of ten seconds gave no evidence: a period of ten seconds is missing before 10:02:10',
  );
  expect(judged([...rows, row(14, [30, 0])]).because).toContain('2 periods of ten seconds are missing before 10:02:20');
  expect(judged([...rows, row(3, [30, 1])]).because).toContain('the period 10:00:30 came late or changed');
  expect(judged([...rows, row(12, [30, 31])]).because).toContain('31 errors in 30 requests');
});

test('a minute among them is no evidence', () => {
  const verdict = judged([...periods(6, [30, 0]), aRow(1, [180, 180])]);

  expect(verdict).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringContaining('a period of a minute is no evidence where periods of ten seconds are'),
  });
});

test('what ten seconds add up to within a minute is, with the noise between minutes, the evidence of that minute', () => {
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

test('noise that lasts for a minute condemns no more healthy canaries by ten seconds than it may', () => {
  const noise = 0.1;
  const variance = Math.log1p(noise * noise);
  let condemned = 0;
  for (let run = 0; run < 300; run += 1) {
    const random = seededRandom(`noise ${run}`);
    const strayed = () => Math.exp(Math.sqrt(variance) * random.normal() - variance / 2);
    const draw = (requests: number, rate: number): Calls => [requests, random.binomial(requests, rate)];
    const before = Array.from({ length: 60 }, () => draw(54_000, 0.01 * strayed()));
    const history = historyOf(before.map(([requests, count]) => ({ requests, count })));
    const metrics = [{ name: 'errors', weight: 1, series: [aSeries({ history })], observedOnly: false }];
    const rows = Array.from({ length: 15 }, (_, minute) => {
      const [canary, stable] = [0.01 * strayed(), 0.01 * strayed()];
      return Array.from({ length: 6 }, (_, ten) => row(minute * 6 + ten, draw(1_000, canary), draw(9_000, stable)));
    });
    if (after(aPolicy({ periodSeconds: 10, metrics }), rows.flat()).condemned !== null) condemned += 1;
  }
  // Three in 300 are one in a hundred; twice that is as far as chance goes in one of twenty such tests.
  expect(condemned).toBeLessThanOrEqual(6);
});
