import { baselineOf, latencyThresholds } from '../../src/domain/verdict/baseline.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import type { Observation } from '../../src/domain/verdict/verdict.ts';
import { OPENED_AT } from './a-deployment.ts';
import { aPeriod, asEver, aVersion, BASELINE, HOUR_BEFORE, LATENCIES, periods, SLOW } from './a-period.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const latency = { metric: 'latency', weight: 1, observedOnly: false } as const;
const errors = { metric: 'errors', weight: 1, observedOnly: false } as const;
const both = aSequentialJudge({ metrics: [errors, latency] });
const judged = (rows: readonly PeriodRow[], change: Partial<Observation> = {}) =>
  judgeRows({ judge: both, rows, baseline: BASELINE, alarms: [], ...change });

test('the baseline has a history of errors and of each latency, from the hour before', () => {
  expect(BASELINE).toEqual({
    latenciesMs: LATENCIES,
    histories: {
      errors: { rate: 0.01, burstiness: 0, minutes: 60 },
      'requests over 40 ms': { rate: 0.5, burstiness: 0, minutes: 60 },
      'requests over 90 ms': { rate: 0.1, burstiness: 0, minutes: 60 },
      'requests over 180 ms': { rate: 0.01, burstiness: 0, minutes: 60 },
    },
  });
  const unmeasured = HOUR_BEFORE.map((each) => ({ ...each, stable: aVersion(900, 9) }));
  expect(baselineOf({ latenciesMs: [40], rows: unmeasured.toReversed() }).histories).toEqual({
    errors: { rate: 0.01, burstiness: 0, minutes: 60 },
    'requests over 40 ms': null,
  });
});

test('thresholds are the measured latencies to three digits, without duplicates and impossible values', () => {
  expect(latencyThresholds([90.04, 40.51, 40.54, 1_234.5, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([
    40.5, 90, 1_230,
  ]);
  expect(latencyThresholds([])).toEqual([]);
});

test('a slow canary is unhealthy by its slow requests when its errors are normal', () => {
  const verdict = judged(periods(3, SLOW));

  expect(verdict).toMatchObject({
    kind: 'unhealthy',
    because: expect.stringMatching(/^requests over \d+ ms: \d+ in 100 requests of the canary, \d+ in 900 of stable$/),
    evidence: [
      { rule: expect.stringMatching(/^errors against stable/), outcome: 'pass' },
      {
        rule: expect.stringMatching(/^latency against stable, at most 1 % false rollbacks: evidence/),
        outcome: 'fail',
      },
    ],
  });
  expect(verdict.evidence[1]?.periods[0]).toEqual({ startsAt: OPENED_AT, canary: 20, stable: 1 });
  expect(judged(periods(6, asEver(100)))).toMatchObject({ kind: 'healthy', evidence: [{}, { outcome: 'pass' }] });
});

test('a latency that is only observed is shown as SLOW, and decides nothing', () => {
  const judge = aSequentialJudge({ metrics: [errors, { ...latency, observedOnly: true }] });

  expect(judged(periods(6, SLOW), { judge })).toMatchObject({
    kind: 'healthy',
    evidence: [{ outcome: 'pass' }, { rule: expect.stringContaining('only observed'), outcome: 'fail' }],
  });
  expect(judged(periods(6, asEver(100)), { judge }).evidence[1]?.outcome).toBe('pass');
});

test.each([
  ['named first', [{ ...latency, observedOnly: true }, errors]],
  ['named last', [errors, { ...latency, observedOnly: true }]],
])('a metric that is only observed, %s, changes no verdict when it is not measured', (_where, metrics) => {
  const judge = aSequentialJudge({ metrics });
  const unmeasured = periods(6, aVersion(100, 1), aVersion(900, 9));

  expect(judged(unmeasured, { judge }).kind).toBe('healthy');
  const verdict = judged(unmeasured, { judge, baseline: null });
  expect(verdict).toMatchObject({ kind: 'healthy' });
  expect(verdict.evidence).toContainEqual({
    rule: 'latency: not measured in the hour before',
    outcome: 'inconclusive',
    periods: [],
  });
});

test('a judged latency that was not counted is inconclusive, and names the missing count', () => {
  const verdict = judged(periods(6, aVersion(100, 1)));

  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.because).toContain('no requests over 40 ms in 100 requests of the canary cannot be');
  expect(judged([...periods(5, asEver(100)), aPeriod(5, aVersion(0, 0), asEver(5))]).kind).toBe('inconclusive');
});

test('a latency without the hour before is inconclusive with the next step, and bad figures still are unhealthy', () => {
  const unknown = baselineOf({ latenciesMs: [], rows: HOUR_BEFORE });

  expect(judged(periods(6, aVersion(100, 1)), { baseline: unknown })).toMatchObject({
    kind: 'inconclusive',
    because:
      'The latency of the stable version was not measured in the hour before: judge errors only, or deploy again when it has been measured',
  });
  expect(judged(periods(6, aVersion(100, 30)), { baseline: unknown }).kind).toBe('unhealthy');
  const outage = periods(6, aVersion(100, 30), aVersion(900, 270));
  expect(judged(outage, { baseline: unknown })).toMatchObject({ kind: 'inconclusive', holds: true });
  const judge = aSequentialJudge({ metrics: [latency] });
  expect(judged(periods(6, SLOW), { judge, baseline: unknown })).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringContaining('was not measured'),
  });
  expect(judged([], { judge, baseline: null })).toMatchObject({
    kind: 'inconclusive',
    because: 'Nothing of either version has been measured yet',
  });
});

test('harm that is ruled out in errors and in latency may end a bake', () => {
  expect(judged(periods(2, asEver(100))).rulesOutHarm).toBeUndefined();
  expect(judged(periods(30, asEver(10_000), asEver(90_000))).rulesOutHarm).toBe(true);
});

test('a version without requests has no slow request, measured or not', () => {
  const quiet = [...periods(3, asEver(100)), aPeriod(3, aVersion(0, 0)), aPeriod(4, asEver(100))];

  expect(judged(quiet).because).not.toContain('cannot be');
});

test('an earlier judgement stays the same with more rows, the same rows, and changed rows', () => {
  const rows = periods(6, asEver(100));
  const late = rows.map((each, minute) => (minute === 2 ? aPeriod(2, aVersion(100, 60, [50, 10, 1])) : each));

  expect(judged(rows)).toEqual(judged(rows));
  expect(judged(late).kind).toBe('unhealthy');
  expect(judged(rows).kind).toBe('healthy');
});
