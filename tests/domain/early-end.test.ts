import fc from 'fast-check';
import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import { mayEndBake } from '../../src/domain/deployment/rollout.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { aDeployment, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

const safe: Verdict = { kind: 'healthy', because: 'Harm is ruled out', evidence: [], rulesOutHarm: true };
const judge = aSequentialJudge({ endsBakesEarly: true });
const baking = (change: DeploymentChange = {}): Deployment =>
  aDeployment({
    atPercent: 10,
    ...change,
    spec: { judge, ...change.spec },
    progress: { stepIndex: 1, stepStartedAt: OPENED_AT + 20_000, ...change.progress },
  });
const later = OPENED_AT + 3 * MINUTE;
const may = (deployment: Deployment, { verdict = safe, now = later } = {}) => mayEndBake(deployment, { verdict, now });

test('a bake may end when harm is ruled out and two whole minutes of its weight were seen', () => {
  expect(may(baking())).toBe(true);
  expect(may(baking(), { now: later - 1 })).toBe(false);
  const { rulesOutHarm: _, ...healthy } = safe;
  expect(may(baking(), { verdict: healthy })).toBe(false);
});

test('twelve periods of ten seconds are enough to end a bake', () => {
  const quick = baking({ spec: { judge: { ...judge, periodSeconds: 10 } } });

  expect(may(quick, { now: OPENED_AT + 140_000 })).toBe(true);
  expect(may(quick, { now: OPENED_AT + 139_999 })).toBe(false);
});

test.each<[string, DeploymentChange]>([
  ['an approval', { spec: { strategy: [{ setWeight: 10 }, { approve: { within: { hours: 1 } } }] } }],
  ['a judge step', { progress: { stepIndex: 2 } }],
  ['the promotion', { progress: { stepIndex: 9 } }],
  ['a pause', { status: 'paused', progress: { pausedAt: OPENED_AT } }],
  ['a pause that is being lifted', { progress: { pausedAt: OPENED_AT } }],
  ['what somebody asked for', { signal: { kind: 'pause', because: 'lunch', by: 'ada', at: OPENED_AT } }],
  ['what has ended', { status: 'promoted' }],
  ['a rollback', { kind: 'rollback' }],
  ['a bake that is to last', { spec: { judge: { ...judge, endsBakesEarly: false } } }],
  ['a bake of another judge', { spec: { judge: { kind: 'alarms-only' } } }],
])('the judge never ends %s', (_what, change) => {
  expect(may(baking(change))).toBe(false);
});

test('the judge ends only a bake that is in progress, whatever the deployment', () => {
  const step = fc.constantFrom('bake', 'approve', 'judge', 'setWeight');
  const status = fc.constantFrom('opened', 'rollingOut', 'awaitingApproval', 'paused', 'rollingBack', 'failed');
  fc.assert(
    fc.property(step, status, fc.boolean(), fc.integer({ min: 0, max: 600_000 }), (kind, given, isPaused, after) => {
      const steps = {
        bake: { bake: { minutes: 5 } },
        approve: { approve: { within: { minutes: 5 } } },
        judge: { judge: {} },
        setWeight: { setWeight: 10 },
      } as const;
      const deployment = baking({
        status: given,
        steps: [{ setWeight: 5 }, steps[kind]],
        progress: { pausedAt: isPaused ? OPENED_AT : null },
      });
      const ends = may(deployment, { now: OPENED_AT + after });
      return !ends || (kind === 'bake' && given === 'rollingOut' && !isPaused && after >= 2 * MINUTE);
    }),
  );
});
