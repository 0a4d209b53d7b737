import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { anAutoscaler } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, MINUTE, type Scene, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { struckPort } from './a-workload-port.ts';

const whose = ({ target }: Workload) => ({ deploymentId: 'rem-001', fence: 1, service: 'orders', target });
const restart = (workload: Workload, at = workload.scheduler.now()): ClusterOrder => ({
  ...whose(workload),
  do: 'restart',
  at,
});
const scale = (workload: Workload, replicas: number): ClusterOrder => ({ ...whose(workload), do: 'scale', replicas });

/** The names of the pods that are not ending. */
const names = ({ cluster }: Workload) =>
  cluster
    .pods('shop')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);
/** Manifests without an autoscaler. */
const ownManifests: Scene = { manifests: { folder: 'deploy' }, folders: { deploy: ownFolder() } };

describe('a restart', () => {
  test('a restart replaces all pods by others of the same version, and every call is answered', async () => {
    const workload = await aLiveWorkload();
    const before = names(workload);
    const record = workload.record();
    const seen = workload.watchCalls();

    const done = await workload.run(restart(workload));

    const version = workload.first.versions().canary;
    expect(done).toMatchObject({ do: 'restart', stable: version, pods: [{ version, ready: 3, total: 3 }] });
    expect(names(workload).filter((name) => before.includes(name))).toEqual([]);
    for (const calls of seen) expect(calls).toEqual({ 'good:1': 100 });
    expect(workload.record()).toEqual(record);
  });

  test('a restart for one moment is done once, however often it is ordered', async () => {
    const workload = await aLiveWorkload();
    const order = restart(workload);
    await workload.run(order);
    await workload.pass(MINUTE);
    const restarted = names(workload);

    await workload.run(order);
    await workload.pass(MINUTE);
    expect(names(workload)).toEqual(restarted);

    await workload.run(restart(workload));
    expect(names(workload).filter((name) => restarted.includes(name))).toEqual([]);
  });

  test.each<[string, Scene]>([
    ['rendered', {}],
    ['of the team’s own', ownManifests],
  ])('a restart does not stop the next deployment: manifests that are %s deploy after it', async (_what, scene) => {
    const workload = await aLiveWorkload(scene);
    await workload.run(restart(workload));
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    await rollout.weigh(25);
    await rollout.promote();
    expect(workload.pods()).toEqual({ 'good:2': 3 });

    await rollout.takeBack();
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test('a restart is tried again, a bounded number of times, when the status of the pods changes during it', async () => {
    const workload = await aLiveWorkload(ownManifests);
    const ref = workload.ref('Deployment');
    let touched = 0;
    const touching = (times: number) =>
      struckPort(workload.cluster.port, ({ method }) => {
        if (method !== 'replace' || touched >= times) return;
        touched += 1;
        workload.cluster.changeByHand({
          manager: 'team',
          ref,
          change: { metadata: { annotations: { touched: String(touched) } } },
        });
      }).port;

    expect(await workload.run(restart(workload), touching(4))).toMatchObject({ do: 'restart' });
    await expect(workload.run(restart(workload), touching(9))).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('a restart whose pods do not start again says why', async () => {
    const workload = await aLiveWorkload();
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods', namespace: 'shop' } };
    workload.cluster.applyByHand({ manager: 'team', object: { ...quota, spec: { hard: { pods: '0' } } } });

    await expect(workload.run(restart(workload))).rejects.toThrow(
      /Deployment shop\/orders gets no pods: .*exceeded quota/,
    );
  });

  test('a restart needs pods to restart, and the API server may refuse it', async () => {
    const empty = aWorkload();
    await expect(empty.run(restart(empty))).rejects.toMatchObject({
      name: 'NotFound',
      message: 'There is no Deployment shop/orders to restart. Deploy a version first.',
    });
    const live = await aLiveWorkload();
    live.cluster.deny({ verb: 'update', resource: 'deployments.apps' });
    await expect(live.run(restart(live))).rejects.toMatchObject({ name: 'Broken' });
  });
});

describe('a number of pods', () => {
  test.each([5, 2])(
    'a number of pods of %i is set, and the next version again sets its own number',
    async (replicas) => {
      const workload = await aLiveWorkload(ownManifests);
      const version = workload.first.versions().canary;

      expect(await workload.run(scale(workload, replicas))).toMatchObject({
        do: 'scale',
        stable: version,
        pods: [{ version, ready: replicas, total: replicas }],
      });
      await workload.pass(MINUTE);
      expect(workload.pods()).toEqual({ 'good:1': replicas });

      const rollout = workload.rollout('good:2', { fence: 2 });
      await rollout.plan();
      await rollout.promote();
      expect(workload.pods()).toEqual({ 'good:2': 3 });
    },
  );

  test.each([
    [5, { minReplicas: 5, maxReplicas: 9 }],
    [12, { minReplicas: 12, maxReplicas: 12 }],
    [2, { minReplicas: 2, maxReplicas: 9 }],
  ])('a number of pods of %i becomes the minimum of the autoscaler, if there is one', async (replicas, limits) => {
    const workload = await aLiveWorkload();

    await workload.run(scale(workload, replicas));
    await workload.pass(MINUTE);

    expect(workload.pods()).toEqual({ 'good:1': replicas });
    expect(workload.find('HorizontalPodAutoscaler')?.spec).toMatchObject(limits);
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    await rollout.promote();
    expect(workload.find('HorizontalPodAutoscaler')?.spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
  });

  test('a number of pods becomes the minimum of the workload’s own autoscaler, and another one of the folder stays', async () => {
    const spec = { minReplicas: 2, maxReplicas: 4 };
    const { metadata, ...others } = anAutoscaler('worker', spec);
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'worker' };
    const more = [anAutoscaler('orders'), { ...others, metadata, spec: { ...spec, scaleTargetRef } }];
    const workload = await aLiveWorkload({ manifests: { folder: 'k8s' }, folders: { k8s: ownFolder({ more }) } });

    await workload.run(scale(workload, 7));

    expect(workload.find('HorizontalPodAutoscaler')?.spec).toMatchObject({ minReplicas: 7, maxReplicas: 9 });
    expect(workload.find('HorizontalPodAutoscaler', 'worker')?.spec).toMatchObject(spec);
    expect(workload.pods()).toEqual({ 'good:1': 7 });
  });

  test('a number of pods becomes the minimum of a ScaledObject, which belongs to KEDA', async () => {
    const scaled: ClusterObject = {
      ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'orders' } },
      spec: { scaleTargetRef: { name: 'orders' }, minReplicaCount: 2, maxReplicaCount: 4, triggers: [] },
    };
    const folders = { k8s: ownFolder({ more: [scaled] }) };
    const workload = aWorkload({ manifests: { folder: 'k8s' }, folders });
    const keda = kedaPort(workload.cluster.port);
    const first = workload.rollout('good:1', { fence: 1 });
    await first.plan(keda.port);
    await first.promote(keda.port);

    await workload.run(scale(workload, 7), keda.port);

    expect(keda.applied()?.spec).toMatchObject({ minReplicaCount: 7, maxReplicaCount: 7, triggers: [] });
    expect(workload.pods()).toEqual({ 'good:1': 7 });
  });

  test('a number of pods that an autoscaler outside of the manifests would undo is refused with its limits', async () => {
    const workload = await aLiveWorkload(ownManifests);
    const { metadata, ...autoscaler } = anAutoscaler('orders', { minReplicas: 2, maxReplicas: 4 });
    const object = { ...autoscaler, metadata: { ...metadata, namespace: 'shop' } };
    workload.cluster.applyByHand({ manager: 'platform', object });

    await expect(workload.run(scale(workload, 7))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(
        /^HorizontalPodAutoscaler shop\/orders keeps .* between 2 and 4, .* 7 would not last/,
      ),
    });
    await workload.run(scale(workload, 4));
    await workload.pass(MINUTE);
    expect(workload.pods()).toEqual({ 'good:1': 4 });
  });

  test('a number of pods is refused without a version, and when the API server refuses it', async () => {
    const empty = aWorkload();
    await expect(empty.run(scale(empty, 5))).rejects.toMatchObject({
      name: 'NotFound',
      message: 'Workload orders has no version to scale. Deploy one first.',
    });
    const live = await aLiveWorkload();
    await expect(live.run(scale(live, 0))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('spec.minReplicas'),
    });
    expect(live.pods()).toEqual({ 'good:1': 3 });
  });
});

/** A cluster with KEDA, which the simulated cluster does not have. */
function kedaPort(port: Cluster) {
  let applied: ClusterObject | null = null;
  const isKeda = ({ kind }: Pick<ClusterObject, 'kind'>) => kind === 'ScaledObject';
  return {
    applied: () => applied,
    port: {
      ...port,
      get: async (ref) => (isKeda(ref) ? applied : port.get(ref)),
      async apply({ objects, ...order }) {
        const [scaled] = objects.filter(isKeda);
        if (scaled !== undefined && order.dryRun !== true) applied = scaled;
        return port.apply({ ...order, objects: objects.filter((object) => !isKeda(object)) });
      },
    } satisfies Cluster,
  };
}
