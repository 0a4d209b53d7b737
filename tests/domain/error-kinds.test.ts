import type { Judge } from '../../src/domain/service/service-spec.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';

const judge: Judge = {
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 1 }],
  failWhenAtLeast: 1,
  ofLastPeriods: 5,
  periodSeconds: 60,
  minimumRequests: 10,
};
const period = (change: Partial<VersionPeriod>): VersionPeriod => ({
  requests: 100,
  errors: 0,
  durationP99Ms: 20,
  ...change,
});
const rows = (canary: Partial<VersionPeriod>, stable: Partial<VersionPeriod> = {}): PeriodRow[] => [
  { startsAt: 0, canary: period(canary), stable: period(stable) },
];

test('a canary with server errors is unhealthy, and the verdict says how many of the errors they were', () => {
  const { kind, because } = judgeRows({
    judge,
    rows: rows({ errors: 40, serverErrors: 30 }, { errors: 2, serverErrors: 1 }),
    alarms: [],
  });
  expect(kind).toBe('unhealthy');
  expect(because).toMatch(
    /Server errors \(answers of 500 or more\) are 30 of the canary's 40 errors, 1 of stable's 2$/,
  );
});

test('a canary whose function fails is unhealthy, and the verdict mentions no server errors', () => {
  const { kind, because } = judgeRows({ judge, rows: rows({ errors: 40 }), alarms: [] });
  expect([kind, because.includes('Server errors')]).toEqual(['unhealthy', false]);
});

test('a healthy canary with a few server errors stays healthy', () => {
  const { kind, because } = judgeRows({ judge, rows: rows({ errors: 1, serverErrors: 1 }), alarms: [] });
  expect([kind, because.includes('Server errors')]).toEqual(['healthy', false]);
});
