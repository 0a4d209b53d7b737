import fc from 'fast-check';
import { acceptSignal, staleStep } from '../../src/domain/deployment/accept-signal.ts';
import { type Deployment, ENDED, IN_FLIGHT, isInFlight, isWatched } from '../../src/domain/deployment/deployment.ts';
import { isLate, takeUpSignal } from '../../src/domain/deployment/rollout.ts';
import { ADVANCES, isRetreat, RETREATS, type SignalKind } from '../../src/domain/deployment/signal.ts';
import { statusesIn } from '../../src/domain/deployment/status-filter.ts';
import { aDeployment, aSignal, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';

const baking = { progress: { stepIndex: 1 } };
const steps = [{ approve: { within: { hours: 1 } } }, { bake: { minutes: 1 } }] as const;

test.each(RETREATS)('%s is a retreat, and is recorded in every status in flight', (kind) => {
  expect(isRetreat({ kind })).toBe(true);
  for (const status of IN_FLIGHT) expect(acceptSignal(aDeployment({ status }), kind)).toEqual({ answer: 'record' });
});

test.each(ADVANCES)('%s is no retreat, and a missing signal is none either', (kind) => {
  expect(isRetreat({ kind })).toBe(false);
  expect(isRetreat(null)).toBe(false);
});

test.each(ENDED)('a deployment that has ended as %s accepts no signal', (status) => {
  for (const kind of [...RETREATS, ...ADVANCES]) {
    expect(acceptSignal(aDeployment({ status }), kind)).toMatchObject({ answer: 'refused' });
  }
  expect(acceptSignal(aDeployment({ status }), 'rollBack')).toMatchObject({
    because: `Deployment dep-1 has ended as ${status}; nothing is left to roll back.`,
  });
});

const cases: readonly [string, DeploymentChange, SignalKind, 'record' | 'known' | RegExp][] = [
  ['promote, then abort, aborts', { signal: aSignal('promote') }, 'abort', 'record'],
  ['abort, then promote is refused', { signal: aSignal('abort') }, 'promote', /on its way back: somebody wants abort/],
  ['what a verdict turned back is not promoted', { status: 'rollingBack', because: 'red' }, 'promote', /way back: red/],
  ['even without a reason on record', { status: 'rollingBack' }, 'skip', /way back: it could not go on/],
  ['a second retreat is known', { signal: aSignal('abort') }, 'rollBack', 'known'],
  ['the same signal again is known', { signal: aSignal('promote') }, 'promote', 'known'],
  ['a rollback has no steps', { kind: 'rollback' }, 'skip', /is a rollback, which has no steps to skip/],
  ['a rollback can be superseded', { kind: 'rollback' }, 'supersede', 'record'],
  ['two advances at once', { signal: aSignal('promote') }, 'pause', /a promote that is not taken up yet/],
  ['a pause gives way to a resume', { signal: aSignal('pause') }, 'resume', 'record'],
  ['a pause gives way to a promote', { signal: aSignal('pause') }, 'promote', 'record'],
  ['a pause gives way to a skip', { ...baking, signal: aSignal('pause') }, 'skip', 'record'],
  ['a pause does not give way to an approval', { signal: aSignal('pause') }, 'approve', /a pause that is not taken up/],
  ['a resume gives way to a new pause', { status: 'paused', signal: aSignal('resume') }, 'pause', 'record'],
  ['a resume does not give way to a skip', { status: 'paused', signal: aSignal('resume') }, 'skip', /a resume that/],
  ['a running rollout cannot be resumed', {}, 'resume', /is not paused/],
  ['a paused one can', { status: 'paused' }, 'resume', 'record'],
  ['a running rollout can be paused', {}, 'pause', 'record'],
  ['a paused one is paused already', { status: 'paused' }, 'pause', 'known'],
  ['an approval that nobody waits for', {}, 'approve', /does not wait for an approval. It is rollingOut/],
  ['an approval that is awaited', { status: 'awaitingApproval', steps }, 'approve', 'record'],
  ['an approval cannot be skipped', { status: 'awaitingApproval', steps }, 'skip', /Approve or abort it/],
  [
    'an approval that is paused cannot be skipped, nor approved',
    { status: 'paused', steps },
    'skip',
    /Resume it, then/,
  ],
  ['a bake can be skipped', baking, 'skip', 'record'],
  ['a judgement can be skipped', { progress: { stepIndex: 2 } }, 'skip', 'record'],
  ['a shift cannot be skipped', { progress: { stepIndex: 0 } }, 'skip', /not in a bake or a judgement/],
  ['the promotion cannot be skipped', { progress: { stepIndex: 3 } }, 'skip', /not in a bake or a judgement/],
];

test.each(cases)('%s', (_claim, change, kind, expected) => {
  const acceptance = acceptSignal(aDeployment(change), kind);

  if (expected instanceof RegExp) {
    expect(acceptance).toEqual({ answer: 'refused', because: expect.stringMatching(expected) });
  } else {
    expect(acceptance).toEqual({ answer: expected });
  }
});

test('a recorded retreat is never replaced, whatever comes after it and in whatever order', () => {
  const anyKind = fc.constantFrom<SignalKind>(...RETREATS, ...ADVANCES);
  const anyMove = fc.oneof(anyKind, fc.constant('takeUp' as const));
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 20 }), fc.constantFrom(...IN_FLIGHT), (moves, status) => {
      let deployment: Deployment = aDeployment({ status, ...baking });
      let retreat: Deployment['signal'] = null;
      for (const move of moves) {
        if (move === 'takeUp') deployment = takeUpSignal(deployment, OPENED_AT);
        else if (acceptSignal(deployment, move).answer === 'record')
          deployment = { ...deployment, signal: aSignal(move) };
        retreat ??= isRetreat(deployment.signal) ? deployment.signal : null;
        if (retreat !== null) expect(deployment.signal).toBe(retreat);
      }
    }),
  );
});

