import type { Judge } from '../../src/domain/service/service-spec.ts';
import { missingInWords } from '../../src/domain/verdict/alarm-evidence.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { keptEvidence } from '../../src/domain/verdict/kept-evidence.ts';
import type { AlarmFact, Observation } from '../../src/domain/verdict/verdict.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const ok: AlarmFact = { name: 'errors', state: 'OK', actionsEnabled: true };
const silent: AlarmFact = { name: 'latency', state: 'INSUFFICIENT_DATA' };
const muted: AlarmFact = { name: 'throttles', state: 'OK', actionsEnabled: false };
const judged = (observation: Partial<Observation>) =>
  judgeRows({ judge: { kind: 'alarms-only' }, rows: [], alarms: [], ...observation });
const gauges: Judge = { kind: 'mann-whitney', metrics: ['errorRatePercent'] };

describe('the judge alarms-only', () => {
  test.each<[string, readonly AlarmFact[], string]>([
    ['one alarm is OK', [ok], 'errors is OK'],
    ['one alarm is OK beside a silent one', [ok, silent], 'errors is OK; latency has no data'],
    ['one alarm is OK beside a muted one', [ok, muted], 'errors is OK; throttles has its actions off'],
  ])('the judge alarms-only finds the canary healthy when %s, and names the alarms', (_situation, alarms, words) => {
    expect(judged({ alarms })).toMatchObject({
      kind: 'healthy',
      because: `No alarm is red, and the judge is alarms-only: ${words}`,
    });
  });

  test.each<[string, readonly AlarmFact[], string]>([
    ['has no data', [silent], 'latency has no data'],
    ['has its actions off', [muted], 'throttles has its actions off'],
    ['is silent in one way or the other', [silent, muted], 'latency has no data; throttles has its actions off'],
  ])('the judge alarms-only is inconclusive when each alarm %s', (_situation, alarms, words) => {
    const verdict = judged({ alarms });
    expect(verdict).toMatchObject({ kind: 'inconclusive', because: `No alarm says anything: ${words}` });
    expect(verdict.holds).toBeUndefined();
  });

  test('the judge alarms-only holds when an alarm is missing, whatever the others say', () => {
    expect(judged({ alarms: [ok], missingAlarms: ['gone'] })).toEqual({
      kind: 'inconclusive',
      because: missingInWords(['gone']),
      holds: true,
      evidence: [{ rule: 'Alarm gone does not exist', outcome: 'inconclusive', periods: [] }],
    });
  });

  test('the judge alarms-only finds a canary unhealthy by a red alarm, also a muted one and beside a missing one', () => {
    const red = { ...muted, state: 'ALARM' } as const;
    expect(judged({ alarms: [red], missingAlarms: ['gone'] }).kind).toBe('unhealthy');
  });

  test('the judge alarms-only says that it had no alarm when none is named, or all were red before a hotfix', () => {
    expect(judged({})).toMatchObject({ kind: 'healthy', because: expect.stringContaining('nothing was looked at') });
    expect(judged({ ignoredAlarms: ['errors'] })).toMatchObject({
      kind: 'healthy',
      because: expect.stringContaining('errors was red before this hotfix'),
    });
  });

  test('the judge alarms-only is inconclusive while CloudWatch gives no answer', () => {
    expect(judged({ alarmsUnread: true })).toMatchObject({
      kind: 'inconclusive',
      because: 'The alarms could not be read',
    });
  });
});

describe('a judge with metrics', () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    startsAt: index * 60_000,
    canary: { requests: 100, errors: index % 2, durationP99Ms: 20 },
    stable: { requests: 900, errors: 9 + (index % 2), durationP99Ms: 20 },
  }));
  const threshold = (moreThan: number): Judge => ({
    kind: 'threshold',
    rules: [{ metric: 'errorRatePercent', moreThan }],
    failWhenAtLeast: 1,
    ofLastPeriods: 3,
    periodSeconds: 60,
    minimumRequests: 10,
  });

  test('a judge with metrics is not stopped by a silent alarm, and its evidence names the alarm', () => {
    const { kind, evidence } = judged({ judge: threshold(5), rows, alarms: [silent] });
    expect(kind).toBe('healthy');
    expect(evidence.at(-1)).toEqual({ rule: 'Alarm latency has no data', outcome: 'inconclusive', periods: [] });
  });

  test.each<[string, Judge]>([
    ['threshold', threshold(5)],
    ['sequential', aSequentialJudge()],
    ['mann-whitney', gauges],
  ])('a judge with metrics holds when an alarm is missing, and rules out no harm: %s', (_kind, judge) => {
    const verdict = judged({ judge, rows, missingAlarms: ['gone'] });
    expect(verdict).toMatchObject({ kind: 'inconclusive', holds: true, because: missingInWords(['gone']) });
    expect(verdict.rulesOutHarm).toBeUndefined();
  });

  test('a judge with metrics still finds a canary unhealthy beside a missing alarm', () => {
    const verdict = judged({ judge: threshold(0.5), rows, missingAlarms: ['gone'] });
    expect(verdict.kind).toBe('unhealthy');
    expect(verdict.evidence.at(-1)?.rule).toBe('Alarm gone does not exist');
  });

  test('a judge with metrics finds a canary unhealthy by a red alarm before it looks at the metrics', () => {
    expect(judged({ judge: threshold(5), rows, alarms: [{ ...ok, state: 'ALARM' }] })).toEqual({
      kind: 'unhealthy',
      because: 'Alarm errors is red',
      evidence: [],
    });
  });

  test('a judge with metrics puts the evidence of the alarms after the figures of its metrics', () => {
    const judge = aSequentialJudge();
    const observation = { judge, rows, alarms: [silent] };
    const kept = keptEvidence(observation, judgeRows(observation));
    expect(kept).toHaveLength(judge.metrics.length + 1);
    expect(kept.at(-1)).toMatchObject({ rule: 'Alarm latency has no data' });
  });
});

test('several missing alarms are named together', () => {
  expect(missingInWords(['one', 'two'])).toMatch(/^Alarms one, two do not exist any more.*Create them again/);
});
