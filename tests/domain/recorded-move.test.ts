import { recordMove } from '../../src/domain/deployment/recorded-move.ts';
import { aDeployment, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const now = OPENED_AT + MINUTE;
const move = { moved: { revision: 'revision-2', foundPercent: undefined }, isDue: true, now } as const;
const shift = { ...move, did: 'shift', toPercent: 10 } as const;
const promote = { ...move, did: 'promote', toPercent: 100 } as const;
const pastAllSteps = { stepIndex: 3, others: '60 % on version 42' };
const onCluster: DeploymentChange = {
  spec: { target: { ...aTarget, manifests: { folder: 'k8s' } } },
  progress: pastAllSteps,
};

test('a shift that is due is recorded with its step, and the next step begins', () => {
  const { deployment, entries } = recordMove(aDeployment({ canary: '42' }), shift);

  expect(entries).toMatchObject([{ kind: 'TrafficShifted', because: 'Step 1 of 3: 10 % of the calls.' }]);
  expect(deployment).toMatchObject({ atPercent: 10, progress: { stepIndex: 1, stepStartedAt: now } });
});

test('a shift that is no longer due is recorded, and the step in progress stays', () => {
  const { deployment, entries } = recordMove(aDeployment(), { ...shift, isDue: false });

  expect(entries).toHaveLength(1);
  expect(deployment).toMatchObject({ atPercent: 10, liveRevision: 'revision-2', progress: { stepIndex: 0 } });
});

test('the note of a task follows the words of the move in the entry', () => {
  const { entries } = recordMove(aDeployment({ canary: '42' }), { ...promote, note: 'Pods ready: 2 of version 42.' });

  expect(entries).toMatchObject([
    { kind: 'Promoted', because: 'Version 42 gets all the calls. Pods ready: 2 of version 42.' },
  ]);
});

test('a promotion on an alias keeps the step and ends what others did to the alias before', () => {
  const { progress } = recordMove(aDeployment({ progress: pastAllSteps }), promote).deployment;

  expect(progress).toMatchObject({ stepIndex: 3, others: undefined });
});

test('a promotion by a task is a step of its own', () => {
  const { progress } = recordMove(aDeployment(onCluster), promote).deployment;

  expect(progress).toMatchObject({ stepIndex: 4, stepStartedAt: now });
});
