import type { Decision } from '../../src/domain/deployment/rollout.ts';
import { clusterOrderFor, wayBackOrderFor } from '../../src/domain/orders/cluster-order.ts';
import type { KubernetesTarget, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { aDeployment, aSignal, type DeploymentChange } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const manifests = { port: 8080, replicas: 3, environment: { MODE: 'quiet' }, secrets: [] };
const target: KubernetesTarget = { ...aTarget, manifests };
const spec: Partial<ServiceSpec> = {
  target,
  strategy: [{ setWeight: 25 }, { bake: { minutes: 5 } }, { setWeight: 50 }],
};
const onCluster = (change: DeploymentChange = {}) =>
  aDeployment({ spec, artifact: { image: 'orders:2' }, stable: 'v1', canary: 'v2', fence: 7, ...change });
const opened: DeploymentChange = { status: 'opened', stable: null, canary: null, liveRevision: null };
const whose = { deploymentId: 'dep-1', fence: 7, service: 'checkout', target: aTarget };
const promote: Decision = { do: 'promote' };
const shift: Decision = { do: 'shift', toPercent: 25 };

describe('forward orders', () => {
  test('the first order is a plan, which alone has the manifests and the planned weights', () => {
    expect(clusterOrderFor(onCluster(opened), shift)).toEqual({
      ...whose,
      do: 'plan',
      wanted: { image: 'orders:2' },
      manifests,
      weights: [25, 50],
      clears: [],
    });
  });

  test('an order has no settings of the metrics, because the cluster does not need them', () => {
    const measured = aDeployment({
      ...onCluster(),
      spec: { ...spec, target: { ...target, metricsFrom: { kind: 'slipway' } } },
    });
    expect(clusterOrderFor(measured, shift)).toMatchObject({ do: 'setWeight', target: aTarget });
    expect(clusterOrderFor(measured, shift)?.target).not.toHaveProperty('metricsFrom');
  });

  test.each([
    [{ image: 'orders:2' }, { image: 'orders:2' }],
    [{ version: 'v0123456789ab' }, { version: 'v0123456789ab' }],
    [{ s3: { bucket: 'builds', key: 'orders.zip' } }, { version: '' }],
  ])('an order plans %j as %j', (artifact, wanted) => {
    expect(clusterOrderFor(onCluster({ ...opened, artifact }), shift)).toMatchObject({ do: 'plan', wanted });
  });

  test('an order shifts to the weight that was decided, and has the last recorded revision', () => {
    expect(clusterOrderFor(onCluster(), shift)).toEqual({
      ...whose,
      do: 'setWeight',
      stable: 'v1',
      canary: 'v2',
      canaryPercent: 25,
      revision: 'revision-1',
    });
  });

  test.each<[string, DeploymentChange, Decision]>([
    ['plan', opened, shift],
    ['setWeight', {}, shift],
    ['promote', {}, promote],
  ])('the %s of a hotfix takes over fields that others have set', (act, change, decision) => {
    const { progress } = aDeployment();
    const hotfix = onCluster({ ...change, progress: { ...progress, isHotfix: true } });
    expect(clusterOrderFor(hotfix, decision)).toMatchObject({ do: act, takesOver: true });
    expect(clusterOrderFor(onCluster(change), decision)).not.toHaveProperty('takesOver');
  });

  test('the order after the last step promotes once, also when the canary had all the calls', () => {
    const atEnd = (stepIndex: number) => onCluster({ atPercent: 100, progress: { stepIndex } });

    expect(clusterOrderFor(atEnd(3), promote)).toMatchObject({ do: 'promote', canaryPercent: 100 });
    expect(clusterOrderFor(atEnd(4), promote)).toBeNull();
  });

  test.each<[string, DeploymentChange, Decision]>([
    ['that has ended', opened, { do: 'stop', because: 'it has ended' }],
    ['that goes back', opened, { do: 'rollBack', because: 'an alarm is red' }],
    ['that turned back before it was planned', { ...opened, signal: aSignal('abort') }, shift],
    ['that bakes', {}, { do: 'bake', forSeconds: 60 }],
    ['that is judged', {}, { do: 'judge' }],
    ['that has no version before it on record', { stable: null }, shift],
    ['that has no version on record', { canary: null }, shift],
    ['that has no revision on record', { liveRevision: null }, shift],
  ])('there is no order for a deployment %s', (_what, change, decision) => {
    expect(clusterOrderFor(onCluster(change), decision)).toBeNull();
  });

  test('a deployment is planned even when a person has already asked to promote it', () => {
    expect(clusterOrderFor(onCluster({ ...opened, signal: aSignal('promote') }), promote)).toMatchObject({
      do: 'plan',
    });
  });

  test('the order of a Lambda function never leads to a cluster', () => {
    expect(clusterOrderFor(aDeployment(), shift)).toBeNull();
    expect(wayBackOrderFor(aDeployment({ replaces: 'dep-0' }))).toBeNull();
  });
});

describe('rollback orders', () => {
  test('a rollback order restores the version before, without the manifests, which the cluster stores', () => {
    expect(wayBackOrderFor(onCluster())).toEqual({
      ...whose,
      do: 'takeBack',
      stable: 'v1',
      canary: 'v2',
      clears: [],
      isCanaryBad: false,
    });
  });

  test.each<[string, DeploymentChange]>([
    ['stable', { stable: null }],
    ['canary', { canary: null }],
    ['revision', { liveRevision: null }],
  ])('a rollback order without a recorded %s only clears a superseded deployment, if there is one', (_what, change) => {
    expect(wayBackOrderFor(onCluster(change))).toBeNull();
    expect(wayBackOrderFor(onCluster({ ...change, replaces: 'dep-0' }))).toMatchObject({
      do: 'takeBack',
      stable: null,
      canary: null,
    });
  });
});
