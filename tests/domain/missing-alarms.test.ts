import { heldForMissing, toldOfMissing } from '../../src/domain/deployment/missing-alarms.ts';
import { aDeployment, aSignal, type DeploymentChange, OPENED_AT } from './a-deployment.ts';

const waiting = { missing: ['errors'], isWaiting: true, now: OPENED_AT };

test('a missing alarm is reported once, until it is back', () => {
  const first = toldOfMissing(aDeployment(), ['errors']);
  expect(first.entries).toMatchObject([{ kind: 'AlarmsMissing', data: { alarms: ['errors'] } }]);
  const again = toldOfMissing(first.deployment, ['errors']);
  expect(again).toEqual({ deployment: first.deployment, entries: [] });
  const back = toldOfMissing(first.deployment, []);
  expect(back.entries).toEqual([]);
  expect(toldOfMissing(back.deployment, ['errors']).entries).toHaveLength(1);
});

test('an alarm that vanishes after another one is reported, and one that is back beside it is not', () => {
  const { deployment } = toldOfMissing(aDeployment(), ['errors', 'latency']);
  expect(toldOfMissing(deployment, ['latency']).entries).toEqual([]);
  expect(toldOfMissing(deployment, ['latency', 'throttles']).entries).toHaveLength(1);
});

test('after the end of a rollout the entry says that no alarm watches the version any more', () => {
  const [entry] = toldOfMissing(aDeployment({ status: 'promoted' }), ['errors']).entries;
  expect(entry?.because).toMatch(/^No alarm watches version 42 any more: CloudWatch has no errors/);
});

test('a waiting rollout is held while alarms are missing, also after a resume, and reported once', () => {
  const { deployment } = heldForMissing(aDeployment({ atPercent: 10 }), waiting);
  expect(deployment).toMatchObject({ status: 'paused', progress: { pausedAt: OPENED_AT } });
  const resumed = {
    ...deployment,
    status: 'rollingOut' as const,
    progress: { ...deployment.progress, pausedAt: null },
  };
  expect(heldForMissing(resumed, waiting)).toEqual({ deployment, entries: [] });
  expect(heldForMissing(resumed, { ...waiting, missing: [] }).deployment.status).toBe('rollingOut');
});

test.each<[string, DeploymentChange, Partial<typeof waiting>]>([
  ['whose machine is at work', {}, { isWaiting: false }],
  ['that is paused already', { progress: { pausedAt: 1 } }, {}],
  ['that a person promoted', { progress: { isForced: true } }, {}],
  ['with a signal that waits', { signal: aSignal('skip') }, {}],
  ['with all calls on its new version', { atPercent: 100 }, {}],
])('a rollout %s gets the entry, and is not held', (_situation, change, order) => {
  const deployment = aDeployment(change);
  const told = heldForMissing(deployment, { ...waiting, ...order });
  expect(told.entries).toHaveLength(1);
  expect(told.deployment.progress.pausedAt).toBe(deployment.progress.pausedAt);
});
