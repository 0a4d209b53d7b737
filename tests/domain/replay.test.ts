import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { keptEvidence } from '../../src/domain/verdict/kept-evidence.ts';
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import { replay } from '../../src/domain/verdict/replay.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';
import { aPeriod, asEver, aVersion, BASELINE, periods, SLOW } from './a-period.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const errors = { metric: 'errors', weight: 1, observedOnly: false } as const;
const latency = { metric: 'latency', weight: 3, observedOnly: false } as const;
const judge = aSequentialJudge({ metrics: [errors, latency] });
const replayed = (rows: readonly PeriodRow[], last = 100) => replay(judge, { rows, baseline: BASELINE, last });

test('each period of each count is shown: both versions, the ratio with its interval, the evidence and its limit', () => {
  const shown = replayed(periods(3, SLOW));
  const [, slow] = shown.metrics;

  expect(shown).toMatchObject({ kind: 'unhealthy', because: expect.stringContaining('requests over') });
  expect(shown.evidence).toBeGreaterThan(shown.limit);
  expect(slow).toMatchObject({
    name: 'latency',
    observedOnly: false,
    because: expect.stringMatching(
      /^The evidence that latency is worse is \d+\.\d\d and reaches 4\.89, the limit for latency alone; for all metrics together it is 4\.61\.$/,
    ),
  });
  expect(slow?.series.map(({ name }) => name)).toEqual([
    'requests over 40 ms',
    'requests over 90 ms',
    'requests over 180 ms',
  ]);
  expect(slow?.series[1]?.periods).toEqual([
    expect.objectContaining({ startsAt: OPENED_AT, because: 'No evidence: the canary is warming up.', ratio: null }),
    expect.objectContaining({
      startsAt: OPENED_AT + MINUTE,
      canary: { requests: 100, count: 50 },
      stable: { requests: 900, count: 90 },
      ratio: 5,
      because: expect.stringMatching(
        /^50 in 100 requests of the canary, 90 in 900 of stable; 5 times as often so far \(between \S+ and \S+ times\), evidence \S+ of 5\.99 for this count alone\.$/,
      ),
    }),
    expect.objectContaining({ startsAt: OPENED_AT + 2 * MINUTE }),
  ]);
});

test('a replay ends where the judge did, and shows the requested number of last periods', () => {
  const rows = periods(9, asEver(100));
  const shown = replayed(rows, 4);
  const { kind, because } = judgeRows({ judge, rows, baseline: BASELINE, alarms: [] });

  expect(shown).toMatchObject({ kind, because });
  expect(shown.metrics[0]?.series[0]?.periods).toHaveLength(4);
  expect(shown.metrics[0]?.because).toContain('errors are worse is');
  expect(shown.metrics[0]?.because).toContain('stays below 5.99, the limit for errors alone');
});

test('a period that is no evidence says why', () => {
  const rows = [
    aPeriod(0, asEver(100)),
    aPeriod(1, aVersion(0, 0)),
    aPeriod(2, asEver(100), aVersion(0, 0)),
    aPeriod(3, aVersion(100, 101, [0, 0, 0])),
    aPeriod(4, aVersion(100, 1)),
    aPeriod(5, aVersion(100, 1, [1, 1, 1]), aVersion(900, 0, [0, 0, 0])),
  ];
  const [failed, slow] = replayed(rows).metrics;
  const said = failed?.series[0]?.periods.map(({ because }) => because);

  expect(said).toEqual([
    'No evidence: the canary is warming up.',
    'No evidence: the canary had no request.',
    'No evidence: stable had no request.',
    'No evidence: 101 errors in 100 requests of the canary cannot be.',
    'No evidence: no requests over 40 ms in 100 requests of the canary cannot be.',
    expect.stringContaining('stable has counted none so far (between 0 and any number of times)'),
  ]);
  expect(failed?.series[0]?.periods[3]).toMatchObject({ canary: null, stable: null });
  expect(slow?.series[0]?.periods[4]).toMatchObject({ canary: null, stable: null });
});

test('a metric that is only observed is shown, measured or not', () => {
  const observed = aSequentialJudge({ metrics: [errors, { ...latency, observedOnly: true }] });
  const measured = replay(observed, { rows: periods(3, SLOW), baseline: BASELINE, last: 9 });
  const partly = replay(observed, { rows: periods(3, aVersion(100, 1)), baseline: BASELINE, last: 9 });
  const never = replay(observed, { rows: periods(3, SLOW), baseline: null, last: 9 });

  expect(measured.metrics[1]).toMatchObject({ observedOnly: true, because: expect.stringContaining('only observed') });
  expect(measured.metrics[1]?.limit).toBeCloseTo(Math.log(100));
  expect(partly.metrics[1]?.series[0]?.periods[2]?.because).toBe('Not measured in this period.');
  expect(never.metrics[1]).toMatchObject({
    series: [],
    evidence: 0,
    because: 'Not measured: latency of the stable version was not measured in the hour before.',
  });
});

test('a replay says when both versions are bad, and shows nothing without rows', () => {
  const outage = periods(6, aVersion(100, 30, [50, 10, 1]), aVersion(900, 270, [450, 90, 9]));

  expect(replayed(outage).because).toContain('Both versions are bad');
  expect(replayed([])).toMatchObject({ kind: 'inconclusive', metrics: [{ series: [{ periods: [] }] }, {}] });
});

test('a verdict keeps the figures of each metric for its last thirty periods, in short numbers', () => {
  const rows = periods(50, asEver(100));
  const observation = { judge, rows, baseline: BASELINE, alarms: [] };
  const kept = keptEvidence(observation, judgeRows(observation));

  expect(kept).toMatchObject([
    { metric: 'errors', outcome: 'pass', limit: 5.991, because: expect.any(String) },
    { metric: 'latency', outcome: 'pass', series: [{ name: 'requests over 40 ms' }, {}, {}] },
  ]);
  expect(kept.every(({ periods: values }) => values.length === 30)).toBe(true);
  expect(kept[0]).toHaveProperty('series.0.minutes.length', 30);
  expect(kept[0]).toHaveProperty('series.0.minutes.29.canary', { requests: 100, count: 1 });
  expect(JSON.stringify(kept).length).toBeLessThan(30_000);
  expect(JSON.stringify(kept)).not.toMatch(/\d\.\d{6}/);
});

test('evidence without a ratio, and that of another judge, is kept as it is', () => {
  const rows = periods(3, asEver(100), aVersion(900, 0, [0, 0, 0]));
  const observation = { judge, rows, alarms: [] };
  expect(keptEvidence(observation, judgeRows(observation))[0]).toHaveProperty('series.0.minutes.0.ratio', null);

  const gauges = { judge: { kind: 'mann-whitney', metrics: ['durationP99Ms'] }, rows, alarms: [] } as const;
  const verdict = judgeRows(gauges);
  expect(keptEvidence(gauges, verdict)).toEqual(verdict.evidence);
});
