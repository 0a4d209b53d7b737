/** What goes wrong on clusters, and where the calls are then: the same on the simulated cluster and on a real control plane. */
import type { ClusterObject, ObjectRef } from '../../src/domain/cluster/cluster-object.ts';
import { weightIn } from '../../src/domain/cluster/route-weights.ts';
import { isReady } from '../../src/domain/cluster/workload-health.ts';
import { fieldsOf, type Labels, listOf, specOf } from '../../src/domain/cluster/workload-objects.ts';
import { routeRef } from '../../src/domain/cluster/workload-route.ts';
import type { Route, WorkloadTarget } from '../../src/domain/service-spec.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import type { ClusterStage } from './cluster-stage.ts';

const HTTP_ROUTE: Route = { kind: 'httpRoute', name: 'front' };
const REPLICAS: Route = { kind: 'replicas' };
const BLUE_GREEN: Route = { kind: 'blueGreen' };
const [ONE, TWO, THREE] = ['shop/good:1', 'shop/good:2', 'shop/good:3'] as const;

/** A minute on a real control plane. */
const LIMIT_MS = 120_000;

export function workloadCases(current: () => ClusterStage): void {
  const cases = () => aCase(current());

  test(
    'a canary is cleared beside a stable that is not ready, and the next deployment mends it',
    async () => {
      const { live, rollout, calls, failAll, canary } = await cases().live(HTTP_ROUTE);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      await failAll(ONE);

      const { notes } = await second.takeBack();

      expect(notes.join(' ')).toMatch(/is not ready\. Deployment \S+: 0 of 3 pods are ready/);
      expect(await canary()).toBeNull();
      expect(live).toBeDefined();
      const third = await rollout(THREE);
      await third.plan();
      await third.promote();
      expect(await calls()).toEqual({ [THREE]: 100 });
    },
    LIMIT_MS,
  );

  test.each([HTTP_ROUTE, BLUE_GREEN])(
    'without stable’s manifests the calls go home all the same, on %j',
    async (route) => {
      const { rollout, calls, remove } = await cases().live(route);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(route.kind === 'blueGreen' ? 100 : 25);
      await remove({ kind: 'ConfigMap', name: `slipway-orders-${second.versions().stable}` });

      await second.takeBack();

      expect(await calls()).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'without the workload’s record the next deployment starts from what is there',
    async () => {
      const { rollout, calls, remove } = await cases().live(REPLICAS);
      await remove({ kind: 'ConfigMap', name: 'slipway-orders' });
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      expect(await calls()).toEqual({ [ONE]: 75, [TWO]: 25 });
      await second.takeBack();
      expect(await calls()).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test.each([
    [REPLICAS, HTTP_ROUTE, 25],
    [REPLICAS, BLUE_GREEN, 100],
    [HTTP_ROUTE, REPLICAS, 25],
    [BLUE_GREEN, REPLICAS, 25],
  ])(
    'a route that is changed from %j to %j gives the canary its share, and takes it back',
    async (from, to, percent) => {
      const { rollout, calls } = await cases().live(from);
      const second = await rollout(TWO, to);
      await second.plan();
      await second.weigh(percent);
      expect(await calls(to)).toEqual(percent === 100 ? { [TWO]: 100 } : { [ONE]: 75, [TWO]: 25 });
      await second.takeBack();
      expect(await calls(to)).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'a team’s own split beside the workload stays as it is',
    async () => {
      const shared = [
        { name: 'orders', port: 80, weight: 20 },
        { name: 'orders-legacy', port: 80, weight: 80 },
      ];
      const { rollout, weights } = await cases().live(HTTP_ROUTE, shared);
      expect(await weights()).toEqual([20, 0, 80]);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(10);
      expect(await weights()).toEqual([18, 2, 80]);
      await second.takeBack();
      expect(await weights()).toEqual([20, 0, 80]);
    },
    LIMIT_MS,
  );

  test('a selector with a typo is refused before anything is done', async () => {
    const { rollout } = await cases().ready(REPLICAS, { selector: { app: 'order' } });
    await expect((await rollout(ONE)).plan()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('nobody would answer'),
    });
  });

  test('pods of others behind the Service are named, and refused', async () => {
    const { rollout, apply } = await cases().ready(REPLICAS, { selector: { team: 'shop' } });
    await apply(aDeployment({ name: 'basket', labels: { app: 'basket', team: 'shop' }, image: ONE }));
    await current().settle(
      async () => (await podsBy(current(), { app: 'basket' })).filter(isReady).length === 3,
      'the pods of others are ready',
    );
    await expect((await rollout(ONE)).plan()).rejects.toThrow('by which pods of others get calls too: basket-');
  });

  test(
    'an HTTPRoute of the team’s own folder is theirs, and its weights are Slipway’s',
    async () => {
      const { rollout, weights, apply } = await cases().ready(HTTP_ROUTE, { hasOwnRoute: true });
      await apply(anHttpRoute([{ name: 'orders', port: 80 }]));
      const first = await rollout(ONE);
      await first.plan();
      await first.promote();
      expect(await weights()).toEqual([100, 0]);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      expect(await weights()).toEqual([75, 25]);
      await second.promote();
      expect(await weights()).toEqual([100, 0]);
    },
    LIMIT_MS,
  );
}

interface Folder {
  readonly selector?: Labels;
  readonly hasOwnRoute?: boolean;
}

/** Orders to a workload of a folder of its own, with a route that the team has made. */
function aCase(stage: ClusterStage) {
  const { cluster, namespace } = stage;
  const target = (route: Route): WorkloadTarget => ({
    kind: 'kubernetes',
    cluster: 'tests',
    namespace,
    workload: 'orders',
    route,
    readyWithin: { seconds: 20 },
  });
  const placed = (object: ClusterObject) => ({ ...object, metadata: { ...object.metadata, namespace } });
  const apply = async (object: ClusterObject) => void (await cluster.apply({ objects: [placed(object)], force: true }));
  const ready = async (route: Route, { selector = { app: 'orders' }, hasOwnRoute = false }: Folder = {}) => {
    const own = [
      aService(selector),
      aDeployment({ name: 'orders', labels: { app: 'orders', team: 'shop' }, image: 'shop/good:0' }),
      ...(hasOwnRoute ? [anHttpRoute([{ name: 'orders', port: 80 }])] : []),
    ];
    const folder = await stage.folder(own);
    let fence = 0;
    return {
      apply,
      rollout: async (image: string, on: Route = route) => {
        fence += 1;
        if (on.kind === 'httpRoute' && !hasOwnRoute && (await cluster.get(placedRef(on))) === null)
          await apply(anHttpRoute([{ name: 'orders', port: 80 }]));
        const run = (order: Parameters<ClusterStage['carryOut']>[0]) => stage.carryOut(order);
        return rolloutOf({ target: target(on), run }, { fence, wanted: { image }, manifests: { folder } });
      },
      calls: (on: Route = route) => callsTo(stage, target(on)),
      weights: async () => {
        const found = await cluster.get(placedRef(HTTP_ROUTE));
        const [rule] = listOf(specOf(found ?? {}).rules);
        return listOf(rule?.backendRefs).map(({ weight }) => weight);
      },
      canary: () =>
        cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders-canary', namespace } }),
      remove: ({ kind, name }: { readonly kind: string; readonly name: string }) =>
        cluster.remove([{ apiVersion: 'v1', kind, metadata: { name, namespace } }]),
      failAll: async (image: string) => {
        for (const pod of await podsBy(stage, { app: 'orders' }))
          if (imageOf(pod) === image) await stage.loseReadiness(pod.metadata.name);
      },
    };
  };
  const placedRef = (route: Route): ObjectRef => {
    const ref = routeRef(target(route));
    if (ref === null) throw new Error('It has no route of its own.');
    return ref;
  };
  return {
    ready,
    /** With a first version live. */
    live: async (route: Route, backendRefs?: readonly object[]) => {
      const made = await ready(route);
      if (backendRefs !== undefined) await apply(anHttpRoute(backendRefs));
      const first = await made.rollout(ONE);
      await first.plan();
      await first.promote();
      return { ...made, live: first };
    },
  };
}

const podsBy = ({ cluster, namespace }: ClusterStage, labels: Labels) =>
  cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });

const imageOf = (pod: ClusterObject) => String(listOf(specOf(pod).containers)[0]?.image);

/** Who answers, by image, in percent: the ready pods that a Service selects, by the weights of the route. */
async function callsTo(stage: ClusterStage, target: WorkloadTarget): Promise<Readonly<Record<string, number>>> {
  const ref = routeRef(target);
  const route = ref === null ? null : await stage.cluster.get(ref);
  const canary = route === null ? 0 : (weightIn(route, 'orders') ?? 0);
  const shares: Record<string, number> = {};
  for (const [name, percent] of [
    ['orders', 100 - canary],
    ['orders-canary', canary],
  ] as const) {
    if (percent === 0) continue;
    const service = await stage.cluster.get({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: stage.namespace },
    });
    const pods = (await podsBy(stage, fieldsOf(specOf(service ?? {}).selector) as Labels)).filter(isReady);
    const who = pods.length === 0 ? ['nobody'] : pods.map(imageOf);
    for (const one of who) shares[one] = (shares[one] ?? 0) + percent / who.length;
  }
  return Object.fromEntries(Object.entries(shares).map(([image, percent]) => [image, Math.round(percent)]));
}

function aService(selector: Labels): ClusterObject {
  const spec = { selector, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec };
}

function anHttpRoute(backendRefs: readonly object[]): ClusterObject {
  const spec = { rules: [{ backendRefs }] };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'front' }, spec };
}

function aDeployment({
  name,
  labels,
  image,
}: {
  readonly name: string;
  readonly labels: Labels;
  readonly image: string;
}): ClusterObject {
  const containers = [{ name: 'app', image, resources: { requests: { cpu: '50m', memory: '32Mi' } } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}
