/** The contract that every port Clusters keeps, whatever API server is behind it. */
import type { BrakeOrder, PatchStep } from '../../src/domain/workload/brake-order.ts';
import type { Permission } from '../../src/domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Clusters, ReachedCluster } from '../../src/ports/clusters.ts';

export interface ClustersStage {
  readonly clusters: Clusters;
  /** The same API server through kubectl, as field manager `slipway`. */
  readonly cluster: Cluster;
  readonly namespace: string;
  /** The same API server with these rights in the namespace, and no others. */
  restricted(permissions: readonly Permission[]): Promise<Clusters>;
  close(): Promise<void>;
}

export function clustersContract(name: string, open: () => Promise<ClustersStage>): void {
  describe(`Clusters: ${name}`, () => {
    let stage: ClustersStage;
    beforeEach(async () => {
      stage = await open();
    });
    afterEach(() => stage.close());

    test('an object that kubectl applied is read by name and by label, and a missing object is null', async () => {
      const { cluster, namespace } = stage;
      const reached = await reachedIn(stage);
      const service = orders({ namespace });
      await cluster.apply({ objects: [service] });
      expect(await reached.get(service)).toEqual(await cluster.get(service));
      const query = { apiVersion: 'v1', kind: 'Service', namespace };
      expect(await reached.list({ ...query, labels: { app: 'orders' } })).toEqual(await cluster.list(query));
      expect(await reached.list({ ...query, labels: { app: 'other' } })).toEqual([]);
      expect(await reached.get({ ...service, metadata: { name: 'other', namespace } })).toBeNull();
    });

    test('an object is replaced as it was read, and not after another manager has changed it', async () => {
      const { cluster, namespace } = stage;
      const reached = await reachedIn(stage);
      const [read] = await cluster.apply({ objects: [orders({ namespace })] });
      const changed = { ...(read as ClusterObject), spec: { ...(read?.spec as object), selector: { app: 'new' } } };
      expect(await reached.replace(changed)).toMatchObject({ spec: { selector: { app: 'new' } } });
      await expect(reached.replace(changed)).rejects.toMatchObject({ name: 'Conflict' });
      expect(await reached.replace({ ...orders({ namespace }), metadata: { name: 'fresh', namespace } })).toMatchObject(
        {
          metadata: { name: 'fresh' },
        },
      );
      await expect(reached.replace(orders({ namespace }))).rejects.toMatchObject({ name: 'Conflict' });
    });

    test('a brake changes the object that is as the brake expects, once', async () => {
      const { cluster, namespace } = stage;
      const reached = await reachedIn(stage);
      await cluster.apply({ objects: [orders({ namespace, selector: { app: 'orders', 'slipway/track': 'canary' } })] });
      const order = brakeOf(namespace, { 'slipway/track': 'canary' });
      expect(await reached.brake(order)).toBe('braked');
      const home = { app: 'orders', 'slipway/track': 'stable' };
      expect((await cluster.get(order.ref))?.spec).toMatchObject({ selector: home });
      expect(await reached.brake(order)).toBe('elsewhere');
    });

    test('a brake does not change an object that differs from what it expects, and does not create a missing one', async () => {
      const { cluster, namespace } = stage;
      const reached = await reachedIn(stage);
      const order = brakeOf(namespace, { 'slipway/track': 'canary' });
      expect(await reached.brake(order)).toBe('elsewhere');
      const [before] = await cluster.apply({ objects: [orders({ namespace, selector: { app: 'theirs' } })] });
      expect(await reached.brake(order)).toBe('elsewhere');
      const missing: PatchStep = { op: 'test', path: '/spec/selector/slipway~1track', value: 'canary' };
      expect(await reached.brake({ ...order, patch: [missing] })).toBe('elsewhere');
      expect(await cluster.get(order.ref)).toEqual(before);
    });

    test('a field that the brake set is taken over by force, and removed with what replaces the object', async () => {
      const { cluster, namespace } = stage;
      const reached = await reachedIn(stage);
      await cluster.apply({ objects: [orders({ namespace })] });
      expect(await reached.brake(brakeOf(namespace, {}))).toBe('braked');
      const narrowed = orders({ namespace, selector: { app: 'orders', 'slipway/track': 'canary' } });
      await expect(cluster.apply({ objects: [narrowed] })).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringContaining('slipway-brake'),
      });
      const [taken] = await cluster.apply({ objects: [narrowed], force: true });
      expect(taken?.spec).toMatchObject({ selector: { 'slipway/track': 'canary' } });
    });

    test('an account that may only read is refused the brake, by name of the object, and nothing changes', async () => {
      const { cluster, namespace } = stage;
      const [before] = await cluster.apply({ objects: [orders({ namespace })] });
      const reached = await (await stage.restricted([{ verb: 'get', resource: 'services' }])).reach('any');
      await expect(reached?.brake(brakeOf(namespace, {}))).rejects.toMatchObject({
        name: 'Broken',
        message: expect.stringContaining('orders'),
      });
      expect(await reached?.get(orders({ namespace }))).toEqual(before);
    });
  });
}

async function reachedIn({ clusters }: ClustersStage): Promise<ReachedCluster> {
  const reached = await clusters.reach('any');
  if (reached === null) throw new Error('The cluster cannot be reached.');
  return reached;
}

function orders({ namespace, selector = { app: 'orders' } }: { namespace: string; selector?: object }): ClusterObject {
  const metadata = { name: 'orders', namespace, labels: { app: 'orders' } };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports: [{ port: 80 }] } };
}

/** A brake that leads all calls to stable, from a selector with these labels beside the team's own. */
function brakeOf(namespace: string, narrowing: Readonly<Record<string, string>>): BrakeOrder {
  const selector = { app: 'orders', ...narrowing };
  const home = { app: 'orders', 'slipway/track': 'stable' };
  const path = '/spec/selector';
  return {
    ref: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace } },
    patch: [
      { op: 'test', path, value: selector },
      { op: 'replace', path, value: home },
    ],
  };
}
