/**
 * The contract of the objects that a version of a workload brings to a cluster and removes from it. It holds on the
 * simulated and on a real cluster.
 */

import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { aDeploymentObject, anAutoscaler, aService } from '../domain/a-workload.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import type { OpenVersionStage, VersionStage } from './version-stage.ts';

const RBAC = 'rbac.authorization.k8s.io';

const config = (data: Readonly<Record<string, string>>): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
});
const reading = { name: 'app', image: 'shop/good:0', envFrom: [{ configMapRef: { name: 'settings' } }] };

/** An account for the version's pods, with a right of its own. */
const access: readonly ClusterObject[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader' }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader' } },
];

const folder = (change: Parameters<typeof aDeploymentObject>[0] = {}, ...more: readonly ClusterObject[]) => [
  aService(),
  aDeploymentObject({ replicas: 3, containers: [{ name: 'app', image: 'shop/good:0' }], ...change }),
  ...more,
];

export function versionContract(open: OpenVersionStage): void {
  let stage: VersionStage;
  const opened = async (route: Route = { kind: 'replicas' }) => {
    stage = await open({ route });
    return stage;
  };
  afterEach(() => stage.close());

  /** A deployment of the folder, with image `shop/good:<fence>`. */
  const rollout = async (fence: number, objects: readonly ClusterObject[]) =>
    rolloutOf(stage, {
      fence,
      wanted: { image: `shop/good:${fence}` },
      manifests: { folder: await stage.folder(objects) },
      weights: [25],
    });
  const promoted = async (fence: number, objects: readonly ClusterObject[]) => {
    const it = await rollout(fence, objects);
    await it.plan();
    await it.promote();
    return it;
  };
  const find = (kind: string, name: string, apiVersion = 'v1') =>
    stage.cluster.get({ apiVersion, kind, metadata: { name, namespace: stage.target.namespace } });
  const podOf = async (name: string) => (await find('Deployment', name, 'apps/v1')) as unknown as Deployment | null;
  /** The environment of the Deployment's pods. */
  const environment = async (name: string) => {
    const [container] = (await podOf(name))?.spec.template.spec.containers ?? [];
    return (await find('ConfigMap', container?.envFrom[0]?.configMapRef.name ?? ''))?.data;
  };
  const hasAccess = async () => {
    const found = [
      await find('ServiceAccount', 'reader'),
      await find('Role', 'reader', `${RBAC}/v1`),
      await find('RoleBinding', 'reader', `${RBAC}/v1`),
    ];
    return found.map((object) => object !== null);
  };
  const deployment = () => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace: stage.target.namespace },
  });
  const replicas = async () => (await podOf('orders'))?.spec.replicas;

  test('a plain ConfigMap that a version changes is read by its own pods alone, and is rolled back with the version', async () => {
    await opened();
    await promoted(1, folder({ containers: [reading] }, config({ MODE: 'quiet' })));
    const second = await rollout(2, folder({ containers: [reading] }, config({ MODE: 'loud' })));
    await second.plan();

    await second.weigh(25);
    expect([await environment('orders'), await environment('orders-canary')]).toEqual([
      { MODE: 'quiet' },
      { MODE: 'loud' },
    ]);
    expect((await find('ConfigMap', 'settings'))?.data).toEqual({ MODE: 'quiet' });

    await second.promote();
    expect([await environment('orders'), (await find('ConfigMap', 'settings'))?.data]).toEqual([
      { MODE: 'loud' },
      { MODE: 'loud' },
    ]);

    await second.takeBack();
    expect([await environment('orders'), (await find('ConfigMap', 'settings'))?.data]).toEqual([
      { MODE: 'quiet' },
      { MODE: 'quiet' },
    ]);
    const { namespace } = stage.target;
    const left = await stage.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace });
    expect(left.filter(({ metadata }) => metadata.name.startsWith('settings'))).toHaveLength(2);
  });

  test('a new object of a version exists for its canary, and is removed when the version is rolled back', async () => {
    await opened();
    await promoted(1, folder());
    const second = await rollout(2, folder({}, ...access));
    await second.plan();
    expect(await hasAccess()).toEqual([false, false, false]);

    await second.weigh(25);
    expect(await hasAccess()).toEqual([true, true, true]);

    await second.takeBack();
    expect(await hasAccess()).toEqual([false, false, false]);
  });

  test('an object that a version no longer has is removed at its promotion, and restored with the version before', async () => {
    await opened();
    await promoted(1, folder({}, ...access));
    const second = await rollout(2, folder());
    await second.plan();
    await second.weigh(25);
    expect(await hasAccess()).toEqual([true, true, true]);

    await second.promote();
    expect(await hasAccess()).toEqual([false, false, false]);

    await second.takeBack();
    expect(await hasAccess()).toEqual([true, true, true]);
  });

  test('an object from before Slipway is not removed with the version that names it', async () => {
    await opened();
    const { namespace } = stage.target;
    const metadata = { name: 'reader', namespace };
    await stage.applyByHand({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await promoted(1, folder());
    const second = await rollout(2, folder({}, ...access));
    await second.plan();
    await second.weigh(25);
    await second.takeBack();
    expect(await hasAccess()).toEqual([true, false, false]);
  });

  test('a first version that is rolled back leaves none of its objects', async () => {
    await opened();
    const first = await promoted(1, folder({}, ...access));
    await first.takeBack();
    expect([...(await hasAccess()), await find('Service', 'orders')]).toEqual([false, false, false, null]);
  });

  test('a second Service is inside the cluster, also when the first is a load balancer under a public name', async () => {
    await opened({ kind: 'blueGreen' });
    const service = aService();
    const hostname = { 'external-dns.alpha.kubernetes.io/hostname': 'orders.example.com' };
    const front = {
      ...service,
      metadata: { name: 'orders', annotations: hostname },
      spec: { ...Object(service.spec), type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_217 }] },
    };
    const objects = [front, ...folder().filter(({ kind }) => kind !== 'Service')];
    await promoted(1, objects);
    const second = await rollout(2, objects);
    await second.plan();
    await second.weigh(100);

    expect(await find('Service', 'orders')).toMatchObject({
      metadata: { annotations: hostname },
      spec: { type: 'LoadBalancer', ports: [{ nodePort: 30_217 }] },
    });
    const preview = await find('Service', 'orders-preview');
    expect(preview).toMatchObject({ spec: { type: 'ClusterIP', ports: [{ port: 80 }] } });
    expect(JSON.stringify([preview?.metadata.annotations, preview?.spec])).not.toMatch(/nodePort|example\.com/);
    await second.takeBack();
  });

  test('an init container of the workload’s repository gets the new image too, and the plan names the unchanged ones', async () => {
    await opened();
    const withInit = folder().map((object) => {
      if (object.kind !== 'Deployment') return object;
      const spec = object.spec as { template: { spec: object } };
      const initContainers = [
        { name: 'migrate', image: 'shop/good:0' },
        { name: 'tool', image: 'shop/tool:7' },
      ];
      return {
        ...object,
        spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, initContainers } } },
      };
    });
    const first = await rollout(1, withInit);
    expect((await first.plan()).notes).toEqual([expect.stringMatching(/keep the image .*: tool \(shop\/tool:7\)\.$/)]);
    await first.promote();
    expect((await podOf('orders'))?.spec.template.spec.initContainers.map(({ image }) => image)).toEqual([
      'shop/good:1',
      'shop/tool:7',
    ]);
  });

  test('the number of pods does not fall when an autoscaler takes it over, nor in a rollback', async () => {
    await opened();
    await promoted(1, folder({ replicas: 5 }));
    const seen = await stage.watchReplicas(deployment());
    const scaled = folder({ replicas: undefined }, anAutoscaler('orders', { minReplicas: 6, maxReplicas: 9 }));
    const second = await rollout(2, scaled);
    await second.plan();
    await second.weigh(25);
    await second.promote();
    await stage.settle(async () => (await replicas()) === 6, 'six pods');
    await second.takeBack();
    expect(await replicas()).toBe(6);
    for (const count of seen()) expect(count).toBeGreaterThanOrEqual(5);
    expect(await find('HorizontalPodAutoscaler', 'orders', 'autoscaling/v2')).toBeNull();
  });

  test.each(['autoscaler', 'person'] as const)(
    'the number of pods that another %s has set stays, forward and back, whatever the manifests say',
    async (who) => {
      await opened();
      await promoted(1, folder());
      if (who === 'person') await stage.scaleByHand(deployment(), 9);
      else {
        const { metadata, ...autoscaler } = anAutoscaler('orders', { minReplicas: 9, maxReplicas: 12 });
        await stage.applyByHand({ ...autoscaler, metadata: { ...metadata, namespace: stage.target.namespace } });
      }
      await stage.settle(async () => (await replicas()) === 9, 'nine pods');
      const seen = await stage.watchReplicas(deployment());
      const second = await rollout(2, folder({ replicas: 4 }));
      await second.plan();
      await second.promote();
      await second.takeBack();
      expect(await replicas()).toBe(9);
      expect(new Set(seen())).toEqual(new Set([9]));
    },
  );

  test('a workload that a person scaled to nothing is live again with its next version, also under an autoscaler', async () => {
    await opened();
    const scaled = folder({ replicas: undefined }, anAutoscaler('orders', { minReplicas: 2, maxReplicas: 9 }));
    await promoted(1, scaled);
    await stage.scaleByHand(deployment(), 0);
    await promoted(2, scaled);
    expect(await replicas()).toBe(2);
  });

  test('the number of pods follows the manifests when no other manager sets it', async () => {
    await opened();
    await promoted(1, folder({ replicas: 5 }));
    const second = await promoted(2, folder({ replicas: 3 }));
    expect(await replicas()).toBe(3);
    await second.takeBack();
    expect(await replicas()).toBe(5);
  });
}

interface Deployment {
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly { readonly image: string }[];
        readonly containers: readonly {
          readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
        }[];
      };
    };
  };
}