test('a deployment is in flight or has ended, never both', () => {
  for (const status of IN_FLIGHT) expect(isInFlight({ status })).toBe(true);
  for (const status of ENDED) expect(isInFlight({ status })).toBe(false);
});

test.each<[string, DeploymentChange, boolean]>([
  ['a promoted one is watched until its window closes', { status: 'promoted', watchUntil: OPENED_AT + MINUTE }, true],
  ['a promoted one is not watched at the end of its window', { status: 'promoted', watchUntil: OPENED_AT }, false],
  ['a promoted one without a window is not watched', { status: 'promoted' }, false],
  ['a replaced one is not watched', { status: 'promoted', watchUntil: OPENED_AT + 1, replacedBy: 'dep-2' }, false],
  ['a rolled back one is not watched', { status: 'rolledBack', watchUntil: OPENED_AT + 1 }, false],
])('%s', (_claim, change, expected) => {
  expect(isWatched(aDeployment(change), OPENED_AT)).toBe(expected);
});

describe('a signal for a step that the sender saw', () => {
  test.each<[string, DeploymentChange, number]>([
    ['the current step', baking, 2],
    ['a rollback, which has no steps', { kind: 'rollback', steps: [] }, 2],
    ['a deployment that has ended', { status: 'promoted' }, 3],
    ['a deployment that is rolling back', { status: 'rollingBack' }, 3],
  ])('%s is not refused for its step', (_what, change, seen) => {
    expect(staleStep(aDeployment(change), seen)).toBeNull();
  });

  test.each<[string, DeploymentChange, number, string]>([
    ['that the deployment has left', baking, 1, 'has left step 1: it is at step 2 of 3 (bake).'],
    ['that is not reached', baking, 3, 'is not at step 3 yet: it is at step 2 of 3 (bake).'],
    ['before the promotion', { progress: { stepIndex: 3 } }, 3, 'has left step 3: it is being promoted.'],
  ])('a step %s is refused, with the current one', (_what, change, seen, fact) => {
    const next = 'Look at it with GET /deployments/dep-1; its actions are what can be done now.';
    expect(staleStep(aDeployment(change), seen)).toBe(`Deployment dep-1 ${fact} ${next}`);
  });
});

test.each(['skip', 'approve'] as const)('a %s that is taken up after its step ended by itself ends no step', (kind) => {
  const twice = kind === 'skip' ? { bake: { minutes: 1 } } : { approve: { within: { hours: 1 } } };
  const second = { steps: [twice, twice], progress: { stepIndex: 1 } };
  const late = aDeployment({ ...second, signal: aSignal(kind, { step: 1 }) });
  expect(takeUpSignal(late, OPENED_AT)).toMatchObject({ signal: null, progress: { stepIndex: 1 } });
  expect(isLate(late, aSignal(kind, { step: 1 }))).toBe(true);
  for (const step of [2, undefined]) {
    const signal = aSignal(kind, { step });
    expect(takeUpSignal(aDeployment({ ...second, signal }), OPENED_AT).progress.stepIndex).toBe(2);
  }
  expect(isLate(late, aSignal('promote', { step: 1 }))).toBe(false);
});

test('a list may ask for several statuses, and inFlight is all that have not ended', () => {
  expect(statusesIn(['inFlight', 'paused', 'promoted'])).toEqual([...IN_FLIGHT, 'promoted']);
  expect(statusesIn(['failed', 'failed'])).toEqual(['failed']);
});
