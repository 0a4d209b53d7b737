import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { config, deployment, images, namespace, scene } from '../contracts/cluster-scene.ts';

const autoscaler = (minReplicas: number, maxReplicas: number): ClusterObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'orders', namespace },
  spec: { minReplicas, maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' } },
});
const replicasOf = async ({ cluster }: ReturnType<typeof scene>) => {
  const found = await cluster.port.get(deployment());
  return (found as unknown as { spec: { replicas: number } }).spec.replicas;
};

describe('other tools and people on the cluster', () => {
  test('while the API server is away, every call that needs it is Transient and has no effect', async () => {
    const { cluster, scheduler, pass, apply } = scene({ folders: { manifests: [config({ a: '1' })] } });
    await apply(config({ a: '1' }));
    cluster.goAway(scheduler.now() + 10_000);
    const away = { name: 'Transient', message: expect.stringContaining('connection refused') };
    const { port } = cluster;
    const calls = [
      () => port.get(config({})),
      () => port.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace }),
      () => apply(config({ a: '2' })),
      () => port.replace(config({ a: '2' }, { name: 'other' })),
      () => port.scale(deployment(), 2),
      () => port.remove([config({})]),
      () => port.denied(namespace, []),
      () => port.diff([config({ a: '2' })]),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(away);
    expect(await port.build('manifests')).toEqual([config({ a: '1' })]);
    await pass(10_000);
    expect(await port.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace })).toMatchObject([{ data: { a: '1' } }]);
  });

  test('a permission that is taken away is denied to every caller', async () => {
    const { cluster, apply } = scene();
    cluster.deny({ verb: 'create', resource: 'configmaps' });
    const asked = [
      { verb: 'patch', resource: 'configmaps' },
      { verb: 'create', resource: 'configmaps' },
    ] as const;
    expect(await cluster.port.denied(namespace, asked)).toEqual([asked[1]]);
    await expect(apply(config({ a: '1' }))).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringContaining(
        'configmaps "settings" is forbidden: User "slipway" cannot create resource "configmaps" in API group "" in the namespace "shop"',
      ),
    });
  });

  test('the autoscaler scales up to its minimum and down to its maximum, as an owner of its own', async () => {
    const stage = scene();
    await stage.deployed({ replicas: 1 });
    await stage.apply(autoscaler(2, 4));
    await stage.pass(60_000);
    expect(await replicasOf(stage)).toBe(2);
    await stage.cluster.port.scale(deployment(), 9);
    await stage.pass(60_000);
    expect(await replicasOf(stage)).toBe(4);
    await expect(stage.apply(deployment({ replicas: 1 }))).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining(
        'conflict with "kube-controller-manager" with subresource "scale" using apps/v1',
      ),
    });
  });

  test('the autoscaler does not change a Deployment of zero pods', async () => {
    const stage = scene();
    await stage.apply(deployment({ replicas: 0 }), autoscaler(2, 4));
    await stage.pass(60_000);
    expect(await replicasOf(stage)).toBe(0);
  });

  test('a person who edits an object owns the changed fields and no others', async () => {
    const { cluster, apply } = scene();
    await apply(deployment());
    cluster.changeByHand({
      manager: 'kubectl-edit',
      ref: deployment(),
      change: { spec: { minReadySeconds: 1, replicas: 5 } },
    });
    await apply(deployment({ replicas: 5, container: { env: [] } }));
    await expect(apply(deployment())).rejects.toMatchObject({
      details: { conflicts: [{ manager: 'kubectl-edit', fields: ['.spec.replicas'] }] },
    });
  });

  test('a namespace that is being deleted deletes everything in it, and accepts no new object', async () => {
    const { cluster, apply, deployed, pass } = scene();
    await deployed({ replicas: 1 });
    await cluster.port.remove([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    await expect(apply(config({ a: '1' }))).rejects.toThrow('because it is being terminated');
    await pass(60_000);
    expect(cluster.objects().filter(({ metadata }) => metadata.namespace === namespace)).toEqual([]);
    await expect(apply(config({ a: '1' }))).rejects.toMatchObject({ name: 'NotFound' });
  });
});

describe('the simulated cluster', () => {
  const history = async (seed: number) => {
    const { cluster, scheduler, deployed } = scene({ seed });
    const changes: unknown[] = [];
    cluster.onChange((change) => changes.push([scheduler.now(), change]));
    await deployed();
    await deployed({ image: images.unready });
    return JSON.stringify([changes, cluster.objects()]);
  };

  test('the same seed gives the same history, and another seed gives another one', async () => {
    const first = await history(7);
    expect(await history(7)).toBe(first);
    expect(await history(8)).not.toBe(first);
  });

  test('a cluster on which everything is as ordered has no work under way', async () => {
    const { cluster, scheduler, pass, deployed } = scene();
    await deployed({ spec: { progressDeadlineSeconds: 60 } });
    await pass(120_000);
    expect(scheduler.nextAt()).toBeNull();
    await cluster.port.remove([deployment()]);
    await pass(120_000);
    expect(cluster.pods(namespace)).toEqual([]);
    expect(scheduler.nextAt()).toBeNull();
  });

  test('closing the cluster cancels the work under way', async () => {
    const { cluster, scheduler, apply, pass } = scene();
    await apply(deployment());
    await pass(100);
    cluster.close();
    expect(scheduler.nextAt()).toBeNull();
  });

  test('objects that a caller gives or gets are copies of the stored objects', async () => {
    const { cluster, apply } = scene();
    const data: Record<string, string> = { a: '1' };
    await apply(config(data));
    data.a = '2';
    const found = (await cluster.port.get(config({}))) as unknown as { data: Record<string, string> };
    expect(found.data).toEqual({ a: '1' });
    expect(() => {
      found.data.a = '3';
    }).toThrow(TypeError);
  });

  test('a kind that is not installed is NotFound', async () => {
    const { apply } = scene({ without: ['HTTPRoute'] });
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'orders', namespace },
    };
    await expect(apply({ ...route, spec: {} })).rejects.toMatchObject({ name: 'NotFound' });
  });
});
