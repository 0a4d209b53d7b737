/** What somebody may do, and what happens to one who may not. */
import type { Permission } from '../../src/ports.ts';
import { samplesOf } from './cluster-samples.ts';
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

  test('one who may do everything is denied nothing', async () => {
    const { cluster, namespace } = current();
    expect(await cluster.denied(namespace, [...reading, ...writing])).toEqual([]);
    expect(await cluster.denied(namespace, [])).toEqual([]);
  });

  test('what one may not do is said, in the order of the question', async () => {
    const { restricted, namespace } = current();
    const cluster = await restricted(reading);
    const asked = [writing[0], reading[0], writing[1], writing[2], reading[1], writing[3]] as readonly Permission[];
    expect(await cluster.denied(namespace, asked)).toEqual(writing);
  });

  test('what one may not do is refused as forbidden, and does not happen', async () => {
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
