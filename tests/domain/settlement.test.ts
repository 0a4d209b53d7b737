import { ENDED } from '../../src/domain/deployment/deployment.ts';
import { decideSettlement, type Outcome, settle, settleUnchanged } from '../../src/domain/deployment/settlement.ts';
import { RETREATS } from '../../src/domain/deployment/signal.ts';
import { aDeployment, aSignal, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';

test.each<[string, DeploymentChange, Outcome]>([
  ['all traffic is on the canary: promoted', { atPercent: 100 }, 'promoted'],
  ['it goes back and no traffic is out: rolled back', { status: 'rollingBack', atPercent: 0 }, 'rolledBack'],
  ['it goes back and traffic is out: the way back again', { status: 'rollingBack', atPercent: 10 }, 'rollBack'],
  ['a rollback that is done: rolled back', { kind: 'rollback', atPercent: 0 }, 'rolledBack'],
  ['a rollback that is not done: the way back', { kind: 'rollback', atPercent: 100 }, 'rollBack'],
  ['past its last step and not promoted: the way back', { atPercent: 10, progress: { stepIndex: 3 } }, 'rollBack'],
  ['sent back to a step before: it goes on from there', { atPercent: 10, progress: { stepIndex: 1 } }, 'judge'],
  ['held in the moment of its promotion: it holds', { atPercent: 10, progress: { pausedAt: OPENED_AT } }, 'judge'],
  ['half-way with an advance waiting: it is taken up', { atPercent: 10, signal: aSignal('pause') }, 'judge'],
])('%s', (_claim, change, outcome) => {
  expect(decideSettlement(aDeployment(change))).toBe(outcome);
});

test.each(RETREATS)('%s rolls back even from all traffic', (kind) => {
  expect(decideSettlement(aDeployment({ atPercent: 100, signal: aSignal(kind) }))).toBe('rollBack');
});

test.each(ENDED)('a deployment that ended as %s stays so, and is not settled twice', (status) => {
  expect(decideSettlement(aDeployment({ status }))).toBe(status);
  expect(settle(aDeployment({ status }), OPENED_AT)).toBeNull();
});

test('a promotion is watched from its end on', () => {
  const now = OPENED_AT + MINUTE;

  expect(settle(aDeployment({ atPercent: 100 }), now)).toMatchObject({
    deployment: { status: 'promoted', settledAt: now, watchUntil: now + 30 * MINUTE },
    entries: [{ kind: 'DeploymentPromoted', because: 'Version 42 got all the traffic.', data: { canary: '42' } }],
  });
});

test('a deployment that still has traffic on its canary is not settled', () => {
  expect(settle(aDeployment({ status: 'rollingBack', atPercent: 10 }), OPENED_AT)).toBeNull();
  expect(settle(aDeployment({ atPercent: 10, signal: aSignal('pause') }), OPENED_AT)).toBeNull();
});

const back: DeploymentChange = { status: 'rollingBack', atPercent: 0 };
test.each<[string, DeploymentChange, string]>([
  ['its own reason first', { ...back, because: 'red', signal: aSignal('abort') }, 'red'],
  ['then that of the signal', { ...back, signal: aSignal('abort') }, 'somebody wants abort'],
  ['then what a rollback did', { kind: 'rollback' }, 'Version 41 got all the traffic again.'],
  ['as far as it is known', { kind: 'rollback', stable: null }, 'Version unknown got all the traffic again.'],
  ['a promotion says the version', { atPercent: 100, canary: null }, 'Version unknown got all the traffic.'],
  ['a fixed sentence when no reason is recorded', back, 'It could not go on.'],
])('the end has a reason: %s', (_which, change, because) => {
  const settled = settle(aDeployment(change), OPENED_AT);

  expect(settled?.deployment).toMatchObject({ because, settledAt: OPENED_AT });
  expect(settled?.entries).toMatchObject([{ because }]);
});

test('a version that is live already ends as unchanged, unless its deployment rolls back or has ended', () => {
  expect(settleUnchanged(aDeployment({ status: 'rollingOut' }), OPENED_AT)).toMatchObject({
    deployment: { status: 'unchanged', settledAt: OPENED_AT, watchUntil: null },
    entries: [{ kind: 'DeploymentUnchanged', because: expect.stringContaining('the same as version 41') }],
  });
  expect(settleUnchanged(aDeployment({ stable: null }), OPENED_AT)?.deployment.because).toMatch(/version unknown/);
  expect(settleUnchanged(aDeployment({ signal: aSignal('abort') }), OPENED_AT)).toBeNull();
  expect(settleUnchanged(aDeployment({ status: 'promoted' }), OPENED_AT)).toBeNull();
});
