import { presentDeployment } from '../../src/api/views/present.ts';
import { DeploymentView } from '../../src/api/views/views.ts';
import { aDeployment } from '../domain/a-deployment.ts';

const actionsOf = (change: Parameters<typeof aDeployment>[0]) =>
  presentDeployment(aDeployment(change)).actions.map((action) => action.do);

test('a deployment is shown as the published schema says, with times in ISO 8601', () => {
  const view = presentDeployment(aDeployment({ openedAt: 0 }));
  expect(DeploymentView.safeParse(view)).toMatchObject({ success: true });
  expect(view.openedAt).toBe('1970-01-01T00:00:00.000Z');
});

test('the actions of a deployment leave out those that the domain would refuse', () => {
  const retreat = { kind: 'abort', because: 'x', by: 'ann', at: 0 } as const;
  expect(actionsOf({ status: 'paused' })).toEqual(expect.arrayContaining(['promote', 'resume', 'abort']));
  expect(actionsOf({ status: 'paused' })).not.toContain('pause');
  expect(actionsOf({ status: 'rollingBack', signal: retreat })).toEqual([]);
  expect(actionsOf({ status: 'rolledBack' })).toEqual(['retry']);
  expect(actionsOf({ status: 'promoted', replacedBy: null })).toEqual(['rollback']);
  expect(actionsOf({ status: 'promoted', replacedBy: 'd-2' })).toEqual([]);
  expect(actionsOf({ status: 'rolledBack', kind: 'rollback' })).toEqual([]);
});

test('the step in progress has its number and its end, and the promotion after the last step is no step', () => {
  const stepOf = (change: Parameters<typeof aDeployment>[0]) => presentDeployment(aDeployment(change)).step;
  const bake = { number: 2, of: 3, inWords: 'bake', endsAt: '2026-01-05T10:05:00.000Z' };
  expect(stepOf({ progress: { stepIndex: 1 } })).toEqual(bake);
  expect(stepOf({ progress: { stepIndex: 2 } })).toEqual({ number: 3, of: 3, inWords: 'judge', endsAt: null });
  expect(stepOf({ progress: { stepIndex: 3 } })).toBeNull();
  expect(stepOf({ kind: 'rollback', steps: [] })).toBeNull();
  expect(stepOf({ status: 'promoted' })).toBeNull();
});

test('links lead to the deployment, to its timeline within it and to its evidence', () => {
  expect(presentDeployment(aDeployment({ id: 'd-1' })).links).toEqual({
    self: '/deployments/d-1',
    timeline: '/deployments/d-1#/timeline',
    explain: '/deployments/d-1/explain',
  });
});
