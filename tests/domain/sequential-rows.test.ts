import type { JudgedRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { recomputed } from '../../src/domain/verdict/recompute.ts';
import { initial, next } from '../../src/domain/verdict/sequential.ts';
import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { OPENED_AT } from './a-deployment.ts';
import { after, aPolicy, aRow, minutes } from './a-minute.ts';

const good = minutes(10, [100, 1]);
const judged = (rows: readonly JudgedRow[]) => verdictOf(after(aPolicy(), rows));

test.each([
  ['requests that are no number', aRow(10, [Number.NaN, 0]), 'NaN requests of the canary cannot be'],
  ['requests without end', aRow(10, [Number.POSITIVE_INFINITY, 0]), 'Infinity requests of the canary cannot be'],
  ['fewer requests than none', aRow(10, [-1, 0]), '-1 requests of the canary cannot be'],
  ['half a request', aRow(10, [100, 1], [900.5, 9]), '900.5 requests of stable cannot be'],
  ['errors that are no number', aRow(10, [100, Number.NaN]), 'NaN errors in 100 requests of the canary cannot be'],
  ['fewer errors than none', aRow(10, [100, 1], [900, -1]), '-1 errors in 900 requests of stable cannot be'],
  ['half an error', aRow(10, [100, 0.5]), '0.5 errors in 100 requests of the canary cannot be'],
  ['more errors than requests', aRow(10, [100, 101]), '101 errors in 100 requests of the canary cannot be'],
  [
    'no errors counted at all',
    { ...aRow(10, [1, 1]), canary: { requests: 1, durationP99Ms: null } as VersionPeriod },
    'no errors in 1 requests of the canary cannot be',
  ],
  [
    'a minute that starts within one',
    { ...aRow(10, [100, 1]), startsAt: OPENED_AT + 600_001 },
    `a period that starts at ${OPENED_AT + 600_001} cannot be`,
  ],
])('%s make the verdict inconclusive with the reason, and never an exception', (_what, bad, because) => {
  const verdict = judged([...good, bad]);

  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.because).toContain(because);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -60_000])('a row at %d is a trouble, not an exception', (startsAt) => {
  const state = next(after(aPolicy(), good), { ...aRow(0, [100, 1]), startsAt });

  expect(state.troubled).toBe(1);
  expect(verdictOf(state).kind).toBe('inconclusive');
  expect(verdictOf(next(initial(aPolicy()), { ...aRow(0, [100, 1]), startsAt })).kind).toBe('inconclusive');
  expect(recomputed(aPolicy(), [{ ...aRow(0, [100, 1]), startsAt }, ...good]).troubled).toBe(1);
});

test('a bad row adds no evidence, and five good minutes later it is a note', () => {
  const bad = aRow(10, [100, 101]);
  const later = [11, 12, 13, 14].map((minute) => aRow(minute, [100, 1]));

  expect(judged([...good, bad, ...later]).kind).toBe('inconclusive');
  const verdict = judged([...good, bad, ...later, aRow(15, [100, 1])]);
  expect(verdict).toMatchObject({
    kind: 'healthy',
    because: expect.stringContaining('; 1 more gave no evidence, the last because 101 errors'),
  });
  const counts = (rows: readonly JudgedRow[]) => after(aPolicy(), rows).series[0]?.canary;
  expect(counts([...good, bad])).toEqual(counts(good));
});

test('more bad minutes than good ones are never enough, however old', () => {
  const bad = Array.from({ length: 7 }, (_, minute) => aRow(minute, [1, 2]));
  const later = Array.from({ length: 6 }, (_, minute) => aRow(minute + 7, [100, 1]));

  expect(judged([...bad, ...later])).toMatchObject({
    kind: 'inconclusive',
    because: expect.stringContaining('7 minutes gave no evidence and 6 did'),
  });
});

test('a gap is reported with its number of missing minutes', () => {
  expect(judged([...good, aRow(11, [100, 1])]).because).toBe(
    'A minute gave no evidence: a minute is missing before 10:11',
  );
  expect(judged([...good, aRow(13, [100, 1])]).because).toContain('3 minutes are missing before 10:13');
});

test('a version whose traffic stopped is inconclusive, and a quiet minute of a quiet service is not', () => {
  expect(judged([...good, aRow(10, [0, 0])]).because).toBe('The canary had no request in the last 1 minutes');
  expect(judged([...good, aRow(10, [100, 1], [0, 0])]).because).toBe('Stable had no request in the last 1 minutes');
  const quiet = minutes(60, [2, 0], [18, 0]);
  expect(judged([...quiet, aRow(60, [0, 0], [18, 0])]).kind).toBe('healthy');
  expect(judged(minutes(10, [0, 0])).because).toBe('The canary had no request in whole minutes. 100 are needed');
  expect(judged(minutes(10, [100, 1], [0, 0])).kind).toBe('inconclusive');
});

