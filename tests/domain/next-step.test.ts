import fc from 'fast-check';
import { acceptSignal } from '../../src/domain/deployment/accept-signal.ts';
import { type Deployment, ENDED, IN_FLIGHT, isInFlight } from '../../src/domain/deployment/deployment.ts';
import { nextStep, openActions, outOfTheWay } from '../../src/domain/deployment/next-step.ts';
import { type ActionName, ADVANCES, RETREATS } from '../../src/domain/deployment/signal.ts';
import { aDeployment, aSignal, type DeploymentChange } from './a-deployment.ts';

const KINDS = [...ADVANCES, ...RETREATS];
const ACTIONS: readonly ActionName[] = [...ADVANCES, 'abort', 'retry', 'rollback'];
const approval = { approve: { within: { hours: 1 } } } as const;

/** Every state in which a deployment can be stored, possible or not: kind, status, step, signal and what came after it. */
const states = fc
  .record({
    kind: fc.constantFrom('rollout' as const, 'rollback' as const),
    status: fc.constantFrom(...IN_FLIGHT, ...ENDED),
    signal: fc.constantFrom(null, ...KINDS).map((kind) => (kind === null ? null : aSignal(kind))),
    stepIndex: fc.integer({ min: 0, max: 4 }),
    replacedBy: fc.constantFrom(null, 'dep-2'),
    isLive: fc.boolean(),
  })
  .map(({ stepIndex, isLive, ...change }) => {
    const steps = [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }, approval];
    return { deployment: aDeployment({ ...change, steps, progress: { stepIndex } }), isLive };
  });

/** The actions that a sentence tells a person to take. */
function named(words: string): readonly ActionName[] {
  const text = words.replace(/GET \S+/g, '').replace('Deploy again when it has settled', '');
  return ACTIONS.filter((action) =>
    new RegExp(action === 'rollback' ? 'POST /rollback' : `\\b${action}\\b`, 'i').test(text),
  );
}

test('the next step after the refusal of any signal, in any state, names only actions that are open', () => {
  fc.assert(
    fc.property(states, fc.constantFrom(...KINDS), ({ deployment, isLive }, kind) => {
      const acceptance = acceptSignal(deployment, kind);
      if (acceptance.answer !== 'refused') return;
      const next = nextStep(deployment, { wanted: acceptance.instead, isLive });
      const open = openActions(deployment, { isLive });
      expect(open).toEqual(expect.arrayContaining([...next.actions]));
      expect(named(next.words).toSorted()).toEqual([...next.actions].toSorted());
      // The fact before the next step says what is, and names no step except the one that was asked for.
      expect(open).toEqual(expect.arrayContaining(named(next.words)));
    }),
    { numRuns: 5_000 },
  );
});

test('the way out of a deployment in flight is an abort only while an abort is open', () => {
  fc.assert(
    fc.property(
      states.filter(({ deployment }) => isInFlight(deployment)),
      ({ deployment }) => {
        const { actions, words } = outOfTheWay(deployment, { or: 'do something else' });
        expect(openActions(deployment)).toEqual(expect.arrayContaining([...actions]));
        expect(named(words)).toEqual(actions);
        expect(words).toMatch(/[Ww]ait for it/);
      },
    ),
  );
});

test('an open signal is one that the deployment would record', () => {
  fc.assert(
    fc.property(states, ({ deployment, isLive }) => {
      for (const action of openActions(deployment, { isLive })) {
        if (action === 'retry' || action === 'rollback') expect(isInFlight(deployment)).toBe(false);
        else expect(acceptSignal(deployment, action)).toEqual({ answer: 'record' });
      }
    }),
  );
});

const abortOf = (change: DeploymentChange, isLive: boolean) => {
  const deployment: Deployment = aDeployment(change);
  const acceptance = acceptSignal(deployment, 'abort');
  return nextStep(deployment, { wanted: acceptance.answer === 'refused' ? acceptance.instead : [], isLive }).words;
};

test.each<[string, DeploymentChange, boolean, string]>([
  ['is live', { status: 'promoted' }, true, 'To undo it, POST /rollback.'],
  [
    'is not live any more',
    { status: 'promoted' },
    false,
    'GET /deployments?service=checkout lists what came after it.',
  ],
  [
    'was undone',
    { status: 'promoted', replacedBy: 'dep-2' },
    true,
    'Deployment dep-2 came after it: look at that one.',
  ],
  ['was rolled back', { status: 'rolledBack' }, true, 'GET /deployments?service=checkout lists what came after it.'],
  ['failed', { status: 'failed' }, true, 'GET /deployments?service=checkout lists what came after it.'],
])(
  'an abort of a deployment that %s leads to a rollback only when its version is live',
  (_what, change, isLive, words) => {
    expect(abortOf(change, isLive)).toBe(words);
  },
);

test.each<[string, DeploymentChange, readonly ActionName[], string]>([
  [
    'waits for an approval',
    { status: 'awaitingApproval', steps: [approval] },
    ['approve', 'resume', 'abort'],
    'Approve or abort it.',
  ],
  [
    'is paused before an approval',
    { status: 'paused', steps: [approval] },
    ['approve', 'resume', 'abort'],
    'Resume or abort it.',
  ],
  ['bakes', { progress: { stepIndex: 1 } }, ['resume', 'skip', 'promote', 'abort'], 'Skip, promote or abort it.'],
  ['rolls back', { status: 'rollingBack' }, ['approve'], 'Deploy again when it has settled.'],
  [
    'has a signal that is not taken up',
    { signal: aSignal('promote') },
    ['pause'],
    'Look at it again in a moment: GET /deployments/dep-1.',
  ],
  ['was rolled back', { status: 'rolledBack' }, ['retry'], 'To try the same again, POST /deployments/dep-1/retry.'],
])('the next step of a deployment that %s is said in the words of its open actions', (_what, change, wanted, words) => {
  expect(nextStep(aDeployment(change), { wanted }).words).toBe(words);
});

test.each<[string, DeploymentChange, string]>([
  ['a rollout', {}, 'Wait for it, abort it, or repeat it.'],
  ['a rollout that rolls back', { signal: aSignal('abort') }, 'It is rolling back; wait for it, or repeat it.'],
  ['a rollback', { kind: 'rollback' }, 'It is a rollback; wait for it.'],
])('%s in the way is waited for or ended', (_what, change, words) => {
  expect(outOfTheWay(aDeployment(change), { or: 'repeat it' }).words).toBe(words);
});
