import fc from 'fast-check';
import type { Judge } from '../../src/domain/service/service-spec.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { MINUTE } from './a-deployment.ts';

type ThresholdJudge = Extract<Judge, { kind: 'threshold' }>;

const judgeOf = (change: Partial<ThresholdJudge> = {}): ThresholdJudge => ({
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
  failWhenAtLeast: 2,
  ofLastPeriods: 3,
  periodSeconds: 60,
  minimumRequests: 10,
  ...change,
});
const period = (requests: number, errors: number, durationP99Ms: number | null = 20): VersionPeriod => ({
  requests,
  errors,
  durationP99Ms,
});
const quiet = period(100, 0);
const row = (minute: number, canary: VersionPeriod, stable = quiet): PeriodRow => ({
  startsAt: minute * MINUTE,
  canary,
  stable,
});
const judge = (rows: readonly PeriodRow[], change: Partial<ThresholdJudge> = {}): Verdict =>
  judgeRows({ judge: judgeOf(change), rows, alarms: [] });
const bad = period(100, 30);

test('a red alarm makes the canary unhealthy, whatever the judge says', () => {
  const alarms = [
    { name: 'errors', state: 'ALARM' },
    { name: 'latency', state: 'OK' },
    { name: 'throttles', state: 'ALARM' },
  ] as const;
  const expected = { kind: 'unhealthy', because: 'Alarm errors, throttles is red', evidence: [] };

  expect(judgeRows({ judge: { kind: 'alarms-only' }, rows: [], alarms })).toEqual(expected);
  expect(judgeRows({ judge: judgeOf(), rows: [row(1, quiet)], alarms })).toEqual(expected);
});

test('a rule fails with exactly its number of bad periods, and not with one less', () => {
  expect(judge([row(1, bad), row(2, quiet), row(3, quiet)]).kind).toBe('healthy');
  expect(judge([row(1, bad), row(2, quiet), row(3, bad)]).kind).toBe('unhealthy');
});

test('a rule that is only observed is shown, and decides neither way', () => {
  const rules = [
    { metric: 'errorRatePercent', moreThan: 5 },
    { metric: 'durationP99Ms', moreThan: 10, observedOnly: true },
  ] as const;
  const slow = judge([row(1, quiet), row(2, quiet), row(3, quiet)], { rules });
  expect(slow.kind).toBe('healthy');
  expect(slow.because).not.toContain('durationP99Ms');
  expect(slow.evidence.map(({ outcome }) => outcome)).toEqual(['pass', 'fail']);
  expect(slow.evidence[1]?.rule).toMatch(/, only observed$/);
  const unmeasured = period(100, 0, null);
  expect(judge([row(1, unmeasured), row(2, unmeasured)], { rules }).kind).toBe('healthy');
});

test('a value equal to the limit passes, and only a value above it fails', () => {
  const once = { failWhenAtLeast: 1 };
  expect(judge([row(1, period(100, 5))], once).kind).toBe('healthy');
  expect(judge([row(1, period(100, 6))], once).kind).toBe('unhealthy');
});

test('only the last periods count, in whatever order they come', () => {
  const rows = [row(3, quiet), row(4, quiet), row(1, bad), row(2, quiet), row(0, bad)];
  expect(judge(rows).kind).toBe('healthy');
});

test('too little traffic is inconclusive, never healthy', () => {
  const verdict = judge([row(1, period(9, 9)), row(2, period(0, 0, null))]);

  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.because).toContain('Too little traffic to judge "errorRatePercent more than 5');
  expect(judge([]).kind).toBe('inconclusive');
});

test('a period without a request is no evidence, even when no minimum is set', () => {
  expect(judge([row(1, period(0, 0, null))], { minimumRequests: 0 }).kind).toBe('inconclusive');
});

test.each([
  ['errors that are no number', period(100, Number.NaN)],
  ['requests without end', period(Number.POSITIVE_INFINITY, 1)],
  ['fewer errors than none', period(100, -1)],
  ['more errors than requests', period(100, 101)],
])('%s are no evidence of anything', (_what, canary) => {
  expect(judge([row(1, canary)]).kind).toBe('inconclusive');
});

test('a failed rule outweighs a rule with too little evidence', () => {
  const rules = [
    { metric: 'durationP99Ms', moreThan: 10_000 },
    { metric: 'errorRatePercent', moreThan: 5 },
  ] as const;
  expect(judge([row(1, bad), row(2, bad)], { rules }).kind).toBe('unhealthy');
});

test('an unhealthy verdict names the rule and shows both versions at the same moments', () => {
  const { because, evidence } = judge([row(1, bad, period(0, 0, null)), row(2, bad, period(200, 1))]);

  expect(because).toBe(
    'errorRatePercent more than 5 in at least 2 of the last 3 periods of 60 s: the canary had 30.00, 30.00; stable no requests, 0.50',
  );
  expect(evidence).toEqual([
    {
      rule: 'errorRatePercent more than 5 in at least 2 of the last 3 periods of 60 s',
      outcome: 'fail',
      periods: [
        { startsAt: MINUTE, canary: 30, stable: null },
        { startsAt: 2 * MINUTE, canary: 30, stable: 0.5 },
      ],
    },
  ]);
});

test('durations are judged by their 99th percentile', () => {
  const rules = [{ metric: 'durationP99Ms', moreThan: 500 }] as const;
  const slow = period(100, 0, 800);

  expect(judge([row(1, slow), row(2, slow)], { rules }).kind).toBe('unhealthy');
  const healthy = judge([row(1, slow), row(2, quiet)], { rules });
  expect(healthy).toMatchObject({ kind: 'healthy', because: expect.stringContaining('No rule failed: durationP99Ms') });
});

test('a period without the value of a rule is no evidence for that rule', () => {
  const rules = [{ metric: 'durationP99Ms', moreThan: 500 }] as const;

  expect(judge([row(1, period(100, 0, null))], { rules }).kind).toBe('inconclusive');
});

test('a rule passes only with periods that count, and more errors never turn unhealthy into healthy', () => {
  const anyPeriod = fc
    .record({ requests: fc.integer({ min: 0, max: 200 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ requests, share }) => period(requests, Math.floor(requests * share)));
  fc.assert(
    fc.property(fc.array(anyPeriod, { maxLength: 6 }), (periods) => {
      const rows = periods.map((canary, minute) => row(minute, canary));
      const worse = rows.map(({ canary, ...rest }) => ({ ...rest, canary: { ...canary, errors: canary.requests } }));
      const { kind, evidence } = judge(rows);

      if (kind === 'healthy') expect(evidence.every((each) => each.periods.length > 0)).toBe(true);
      if (kind === 'unhealthy') expect(judge(worse).kind).toBe('unhealthy');
    }),
  );
});
