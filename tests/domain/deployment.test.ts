import {
  type Artifact,
  artifactProblem,
  deploymentOfExecution,
  executionName,
  liveOnRecord,
} from '../../src/domain/deployment/deployment.ts';
import { aDeployment, type DeploymentChange } from './a-deployment.ts';

const s3: Artifact = { s3: { bucket: 'builds', key: 'checkout.zip' } };

test.each<['lambda' | 'kubernetes', Artifact]>([
  ['lambda', { version: '42' }],
  ['lambda', { version: 'latest' }],
  ['lambda', s3],
  ['lambda', { image: 'checkout:2' }],
  ['kubernetes', { image: 'checkout:2' }],
  ['kubernetes', { version: 'v0123456789ab' }],
])('on %s, %j can be deployed', (kind, artifact) => {
  expect(artifactProblem(kind, artifact)).toBeNull();
});

test.each<['lambda' | 'kubernetes', Artifact, RegExp]>([
  ['lambda', { version: 'v0123456789ab' }, /v0123456789ab is none of Lambda's, which are numbers. Name one such as 42/],
  ['kubernetes', { version: 'latest' }, /Only a Lambda function has a latest version/],
  ['kubernetes', s3, /from an image, not from an object in S3. Write \{"image"/],
  ['kubernetes', { version: '42' }, /Version 42 is none of a service on Kubernetes. Name one that was deployed before/],
  ['kubernetes', { version: 'v0123456789ABC' }, /is none of a service on Kubernetes/],
])('on %s, %j is refused with the next step', (kind, artifact, problem) => {
  expect(artifactProblem(kind, artifact)).toMatch(problem);
});

test('an execution is named after its deployment, also one that follows another', () => {
  expect(executionName({ deploymentId: 'dep-0mk' })).toBe('dep-0mk');
  expect(executionName({ deploymentId: 'dep-0mk', again: '5942880' })).toBe('dep-0mk_5942880');
  for (const again of [undefined, '5942880'])
    expect(deploymentOfExecution(executionName({ deploymentId: 'dep-0mk', again }))).toBe('dep-0mk');
});

describe('the recorded live version', () => {
  const live = (...newestFirst: readonly DeploymentChange[]) => liveOnRecord(newestFirst.map(aDeployment));
  const promoted: DeploymentChange = { status: 'promoted', stable: 'v1', canary: 'v2', liveRevision: '7' };

  test('the live version is that of the last promoted rollout', () => {
    expect(live(promoted, { ...promoted, canary: 'v0' })).toEqual({ version: 'v2', revision: '7' });
  });

  test('the live version is the version before after a rollback or an undo', () => {
    const back: DeploymentChange = { status: 'rolledBack', stable: 'v1', canary: 'v2', liveRevision: '8' };
    expect(live({ ...back, kind: 'rollback' }, promoted)).toEqual({ version: 'v1', revision: '8' });
    expect(live(back, promoted)).toEqual({ version: 'v1', revision: '8' });
  });

  test.each<[string, DeploymentChange]>([
    ['is in flight', { status: 'rollingOut' }],
    ['was superseded', { status: 'superseded' }],
    ['changed nothing', { status: 'unchanged' }],
    ['went back before it touched anything', { status: 'rolledBack', liveRevision: null }],
    ['went back before it was planned', { status: 'rolledBack', stable: null }],
  ])('the live version is not changed by a deployment that %s', (_what, change) => {
    expect(live({ ...promoted, canary: 'v9', ...change }, promoted)).toEqual({ version: 'v2', revision: '7' });
  });

  test('the live version is unknown after another tool changed it, and before the first deployment', () => {
    expect(live({ status: 'failed' }, promoted)).toBeNull();
    expect(live()).toBeNull();
  });
});