test('a repeated minute is harmless, and a changed or older minute asks for recomputation', () => {
  const state = after(aPolicy(), good);

  expect(next(state, good[9] as JudgedRow)).toBe(state);
  expect(next(state, good[6] as JudgedRow)).toBe(state);
  for (const late of [
    aRow(9, [100, 2]),
    aRow(9, [101, 1]),
    aRow(8, [100, 1], [900, 8]),
    aRow(2, [100, 1]),
    aRow(-1, [100, 1]),
  ]) {
    const stale = verdictOf(next(state, late));
    expect(stale.kind).toBe('inconclusive');
    expect(stale.because).toMatch(/^The evidence has to be recomputed: the minute \d\d:\d\d came late or changed$/);
  }
});

test('rows in any order give the state of rows in order, and the later reading of a minute counts', () => {
  const rows = good.map((row, minute) => (minute === 4 ? aRow(4, [100, 5]) : row));
  const jumbled = [good[4] as JudgedRow, ...rows.toReversed()];

  expect(recomputed(aPolicy(), jumbled)).toEqual(after(aPolicy(), rows));
});

const tenSeconds = (
  index: number,
  canary: readonly [number, number],
  stable: readonly [number, number] = [270, 2],
): JudgedRow => ({
  ...aRow(0, canary, stable),
  startsAt: OPENED_AT + index * 10_000,
  periodSeconds: 10,
});

test('the hard guard finds a canary unhealthy within ten seconds, warm-up or not', () => {
  const policy = aPolicy({ warmUpMs: 600_000 });
  const verdict = verdictOf(after(policy, [tenSeconds(0, [30, 0]), tenSeconds(1, [30, 12])]));

  expect(verdict).toMatchObject({
    kind: 'unhealthy',
    because: '12 errors in 30 requests of the canary within 10 seconds, 2 in 270 of stable',
  });
});

test.each([
  ['too few requests', tenSeconds(0, [29, 29])],
  ['too few errors', tenSeconds(0, [100, 19])],
  ['a stable version that is bad too', tenSeconds(0, [30, 30], [270, 14])],
  ['a stable version without traffic', tenSeconds(0, [30, 30], [0, 0])],
  ['errors that chance explains', tenSeconds(0, [30, 6], [270, 13])],
])('the hard guard leaves %s alone', (_what, row) => {
  expect(after(aPolicy(), [row]).condemned).toBeNull();
});

test('the hard guard needs more evidence the more often it has looked, and looks at a period once', () => {
  const often = Array.from({ length: 400 }, (_, index) => tenSeconds(index, [30, 0]));
  const weak = [30, 7] as const;

  expect(after(aPolicy(), [tenSeconds(0, weak)]).condemned).not.toBeNull();
  expect(after(aPolicy(), [...often, tenSeconds(400, weak)]).condemned).toBeNull();
  expect(after(aPolicy(), [tenSeconds(0, [30, 0]), tenSeconds(0, [30, 30])]).condemned).toBeNull();
  expect(after(aPolicy(), [tenSeconds(0, [30, 30]), tenSeconds(1, [30, 30])]).condemned?.at).toBe(OPENED_AT);
});

test('the hard guard uses only counts that are bad in themselves, and are judged', () => {
  const [metric] = aPolicy().metrics;
  if (metric === undefined) throw new Error('A policy has a metric.');
  const latency = aPolicy({
    metrics: [{ ...metric, series: metric.series.map((each) => ({ ...each, badRate: null })) }],
  });

  expect(after(latency, [tenSeconds(0, [30, 30])]).condemned).toBeNull();
  expect(
    after(aPolicy({ metrics: [{ ...metric, observedOnly: true }] }), [tenSeconds(0, [30, 30])]).condemned,
  ).toBeNull();
});

test('impossible ten-second rows are a trouble, and no evidence', () => {
  expect(verdictOf(after(aPolicy(), [...good, { ...tenSeconds(60, [30, 31]) }])).because).toContain(
    '31 errors in 30 requests',
  );
});

test('the reason of the hard guard stays when the judge agrees later', () => {
  const state = after(aPolicy(), [tenSeconds(0, [30, 30]), ...minutes(5, [100, 50])]);

  expect(state.condemned?.because).toContain('within 10 seconds');
});
