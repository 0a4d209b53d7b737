import type { ErrorName } from '../../src/domain/errors.ts';
import type { Route } from '../../src/domain/service/service-spec.ts';
import { specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anObject } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, type Scene, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { httpRoute, ingress } from './a-workload-route.ts';

const onHttpRoute: Route = { kind: 'httpRoute', name: 'shop-front' };
const onIngress: Route = { kind: 'albIngress', name: 'shop-front' };
const named = { name: 'shop-front', namespace: 'shop' };
const inFolder = (...more: Parameters<typeof ownFolder>): Scene => ({
  manifests: { folder: 'deploy' },
  folders: { deploy: ownFolder(...more) },
});
const holding = (kind: string, metadata: Parameters<typeof anObject>[1]) =>
  inFolder({ more: [anObject(kind, metadata)] });

interface Refusal {
  readonly what: string;
  readonly scene?: Scene;
  readonly arrange?: (workload: Workload) => void;
  readonly name: ErrorName;
  readonly says: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    what: 'it may not do all that the ways forward and back need',
    arrange: ({ cluster }) => {
      cluster.deny({ verb: 'patch', resource: 'deployments.apps' });
      cluster.deny({ verb: 'list', resource: 'pods' });
    },
    name: 'InvalidRequest',
    says: /may not patch deployments.apps, list pods in namespace shop. Bind its group to the Role of k8s\/access/,
  },
  { what: 'the namespace is not there', scene: { bare: true }, name: 'NotFound', says: /namespaces? "?shop"?/ },
  {
    what: 'the route is not there',
    scene: { route: onHttpRoute },
    arrange: ({ cluster }) => cluster.removeByHand(httpRoute(named, [])),
    name: 'NotFound',
    says: /no HTTPRoute shop\/shop-front. Create it with a way to Service orders/,
  },
  {
    what: 'its kind of route is not installed',
    scene: { route: onHttpRoute, bare: true, without: ['HTTPRoute'] },
    arrange: ({ cluster }) => cluster.addNamespace('shop'),
    name: 'NotFound',
    says: /no matches for kind "HTTPRoute"/,
  },
  {
    what: 'the route leads elsewhere',
    scene: { route: onHttpRoute },
    arrange: ({ cluster }) =>
      void cluster.applyByHand({ manager: 'team', object: httpRoute(named, [{ name: 'basket', port: 80 }]) }),
    name: 'InvalidRequest',
    says: /HTTPRoute shop\/shop-front does not lead to the workload. Give it a rule with a backendRef to Service orders/,
  },
  {
    what: 'the Ingress leads elsewhere',
    scene: { route: onIngress },
    arrange: ({ cluster }) =>
      void cluster.applyByHand({
        manager: 'team',
        object: ingress(named, [{ serviceName: 'basket', servicePort: 80 }]),
      }),
    name: 'InvalidRequest',
    says: /Ingress shop\/shop-front does not lead to the workload/,
  },
  {
    what: 'the manifests hold a Secret',
    scene: holding('Secret', { name: 'keys' }),
    name: 'InvalidRequest',
    says: /hold Secret keys, which Slipway does not deploy/,
  },
  {
    what: 'the manifests hold something of another namespace',
    scene: holding('ConfigMap', { name: 'coredns', namespace: 'kube-system' }),
    name: 'InvalidRequest',
    says: /put ConfigMap kube-system\/coredns outside namespace shop/,
  },
  {
    what: 'the manifests hold several Deployments, and none is named like the workload',
    scene: {
      manifests: { folder: 'deploy' },
      folders: { deploy: [aDeploymentObject({ name: 'basket' }), aDeploymentObject({ name: 'worker' })] },
    },
    name: 'InvalidRequest',
    says: /has the Deployments basket, worker, and none is named orders. Write one of these names as the workload/,
  },
  {
    what: 'the folder is not there',
    scene: { manifests: { folder: 'deploy' } },
    name: 'NotFound',
    says: /folder .*deploy/,
  },
  {
    what: 'the route needs a Service and the manifests hold none',
    scene: {
      manifests: { folder: 'deploy' },
      folders: { deploy: [aDeploymentObject()] },
      route: { kind: 'blueGreen' },
    },
    name: 'InvalidRequest',
    says: /hold no Service orders, and the route blueGreen needs one/,
  },
  {
    what: 'the manifests are too large to be kept',
    scene: inFolder({ more: [{ ...anObject('ConfigMap', { name: 'big' }), data: { text: 'x'.repeat(900_000) } }] }),
    name: 'InvalidRequest',
    says: /are the most that can be kept for the way back/,
  },
  {
    what: 'a ConfigMap has too many bytes, whatever its letters are',
    scene: inFolder({ more: [{ ...anObject('ConfigMap', { name: 'big' }), data: { text: '日'.repeat(400_000) } }] }),
    name: 'InvalidRequest',
    says: /ConfigMap shop\/big.*Too long: may not be more than 1048576 bytes/,
  },
  {
    what: 'the API server refuses the manifests',
    scene: inFolder({ more: [{ ...anObject('ConfigMap', { name: 'Settings' }), data: {} }] }),
    name: 'InvalidRequest',
    says: /ConfigMap shop\/Settings.*metadata.name/,
  },
  {
    what: 'a workload of that name is there, and belongs to an operator',
    arrange: (workload) => {
      const owner = { apiVersion: 'shop.example/v1', kind: 'Shop', name: 'main', uid: '1', controller: true };
      found(workload, { metadata: { ownerReferences: [owner] } });
    },
    name: 'InvalidRequest',
    says: /Deployment shop\/orders belongs to Shop main, whose controller sets it again.*Deployment of your own beside it/,
  },
  {
    what: 'a workload of that name is there, and its selector is not that of the new pods',
    scene: inFolder(),
    arrange: (workload) => {
      const template = { metadata: { labels: { app: 'shop' } } };
      found(workload, { spec: { selector: { matchLabels: { app: 'shop' } }, template } });
    },
    name: 'InvalidRequest',
    says: /Deployment shop\/orders selects pods with app: shop, and the pods of this version do not carry that/,
  },
  {
    what: 'a workload of that name is there, and somebody has paused it',
    arrange: (workload) => found(workload, { spec: { paused: true } }),
    name: 'InvalidRequest',
    says: /Deployment shop\/orders was paused by somebody.*rollout resume deployment\/orders/,
  },
  {
    what: 'a workload of that name is there, and Slipway may not label its pods',
    arrange: (workload) => {
      found(workload, {});
      workload.cluster.deny({ verb: 'update', resource: 'pods' });
    },
    name: 'InvalidRequest',
    says: /was there before Slipway, which has to label its pods, and may not update pods there. Apply k8s\/access again/,
  },
  {
    what: 'a DaemonSet has the name of the workload',
    arrange: ({ cluster, ref }) => {
      const { metadata } = ref('Deployment');
      const { spec } = aDeploymentObject({ containers: [{ name: 'app', image: 'good:0' }] });
      const { replicas: _, ...own } = spec as { readonly replicas?: number };
      cluster.applyByHand({
        manager: 'team',
        object: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: own },
      });
    },
    name: 'InvalidRequest',
    says: /DaemonSet shop\/orders is there, and Slipway deploys a Deployment.*Give the workload another name/,
  },
];

