import type { Judge } from '../../src/domain/service/service-spec.ts';
import { baselineOf } from '../../src/domain/verdict/baseline.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import type { Observation } from '../../src/domain/verdict/verdict.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const sequential = aSequentialJudge();

const period = (requests: number, errors: number, durationP99Ms: number | null = requests > 0 ? 50 : null) => ({
  requests,
  errors,
  durationP99Ms,
});
const row = (minute: number, canary: PeriodRow['canary'], stable = period(900, 9)): PeriodRow => ({
  startsAt: OPENED_AT + minute * MINUTE,
  canary,
  stable,
});
const rows = (count: number, canary: PeriodRow['canary'], stable?: PeriodRow['stable']) =>
  Array.from({ length: count }, (_, minute) => row(minute, canary, stable));
const hourBefore = Array.from({ length: 60 }, (_, minute) =>
  row(minute - 60, period(0, 0), period(1_000, 8 + (minute % 5))),
);
const baseline = baselineOf({ latenciesMs: [], rows: hourBefore });
const judge = (given: readonly PeriodRow[], change: Partial<Observation> = {}) =>
  judgeRows({ judge: sequential, rows: given, baseline, alarms: [], ...change });

test('the sequential judge finds a worse canary unhealthy, after the warm-up, with the evidence and its limit', () => {
  const verdict = judge(rows(4, period(100, 8)));

  expect(verdict.kind).toBe('unhealthy');
  expect(verdict.because).toMatch(/^errors: \d+ in \d+ requests of the canary, \d+ in \d+ of stable$/);
  expect(verdict.evidence).toEqual([
    {
      rule: expect.stringMatching(/^errors against stable, at most 1 % false rollbacks: evidence \d\d\.\d\d of 4\.61$/),
      outcome: 'fail',
      periods: expect.arrayContaining([{ startsAt: OPENED_AT, canary: 8, stable: 1 }]),
    },
  ]);
  expect(judge(rows(1, period(100, 90))).kind).toBe('inconclusive');
});

test('the sequential judge finds a good canary healthy, and waits longer the fewer minutes of stable it knows', () => {
  expect(judge(rows(4, period(100, 1)))).toMatchObject({ kind: 'healthy', evidence: [{ outcome: 'pass' }] });
  const knownFor = (minutes: number) => baselineOf({ latenciesMs: [], rows: hourBefore.slice(60 - minutes) });
  expect(judge(rows(5, period(100, 1)), { baseline: knownFor(0) })).toMatchObject({
    kind: 'inconclusive',
    because:
      '4 minutes of evidence, and 5 are needed, because stable had no whole minute of calls before the rollout; if calls go on like this, the judge can decide at 10:06 UTC',
  });
  expect(judge(rows(3, period(100, 1)), { baseline: knownFor(2) }).because).toMatch(
    /^2 minutes of evidence, and 3 are needed, because stable had only 2 minutes of calls.+ at 10:04 UTC$/,
  );
  expect(judge(rows(3, period(100, 1)), { baseline: knownFor(1) }).because).toContain(
    'stable had only 1 minute of calls',
  );
  expect(judge(rows(3, period(100, 1)), { baseline: knownFor(4) }).kind).toBe('healthy');
  expect(judgeRows({ judge: sequential, rows: rows(6, period(100, 1)), alarms: [] }).kind).toBe('healthy');
});

test('periods of ten seconds are whole minutes of history only when there are six of them', () => {
  const tens = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...row(0, period(0, 0)),
      startsAt: OPENED_AT - (index + 1) * 10_000,
    }));
  const minutesFrom = (count: number) =>
    baselineOf({ latenciesMs: [], rows: tens(count), periodSeconds: 10 }).histories.errors?.minutes;
  expect([1, 5, 6, 13].map(minutesFrom)).toEqual([0, 0, 1, 2]);
});

test('the sequential judge holds when both versions are bad, and says so', () => {
  const verdict = judge(rows(6, period(100, 12), period(900, 108)));

  expect(verdict).toMatchObject({ kind: 'inconclusive', holds: true });
  expect(verdict.because).toContain('Both versions are bad');
  expect(judge(rows(4, period(100, 1))).holds).toBeUndefined();
});

test('a minute without calls is not a missing minute, and rows may come in any order', () => {
  const quiet = [...rows(4, period(100, 1)), row(6, period(100, 1))];

  expect(judge(quiet).kind).toBe('healthy');
  expect(judge(quiet.toReversed())).toEqual(judge(quiet));
});

test('missing rows and impossible rows are inconclusive with the reason', () => {
  expect(judge([])).toMatchObject({
    kind: 'inconclusive',
    because: 'The canary had no request in whole minutes. 100 are needed',
    evidence: [{ outcome: 'inconclusive', periods: [] }],
  });
  expect(judge([...rows(4, period(100, 1)), row(4, period(100, 101))]).because).toContain('101 errors in 100 requests');
  expect(judge([{ ...row(0, period(100, 1)), startsAt: Number.NaN }]).kind).toBe('inconclusive');
  expect(judge(rows(4, period(100, 0), period(0, 0)))).toMatchObject({ kind: 'inconclusive' });
});

const gauges = (metrics: Extract<Judge, { kind: 'mann-whitney' }>['metrics'] = ['durationP99Ms']): Judge => ({
  kind: 'mann-whitney',
  metrics,
});
const timed = (canaryMs: number, stableMs: number, errors = 1) =>
  Array.from({ length: 8 }, (_, minute) =>
    row(minute, period(100, errors + (minute % 2), canaryMs + minute), period(900, 9 + minute, stableMs + minute)),
  );

test('the judge mann-whitney compares gauges with those of stable in the same minutes', () => {
  const slow = judge(timed(900, 300), { judge: gauges() });

  expect(slow).toMatchObject({
    kind: 'unhealthy',
    because: 'durationP99Ms: Worse than stable: the canary is shifted by 600 (596 to 604)',
    evidence: [{ rule: "durationP99Ms not higher than stable's", outcome: 'fail' }],
  });
  expect(slow.evidence[0]?.periods[0]).toEqual({ startsAt: OPENED_AT, canary: 900, stable: 300 });
  expect(judge(timed(300, 300), { judge: gauges() }).kind).toBe('healthy');
  expect(judge(timed(300, 300, 40), { judge: gauges(['durationP99Ms', 'errorRatePercent']) }).kind).toBe('unhealthy');
});

test('the judge mann-whitney is inconclusive when a gauge has too few points, unless another gauge fails', () => {
  const few = timed(300, 300, 40).map((each, minute) =>
    minute < 4 ? each : { ...each, stable: period(900, 9, null) },
  );

  expect(judge(few, { judge: gauges() })).toMatchObject({
    kind: 'inconclusive',
    because: 'durationP99Ms: Only 4 periods have a value of both versions, and 5 are needed',
  });
  expect(judge(few, { judge: gauges(['durationP99Ms', 'errorRatePercent']) }).kind).toBe('unhealthy');
  expect(judge(rows(8, period(0, 0)), { judge: gauges() }).kind).toBe('inconclusive');
});
