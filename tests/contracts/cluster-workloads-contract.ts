/** The contract of the life of a Deployment and its pods, as far as Slipway relies on it. */
import {
  conditionOf,
  type DeploymentOrder,
  isRolledOut,
  podsOf,
  readDeployment,
  samplesOf,
} from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function workloadsContract(current: () => ClusterStage): void {
  const apply = (order: DeploymentOrder = {}) =>
    current().cluster.apply({ objects: [samplesOf(current()).deployment(order)] });
  const deployment = () => readDeployment(current());
  const pods = () => podsOf(current());
  const rolledOut = (what: string) => current().settle(async () => isRolledOut(await deployment()), what);
  const settled = (condition: () => Promise<boolean>, what: string) => current().settle(condition, what);

  test('a Deployment becomes ready, and says so', async () => {
    const { images } = current();
    await apply();
    await rolledOut('three pods are ready');
    const { generation, status } = await deployment();
    expect(status).toMatchObject({ observedGeneration: generation, replicas: 3, readyReplicas: 3 });
    expect(status.unavailableReplicas ?? 0).toBe(0);
    expect(conditionOf(await deployment(), 'Available')).toMatchObject({ status: 'True' });
    expect(conditionOf(await deployment(), 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
    const found = await pods();
    expect(found).toHaveLength(3);
    for (const pod of found) {
      expect(pod).toMatchObject({ ready: true, ending: false, phase: 'Running', restarts: 0, image: images.good });
      expect(pod.node).toMatch(/./);
      expect(pod.labels).toMatchObject({ app: 'orders', 'pod-template-hash': expect.stringMatching(/^\w+$/) });
    }
  });

  test('a count of zero is left out of the status', async () => {
    await apply({ replicas: 0 });
    await settled(async () => (await deployment()).status.observedGeneration !== undefined, 'it has been looked at');
    const { status } = await deployment();
    expect(status.readyReplicas).toBeUndefined();
    expect(status.availableReplicas).toBeUndefined();
  });

  test('observedGeneration is smaller than the generation until the controller has seen a change', async () => {
    await apply({ replicas: 1 });
    await rolledOut('a pod is ready');
    const before = await deployment();
    await apply({ replicas: 2 });
    const { generation } = await deployment();
    expect(generation).toBeGreaterThan(before.generation);
    await settled(async () => (await deployment()).status.observedGeneration === generation, 'it has been looked at');
  });

  test('a rolling update never misses more pods than it may, and ends with new pods alone', async () => {
    await apply();
    await rolledOut('three pods are ready');
    const before = (await pods()).map(({ name }) => name);
    await apply({ container: { env: [{ name: 'MODE', value: 'second' }] } });
    const fewest = { ready: 3 };
    const most = { pods: 0 };
    await settled(async () => {
      const living = (await pods()).filter(({ ending }) => !ending);
      fewest.ready = Math.min(fewest.ready, living.filter(({ ready }) => ready).length);
      most.pods = Math.max(most.pods, living.length);
      return isRolledOut(await deployment());
    }, 'three new pods are ready');
    expect(fewest.ready).toBeGreaterThanOrEqual(2);
    expect(most.pods).toBeLessThanOrEqual(4);
    await settled(async () => (await pods()).length === 3, 'the old pods are gone');
    const after = await pods();
    expect(after.filter(({ name }) => before.includes(name))).toEqual([]);
    expect(new Set(after.map(({ labels }) => labels['pod-template-hash'])).size).toBe(1);
  });

  test('a return to an earlier template brings its hash back', async () => {
    const hashes = async () => new Set((await pods()).map(({ labels }) => labels['pod-template-hash']));
    await apply({ replicas: 1 });
    await rolledOut('the first pod is ready');
    const first = await hashes();
    await apply({ replicas: 1, container: { env: [] } });
    await settled(async () => isRolledOut(await deployment()) && (await pods()).length === 1, 'the second is ready');
    expect(await hashes()).not.toEqual(first);
    await apply({ replicas: 1 });
    await settled(async () => isRolledOut(await deployment()) && (await pods()).length === 1, 'the first is back');
    expect(await hashes()).toEqual(first);
  });

  test('scaling down removes pods, to the last', async () => {
    await apply({ replicas: 2 });
    await rolledOut('two pods are ready');
    await current().cluster.scale(samplesOf(current()).deployment(), 0);
    await settled(async () => (await pods()).length === 0, 'no pods are left');
    expect(await deployment()).toMatchObject({ replicas: 0 });
  });

  test('a removed Deployment takes its pods with it', async () => {
    await apply({ replicas: 2 });
    await rolledOut('two pods are ready');
    const ref = samplesOf(current()).deployment();
    await current().cluster.remove([ref]);
    await settled(async () => (await current().cluster.get(ref)) === null, 'the Deployment is gone');
    await settled(async () => (await pods()).length === 0, 'its pods are gone');
  });

  test('a Deployment that is removed and applied again at once is a new one, with new pods', async () => {
    await apply({ replicas: 1 });
    await rolledOut('a pod is ready');
    const before = (await pods()).map(({ name }) => name);
    await current().cluster.remove([samplesOf(current()).deployment()]);
    await settled(async () => (await current().cluster.get(samplesOf(current()).deployment())) === null, 'it is gone');
    await apply({ replicas: 1 });
    await rolledOut('a pod of the new one is ready');
    await settled(async () => (await pods()).every(({ name }) => !before.includes(name)), 'the old pod is gone');
    expect(await pods()).toMatchObject([{ ready: true }]);
  });

  test('a pod that is removed is replaced', async () => {
    const { cluster, namespace } = current();
    await apply({ replicas: 1 });
    await rolledOut('a pod is ready');
    const [{ name } = { name: '' }] = await pods();
    await cluster.remove([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } }]);
    await settled(async () => {
      const found = await pods();
      return found.length === 1 && found[0]?.name !== name && found[0]?.ready === true;
    }, 'another pod is ready');
  });

  test('an image that cannot be pulled is visible in the pod', async () => {
    await apply({ replicas: 1, image: current().images.missing });
    await settled(async () => {
      const [pod] = await pods();
      return pod?.waitingFor === 'ImagePullBackOff' || pod?.waitingFor === 'ErrImagePull';
    }, 'the pod waits for its image');
    expect(await pods()).toMatchObject([{ ready: false, phase: 'Pending', restarts: 0 }]);
    expect((await deployment()).status.availableReplicas).toBeUndefined();
  });

  test('a container that ends again and again is visible in the pod', async () => {
    await apply({ replicas: 1, image: current().images.crashing });
    await settled(async () => {
      const [pod] = await pods();
      return pod?.waitingFor === 'CrashLoopBackOff' && pod.restarts >= 2;
    }, 'the pod backs off');
    expect(await pods()).toMatchObject([{ ready: false }]);
    expect((await deployment()).status.readyReplicas).toBeUndefined();
  });

  test('a container that is never ready runs, and the deadline of the rollout passes', async () => {
    await apply({ replicas: 1, image: current().images.unready, spec: { progressDeadlineSeconds: 3 } });
    await settled(
      async () => conditionOf(await deployment(), 'Progressing')?.reason === 'ProgressDeadlineExceeded',
      'the deadline has passed',
    );
    expect(conditionOf(await deployment(), 'Progressing')).toMatchObject({ status: 'False' });
    expect(await pods()).toMatchObject([{ ready: false, phase: 'Running', waitingFor: undefined }]);
    expect((await deployment()).status).toMatchObject({ updatedReplicas: 1, unavailableReplicas: 1 });
  });

  test('a rollout that fails keeps the old pods that it may not remove', async () => {
    const { images } = current();
    await apply();
    await rolledOut('three pods are ready');
    await apply({ image: images.missing, spec: { progressDeadlineSeconds: 3 } });
    await settled(
      async () => conditionOf(await deployment(), 'Progressing')?.reason === 'ProgressDeadlineExceeded',
      'the deadline has passed',
    );
    const living = (await pods()).filter(({ ending }) => !ending);
    expect(living.filter(({ image, ready }) => image === images.good && ready)).toHaveLength(2);
    expect(living.filter(({ image }) => image === images.missing)).toHaveLength(2);
    expect(conditionOf(await deployment(), 'Available')).toMatchObject({ status: 'True' });
  });

  test('a quota keeps pods away, and the Deployment says which quota', async () => {
    await current().quota(2);
    await apply();
    await settled(
      async () => conditionOf(await deployment(), 'ReplicaFailure') !== undefined,
      'the Deployment says that it has failed',
    );
    expect(conditionOf(await deployment(), 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
      message: expect.stringMatching(/is forbidden: exceeded quota: .*pods=1.*pods=2/),
    });
    expect(await pods()).toHaveLength(2);
  });
}