/** A Deployment with the workload's name that a team has created by hand. */
function found({ cluster, ref }: Workload, { metadata = {}, spec = {} }: { metadata?: object; spec?: Changed }): void {
  const made = aDeploymentObject({ containers: [{ name: 'app', image: 'good:0' }] });
  const own = specOf(made);
  const template = { ...templateOf(made), ...spec.template };
  const named = { ...ref('Deployment').metadata, ...metadata };
  cluster.applyByHand({ manager: 'team', object: { ...made, metadata: named, spec: { ...own, ...spec, template } } });
}

interface Changed {
  readonly template?: object;
  readonly [field: string]: unknown;
}

test.each(refusals)('the plan is refused and changes nothing when $what', async ({ scene, arrange, name, says }) => {
  const workload = aWorkload(scene);
  arrange?.(workload);
  await workload.pass(60_000);
  const before = workload.cluster.objects();

  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name,
    message: expect.stringMatching(says),
  });
  expect(workload.cluster.objects()).toEqual(before);
});

describe('beside a version that is live', () => {
  const unchanged = async (workload: Awaited<ReturnType<typeof aLiveWorkload>>, plan: () => Promise<unknown>) => {
    const before = workload.cluster.objects();
    await expect(plan()).rejects.toMatchObject({ name: expect.any(String) });
    expect(workload.cluster.objects()).toEqual(before);
    return plan().catch((error: Error) => `${error.name}: ${error.message}`);
  };

  test('a deployment of the same image with the same manifests is refused as nothing to deploy', async () => {
    const workload = await aLiveWorkload();
    const { canary: version } = workload.first.versions();

    for (const wanted of [{ image: 'good:1' }, { version }])
      expect(await unchanged(workload, workload.rollout(wanted, { fence: 2 }).plan)).toMatch(
        /^Conflict: Version v[0-9a-f]{12} of orders, with the same image and manifests, holds all the traffic already/,
      );
    const again = workload.rollout({ version }, { fence: 2 });
    await expect(again.plan()).rejects.toMatchObject({ details: { unchanged: version } });
  });

  test('a version whose manifests are not kept cannot be deployed again', async () => {
    const workload = await aLiveWorkload();
    const again = workload.rollout({ version: 'v0123456789ab' }, { fence: 2 });

    expect(await unchanged(workload, again.plan)).toMatch(
      /^NotFound: The manifests of version v0123456789ab of orders are not kept in namespace shop. Deploy its image anew/,
    );
  });

  test('a forward order does not take over a field that another tool has set', async () => {
    const workload = await aLiveWorkload(inFolder());
    workload.cluster.changeByHand({
      manager: 'kubectl-edit',
      ref: workload.ref('Deployment'),
      change: { spec: { template: { spec: { containers: [{ name: 'app', image: 'good:9' }] } } } },
    });
    await workload.pass(60_000);

    expect(await unchanged(workload, workload.rollout('good:2', { fence: 2 }).plan)).toMatch(
      /^Conflict: .*"kubectl-edit"/,
    );
  });
});

test.each([
  ['httpRoute', 'httproutes.gateway.networking.k8s.io'],
  ['albIngress', 'ingresses.networking.k8s.io'],
  ['blueGreen', 'services'],
] as const)(
  'on %s the plan asks beforehand for the right to change the object that leads the calls',
  async (kind, resource) => {
    const route = kind === 'blueGreen' ? { kind } : { kind, name: 'shop-front' };
    const workload = aWorkload({ route });
    workload.cluster.deny({ verb: 'update', resource });
    await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow(
      `Slipway may not update ${resource} in`,
    );
  },
);
