import { approvedOnce, countApproval, firstApprover, needsTwoApprovers } from '../../src/domain/access/approval.ts';
import { nextStep } from '../../src/domain/deployment/rollout.ts';
import { aDeployment } from './a-deployment.ts';

const WEBHOOK = 'Webhook arn:aws:codeconnections:eu-west-1:1:connection/1';
const pushed = aDeployment({ by: WEBHOOK, pipelineRun: 'run-1' });

test.each([
  ['a push', { by: WEBHOOK, pipelineRun: 'run-1' }, true],
  ['a push of which nothing more is known', { by: 'pipeline', pipelineRun: 'run-1' }, true],
  ['somebody in the console', { by: 'StartPipelineExecution arn:aws:iam::1:user/ann', pipelineRun: 'run-1' }, true],
  ['a caller that asked for the revision', { by: 'ann@acme', pipelineRun: 'run-1' }, false],
  ['a caller of an issuer that did', { by: 'ann (login.example)', pipelineRun: 'run-1' }, false],
  ['a job that did', { by: 'repo:a/b:ref:x (token.actions.githubusercontent.com)', pipelineRun: 'run-1' }, true],
  [
    'a job without the pipeline',
    { by: 'repo:a/b:ref:x (token.actions.githubusercontent.com)', pipelineRun: null },
    true,
  ],
  ['a caller without the pipeline', { by: 'ann@acme', pipelineRun: null }, false],
])('a deployment of %s needs two approvers: %s', (_what, asked, isNeeded) =>
  expect(needsTwoApprovers(asked)).toBe(isNeeded),
);

test('one person may approve the request of a caller, and a push needs two', () => {
  expect(countApproval(aDeployment({ by: 'ann@acme', pipelineRun: 'run-1' }), 'ben@acme')).toBe('done');
  expect(countApproval(pushed, 'ben@acme')).toBe('first');
  const once = approvedOnce(pushed, 'ben@acme');
  expect([firstApprover(once), countApproval(once, 'ben@acme'), countApproval(once, 'eve@acme')]).toEqual([
    'ben@acme',
    'known',
    'done',
  ]);
});

test('an approval counts for its own step, and not for the next one', () => {
  expect(countApproval(nextStep(approvedOnce(pushed, 'ben@acme'), 0), 'eve@acme')).toBe('first');
});
