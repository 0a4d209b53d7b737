import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { aStage, MINUTE, type Stage } from './a-stage.ts';

const counted = (stage: Stage) =>
  stage.cloud
    .measurements()
    .filter(({ name, unit }) => unit === 'Count' && name !== 'RolloutsPastDeadline')
    .map(({ name, value, dimensions }) => [name, value, dimensions?.Service]);
const named = (stage: Stage, name: string) => stage.cloud.measurements().filter((one) => one.name === name);

test('a bad version that its alarm rolls back is one rollback, with the time until the traffic was back', async () => {
  const stage = await aStage();
  await stage.pass(MINUTE);
  const id = await stage.deploy({ artifact: { image: 'bad' } });
  await stage.pass(10_000);
  stage.turnRed();
  await stage.pass(MINUTE);

  expect(stage.status(id)).toBe('rolledBack');
  expect(counted(stage)).toEqual([
    ['DeploymentOpened', 1, 'checkout'],
    ['DeploymentRolledBack', 1, 'checkout'],
  ]);
  const [reaction, ...others] = named(stage, 'TimeToWeightZero');
  expect(others).toEqual([]);
  expect(reaction).toMatchObject({ unit: 'Milliseconds', dimensions: { Service: 'checkout' } });
  // The alarm's event takes a tenth of a second to arrive, and each call some milliseconds.
  expect(reaction?.value).toBeGreaterThan(100);
  expect(reaction?.value).toBeLessThan(1_000);
  expect(named(stage, 'DeploymentDuration')).toHaveLength(1);
});

test('a good version is one promotion, and no rollback', async () => {
  const stage = await aStage();
  await stage.pass(MINUTE);
  const id = await stage.deploy();
  await stage.pass(30 * MINUTE);

  expect(stage.status(id)).toBe('promoted');
  expect(counted(stage)).toEqual([
    ['DeploymentOpened', 1, 'checkout'],
    ['DeploymentPromoted', 1, 'checkout'],
  ]);
  expect(named(stage, 'TimeToWeightZero')).toEqual([]);
});

test('the backlog is measured at each tick of the clock, and is 0 when all goes well', async () => {
  const stage = await aStage();
  await stage.pass(16 * MINUTE);
  const ticks = named(stage, 'OutboxAge').length;
  expect(ticks).toBeGreaterThanOrEqual(3);
  expect(named(stage, 'RolloutsPastDeadline')).toHaveLength(ticks);
  expect(
    [...named(stage, 'OutboxAge'), ...named(stage, 'RolloutsPastDeadline')].every(({ value }) => value === 0),
  ).toBe(true);
  await stage.ask((ports) => reconcile(ports));
  expect(named(stage, 'OutboxAge')).toHaveLength(ticks + 1);
});
