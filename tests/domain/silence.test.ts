import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { judgedRows } from '../../src/domain/verdict/judged-rows.ts';
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const version = (requests: number) => ({ requests, errors: 0, durationP99Ms: null });
const row = (minute: number, canary: number, stable = 900): PeriodRow => ({
  startsAt: OPENED_AT + minute * MINUTE,
  canary: version(canary),
  stable: version(stable),
});
const busy = (count: number) => Array.from({ length: count }, (_, minute) => row(minute, 100));
const at = (minute: number) => OPENED_AT + minute * MINUTE;
const read = (rows: readonly PeriodRow[], until?: number) =>
  judgedRows({ rows, until, periodSeconds: 60 })
    .toSorted((one, other) => one.startsAt - other.startsAt)
    .map(({ startsAt, canary, stable }) => [(startsAt - OPENED_AT) / MINUTE, canary.requests, stable.requests]);

test('silence after the last row counts once it is too old for a late row', () => {
  expect(read(busy(1), at(1))).toEqual([[0, 100, 900]]);
  expect(read(busy(1), at(3))).toEqual([[0, 100, 900]]);
  expect(read(busy(1), at(4))).toEqual([
    [0, 100, 900],
    [1, 0, 0],
  ]);
  expect(read(busy(1))).toEqual([[0, 100, 900]]);
  expect(read([], at(9))).toEqual([]);
});

test('a young row that lacks a version with requests is left out, and an old row is believed', () => {
  const half = [...busy(3), row(3, 0), row(4, 100, 0)];

  expect(read(half, at(5))).toHaveLength(3);
  expect(read(half, at(6))).toEqual([
    [0, 100, 900],
    [1, 100, 900],
    [2, 100, 900],
    [3, 0, 900],
  ]);
  expect(read(half, at(7)).at(-1)).toEqual([4, 100, 0]);
  expect(read([...half, row(5, 100)], at(6))).toHaveLength(6);
  expect(read([row(0, 0), row(1, 0)], at(2))).toHaveLength(2);
});

test('a canary whose traffic stopped is not called healthy for its earlier rows', () => {
  const judge = aSequentialJudge();
  const rows = [...busy(10), ...[10, 11, 12].map((minute) => row(minute, 0))];
  const judged = (until?: number) => judgeRows({ judge, rows, alarms: [], ...(until && { until }) });

  expect(judged(at(11)).kind).toBe('healthy');
  expect(judged(at(15))).toMatchObject({
    kind: 'inconclusive',
    because: 'The canary had no request in the last 3 minutes',
  });
  expect(judgeRows({ judge, rows: busy(10), alarms: [], until: at(20) })).toMatchObject({
    kind: 'inconclusive',
    because: 'The canary had no request in the last 8 minutes',
  });
});

test('a row from far away costs no more than the longest rollout', () => {
  expect(judgedRows({ rows: [row(0, 1), { ...row(0, 1), startsAt: 0 }], periodSeconds: 10 }).length).toBe(60_481);
});
