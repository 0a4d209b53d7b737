import { backlog, COUNTED_KINDS, measurementsOf, timeToWeightZero } from '../../src/domain/deployment/measurement.ts';
import { ENTRY_KINDS } from '../../src/domain/deployment/timeline.ts';

const change = { service: 'checkout', at: 5_000, openedAt: 2_000 };
const dimensions = { Service: 'checkout' };

test.each(['DeploymentPromoted', 'DeploymentRolledBack', 'DeploymentSuperseded', 'DeploymentFailed'] as const)(
  '%s is counted once, with the duration of the deployment',
  (kind) => {
    expect(measurementsOf({ ...change, kind })).toEqual([
      { name: kind, value: 1, unit: 'Count', dimensions },
      { name: 'DeploymentDuration', value: 3_000, unit: 'Milliseconds', dimensions },
    ]);
  },
);

test.each(['DeploymentOpened', 'RollBackFailed'] as const)('%s is counted, and ends nothing', (kind) => {
  expect(measurementsOf({ ...change, kind })).toEqual([{ name: kind, value: 1, unit: 'Count', dimensions }]);
});

test('other entries of a deployment are not counted', () => {
  const others = ENTRY_KINDS.filter((kind) => !(COUNTED_KINDS as readonly string[]).includes(kind));
  expect(others.length).toBeGreaterThan(10);
  expect(others.flatMap((kind) => measurementsOf({ ...change, kind }))).toEqual([]);
});

test('an unknown duration is left out, and no duration is negative', () => {
  const kind = 'DeploymentPromoted';
  expect(measurementsOf({ ...change, kind, openedAt: null })).toHaveLength(1);
  expect(measurementsOf({ ...change, kind, openedAt: 6_000 })).toMatchObject([{}, { value: 0 }]);
});

test('the time to weight 0 begins with the alarm, and is not negative when its clock is ahead', () => {
  const order = { service: 'checkout', alarmedAt: 1_000, backAt: 1_800 };
  expect(timeToWeightZero(order)).toEqual({ name: 'TimeToWeightZero', value: 800, unit: 'Milliseconds', dimensions });
  expect(timeToWeightZero({ ...order, alarmedAt: 2_000 }).value).toBe(0);
});

test('the backlog has a number also when it is empty', () => {
  expect(backlog({ now: 9_000, deadlines: [], oldestMessageAt: null })).toEqual([
    { name: 'RolloutsPastDeadline', value: 0, unit: 'Count' },
    { name: 'OutboxAge', value: 0, unit: 'Seconds' },
  ]);
  expect(backlog({ now: 9_000, deadlines: [8_999, 9_000, 9_001], oldestMessageAt: 6_500 })).toMatchObject([
    { value: 2 },
    { value: 2.5 },
  ]);
  expect(backlog({ now: 9_000, deadlines: [], oldestMessageAt: 9_500 })).toMatchObject([{}, { value: 0 }]);
});
