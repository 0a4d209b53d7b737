/** The contract of rights on a cluster: which acts an account may do, and how the cluster refuses the others. */

import type { Permission } from '../../src/domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { conditionOf, readDeployment, samplesOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function accessContract(current: () => ClusterStage): void {
  const reading: readonly Permission[] = [
    { verb: 'get', resource: 'deployments.apps' },
    { verb: 'list', resource: 'pods' },
  ];
  const writing: readonly Permission[] = [
    { verb: 'patch', resource: 'deployments.apps' },
    { verb: 'patch', resource: 'deployments.apps/scale' },
    { verb: 'create', resource: 'configmaps' },
    { verb: 'delete', resource: 'configmaps' },
  ];

  test('an account that may do everything has no denials', async () => {
    const { cluster, namespace } = current();
    expect(await cluster.denied(namespace, [...reading, ...writing])).toEqual([]);
    expect(await cluster.denied(namespace, [])).toEqual([]);
  });

  test('the denied rights are listed in the order of the question', async () => {
    const { restricted, namespace } = current();
    const cluster = await restricted(reading);
    const asked = [writing[0], reading[0], writing[1], writing[2], reading[1], writing[3]] as readonly Permission[];
    expect(await cluster.denied(namespace, asked)).toEqual(writing);
  });

  test('an act without its right is refused as forbidden, and changes nothing', async () => {
    const stage = current();
    const { deployment, config } = samplesOf(stage);
    await stage.cluster.apply({ objects: [deployment({ replicas: 1 }), config({ a: '1' })] });
    const cluster = await stage.restricted(reading);
    expect(await cluster.get(deployment())).toMatchObject({ spec: { replicas: 1 } });
    const forbidden = { name: 'Broken', message: expect.stringMatching(/orders/) };
    await expect(cluster.apply({ objects: [deployment({ replicas: 2 })] })).rejects.toMatchObject(forbidden);
    await expect(cluster.scale(deployment(), 2)).rejects.toMatchObject(forbidden);
    await expect(cluster.remove([deployment()])).rejects.toMatchObject(forbidden);
    await expect(cluster.get(config({}))).rejects.toMatchObject({ name: 'Broken' });
    await expect(cluster.replace(config({ a: '2' }, { name: 'other' }))).rejects.toMatchObject({ name: 'Broken' });
    expect(await stage.cluster.get(deployment())).toMatchObject({ spec: { replicas: 1 } });
  });

  const aPod = (resources?: object): ClusterObject => {
    const { images, namespace } = current();
    const containers = [{ name: 'app', image: images.good, ...(resources !== undefined && { resources }) }];
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one-more', namespace }, spec: { containers } };
  };
  /** The reason for which a dry run of the pod is refused; empty when it is accepted. */
  const refusalOf = (pod: ClusterObject) =>
    current()
      .cluster.apply({ objects: [pod], dryRun: true })
      .then(
        () => '',
        (error: Error) => error.message,
      );
  /** Waits, because a rule is in force only a moment after it is written. */
  const untilRefused = (pod: ClusterObject) =>
    current().settle(async () => (await refusalOf(pod)) !== '', 'the pod is refused');
  const rule = (kind: string, spec: object): ClusterObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'few', namespace: current().namespace },
    spec,
  });

  test('a pod beyond a LimitRange is refused, and a pod without requests gets its defaults', async () => {
    const { cluster } = current();
    await cluster.apply({ objects: [rule('LimitRange', { limits: [{ type: 'Container', max: { cpu: '100m' } }] })] });
    const large = aPod({ limits: { cpu: '500m' } });
    await untilRefused(large);
    expect(await refusalOf(large)).toMatch(/one-more.*maximum cpu usage per Container is 100m, but limit is 500m/);
    const [shown] = await cluster.apply({ objects: [aPod()], dryRun: true });
    expect(shown).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '100m' }, requests: { cpu: '100m' } } }] },
    });
  });

  test('a pod below the minimum of a LimitRange is refused', async () => {
    const { cluster } = current();
    const limits = [{ type: 'Container', min: { memory: '64Mi' } }];
    await cluster.apply({ objects: [rule('LimitRange', { limits })] });
    const small = aPod({ requests: { memory: '32Mi' } });
    await untilRefused(small);
    expect(await refusalOf(small)).toMatch(/minimum memory usage per Container is 64Mi, but request is 32Mi/);
  });

  test('a quota of CPU refuses a pod without a request for CPU, and a pod that requests too much', async () => {
    await current().cluster.apply({ objects: [rule('ResourceQuota', { hard: { 'requests.cpu': '1' } })] });
    await current().settle(async () => (await refusalOf(aPod())).includes('must specify'), 'the quota is in force');
    expect(await refusalOf(aPod())).toMatch(/failed quota: few: must specify requests.cpu for: app/);
    expect(await refusalOf(aPod({ requests: { cpu: '2' } }))).toMatch(/exceeded quota: few, requested: requests.cpu=2/);
    expect(await refusalOf(aPod({ requests: { cpu: '500m' } }))).toBe('');
  });

  test('a level of Pod Security refuses pods that are not hardened, and the Deployment says so', async () => {
    const { cluster, namespace, settle } = current();
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await cluster.apply({ objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }] });
    await untilRefused(aPod());
    expect(await refusalOf(aPod())).toMatch(
      /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false.*unrestricted capabilities.*runAsNonRoot != true.*seccompProfile/,
    );
    await cluster.apply({ objects: [samplesOf(current()).deployment()] });
    await settle(
      async () => conditionOf(await readDeployment(current()), 'ReplicaFailure') !== undefined,
      'the Deployment says that it has failed',
    );
    expect(conditionOf(await readDeployment(current()), 'ReplicaFailure')?.message).toMatch(/violates PodSecurity/);
  });

  test('a pod above the quota is refused, in a dry run too', async () => {
    const stage = current();
    await stage.quota(0);
    const containers = [{ name: 'app', image: stage.images.good }];
    const metadata = { name: 'one-more', namespace: stage.namespace };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } };
    for (const dryRun of [true, false]) {
      await expect(stage.cluster.apply({ objects: [pod], dryRun })).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringMatching(/one-more.*exceeded quota/s),
      });
    }
  });
}
