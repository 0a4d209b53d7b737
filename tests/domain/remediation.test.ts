import { type AlarmEvent, decideRemediation } from '../../src/domain/remediation.ts';
import { aDeployment, aSignal, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';

const now = OPENED_AT + 5 * MINUTE;
const red: AlarmEvent = { id: 'event-1', alarm: 'checkout-errors', state: 'ALARM', at: OPENED_AT + 4 * MINUTE };
const promoted: DeploymentChange = { status: 'promoted', watchUntil: now + MINUTE };

test('a rollout in flight is taken back', () => {
  const deployment = aDeployment();

  expect(decideRemediation(red, { latest: deployment, now })).toEqual({
    do: 'takeBack',
    deployment,
    because: 'Alarm checkout-errors turned red',
  });
});

test('CloudWatch says which datapoint it was, and so does the reason of the rollback', () => {
  const event = { ...red, reason: '1 datapoint (30.0) was greater than the threshold (5.0)' };

  expect(decideRemediation(event, { latest: aDeployment(), now })).toMatchObject({
    because: 'Alarm checkout-errors turned red: 1 datapoint (30.0) was greater than the threshold (5.0)',
  });
});

test('a pause that waits does not keep it from being taken back', () => {
  expect(decideRemediation(red, { latest: aDeployment({ signal: aSignal('pause') }), now }).do).toBe('takeBack');
});

test('a promoted one is undone while it is watched', () => {
  const deployment = aDeployment(promoted);

  expect(decideRemediation(red, { latest: deployment, now })).toMatchObject({ do: 'undo', deployment });
});

test.each<[string, DeploymentChange | null, Partial<AlarmEvent>, RegExp]>([
  ['an alarm that turned OK', {}, { state: 'OK' }, /Alarm checkout-errors is OK/],
  ['an alarm without data', {}, { state: 'INSUFFICIENT_DATA' }, /is INSUFFICIENT_DATA/],
  ['a service without a deployment', null, {}, /has had no deployment/],
  ['an alarm older than the deployment', {}, { at: OPENED_AT - 1 }, /older than deployment dep-1/],
  ['an alarm that the hotfix ignores', { ignoredAlarms: [red.alarm] }, {}, /was red before deployment dep-1, a hotfix/],
  ['a rollback in flight', { kind: 'rollback' }, {}, /is a rollback already/],
  ['a rollout on its way back', { signal: aSignal('abort') }, {}, /is on its way back already/],
  ['a promotion whose watch is over', { ...promoted, watchUntil: now }, {}, /has ended as promoted and is not watched/],
  ['a rollout that went back', { status: 'rolledBack' }, {}, /has ended as rolledBack/],
  [
    'the first version on a cluster',
    { ...promoted, stable: 'none' },
    {},
    /put the first version live, and there is none/,
  ],
])('%s leads to nothing', (_what, change, event, because) => {
  const latest = change === null ? null : aDeployment(change);

  expect(decideRemediation({ ...red, ...event }, { latest, now })).toEqual({
    do: 'nothing',
    because: expect.stringMatching(because),
  });
});

test('an alarm of the very millisecond in which the deployment was opened counts', () => {
  expect(decideRemediation({ ...red, at: OPENED_AT }, { latest: aDeployment(), now }).do).toBe('takeBack');
});
