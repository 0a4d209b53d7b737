import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { ImageBehaviour } from '../../src/twin/cluster/workloads/image-behaviour.ts';
import { config, deployment, images, namespace, scene } from '../contracts/cluster-scene.ts';

const sizesOf = ({ cluster }: ReturnType<typeof scene>) =>
  cluster
    .objects()
    .filter(({ kind }) => kind === 'ReplicaSet')
    .map(({ spec }) => (spec as { replicas: number }).replicas)
    .sort();
const mode = (value: string) => ({ container: { env: [{ name: 'MODE', value }] } });
const availableIn = async ({ cluster }: ReturnType<typeof scene>) => {
  const found = await cluster.port.get(deployment());
  return (found as unknown as { status: { availableReplicas?: number } }).status.availableReplicas ?? 0;
};

test('the strategy Recreate removes all old pods before it makes new ones', async () => {
  const stage = scene();
  const recreate = { spec: { strategy: { type: 'Recreate' } } };
  await stage.deployed({ ...recreate });
  const hash = stage.cluster.pods(namespace)[0]?.metadata.labels?.['pod-template-hash'];
  const together: boolean[] = [];
  stage.cluster.onChange(() => {
    const hashes = stage.cluster.pods(namespace).map(({ metadata }) => metadata.labels?.['pod-template-hash']);
    together.push(hashes.includes(hash) && hashes.some((one) => one !== hash));
  });
  await stage.deployed({ ...recreate, ...mode('second') });
  expect(together).not.toContain(true);
  expect(await availableIn(stage)).toBe(3);
  expect(stage.cluster.pods(namespace).some(({ metadata }) => metadata.labels?.['pod-template-hash'] === hash)).toBe(
    false,
  );
});

test('the pods of a paused Deployment stay as they are, but it can be scaled', async () => {
  const stage = scene();
  await stage.deployed({ replicas: 2 });
  const before = stage.cluster.pods(namespace).map(({ metadata }) => metadata.name);
  await stage.deployed({
    replicas: 2,
    spec: { paused: true, minReadySeconds: 1 },
    labels: { app: 'orders', new: 'yes' },
  });
  expect(stage.cluster.pods(namespace).map(({ metadata }) => metadata.name)).toEqual(before);
  await stage.cluster.port.scale(deployment(), 3);
  await stage.pass(10_000);
  const now = stage.cluster.pods(namespace);
  expect(now).toHaveLength(3);
  expect(now.some(({ metadata }) => metadata.labels?.new === 'yes')).toBe(false);
});

test('a pod is available only when it has been ready for minReadySeconds', async () => {
  const stage = scene();
  await stage.apply(deployment({ replicas: 1, spec: { minReadySeconds: 20 } }));
  await stage.pass(10_000);
  const found = await stage.cluster.port.get(deployment());
  expect(found?.status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
  await stage.pass(20_000);
  expect(await availableIn(stage)).toBe(1);
});

test('a pod that becomes unready counts as missing, and does not start the rollout again', async () => {
  const stage = scene();
  await stage.deployed();
  const [pod] = stage.cluster.pods(namespace);
  stage.cluster.setPodReady({ namespace, name: pod?.metadata.name ?? '', ready: false });
  await stage.pass(700_000);
  const found = await stage.cluster.port.get(deployment());
  expect(found?.status).toMatchObject({
    readyReplicas: 2,
    unavailableReplicas: 1,
    conditions: expect.arrayContaining([expect.objectContaining({ reason: 'NewReplicaSetAvailable' })]),
  });
  stage.cluster.setPodReady({ namespace, name: pod?.metadata.name ?? '', ready: true });
  await stage.pass(1_000);
  expect(await availableIn(stage)).toBe(3);
});

test('the Deployment keeps as many old ReplicaSets as revisionHistoryLimit says', async () => {
  const stage = scene();
  for (const value of ['1', '2', '3', '4']) {
    await stage.deployed({ replicas: 1, spec: { revisionHistoryLimit: 2 }, labels: { app: 'orders', value } });
  }
  expect(sizesOf(stage)).toEqual([0, 0, 1]);
  const found = await stage.cluster.port.get(deployment());
  expect(found?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '4' });
});

test('a container that crashes waits longer before each restart, and its restarts are counted', async () => {
  const crashing: ImageBehaviour = { readyAfterMs: 1_000, outcome: 'crashes' };
  const stage = scene({ images: () => crashing });
  await stage.deployed({ replicas: 1 });
  const restarts = () => stage.cluster.pods(namespace)[0]?.status.containerStatuses?.[0]?.restartCount ?? 0;
  const early = restarts();
  await stage.pass(600_000);
  const late = restarts();
  expect(early).toBeGreaterThanOrEqual(2);
  expect(late - early).toBeLessThan(8);
  expect(stage.cluster.pods(namespace)).toMatchObject([{ status: { phase: 'Running' } }]);
});

test('a pod with two containers is ready only when both are ready', async () => {
  const outcomes: Record<string, ImageBehaviour['outcome']> = { [images.unready]: 'neverReady' };
  const stage = scene({ images: (image) => ({ readyAfterMs: 1_000, outcome: outcomes[image] ?? 'ready' }) });
  const containers = [
    { name: 'app', image: images.good },
    { name: 'side', image: images.unready },
  ];
  const template = { metadata: { labels: { app: 'orders' } }, spec: { containers } };
  await stage.deployed({ replicas: 1, spec: { template } });
  expect(stage.cluster.pods(namespace)[0]?.status).toMatchObject({
    conditions: expect.arrayContaining([
      expect.objectContaining({ type: 'Ready', status: 'False', message: 'containers with unready status: [side]' }),
    ]),
    containerStatuses: [{ ready: true }, { ready: false }],
  });
});

test('a quota also counts Deployments, and the missing pods start after the quota is raised', async () => {
  const stage = scene();
  const quota = (hard: Record<string, string>): ClusterObject => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace },
    spec: { hard },
  });
  await stage.apply(quota({ pods: '1', 'count/deployments.apps': '1' }), deployment({ replicas: 2 }));
  await expect(stage.apply(deployment({ name: 'other' }))).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining(
      'deployments.apps "other" is forbidden: exceeded quota: small, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    ),
  });
  await stage.pass(10_000);
  expect(await availableIn(stage)).toBe(1);
  await stage.apply(quota({ pods: '5' }), config({}));
  await stage.pass(60_000);
  expect(await availableIn(stage)).toBe(2);
});
