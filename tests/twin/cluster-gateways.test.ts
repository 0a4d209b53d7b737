import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { simulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';

const namespace = 'shop';
const route = (weight: number): ClusterObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'front', namespace },
  spec: {
    rules: [
      {
        backendRefs: [
          { name: 'orders', port: 80, weight: 100 - weight },
          { name: 'orders-canary', port: 80, weight },
        ],
      },
    ],
  },
});
const ingress = (weight: number): ClusterObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'front', namespace, annotations: { weight: String(weight) } },
  spec: { defaultBackend: { service: { name: 'orders', port: { name: 'use-annotation' } } } },
});

function scene(gatewayLag?: { readonly httpRouteMs: number; readonly albIngressMs: number }) {
  const scheduler = virtualScheduler({ startAt: 0 });
  const cluster = simulatedCluster({ scheduler, random: seededRandom(1), namespaces: [namespace], gatewayLag });
  const apply = (object: ClusterObject) => cluster.applyByHand({ manager: 'team', object });
  const weightOf = (object: ClusterObject | undefined) => {
    const { rules } = (object?.spec ?? {}) as { rules?: { backendRefs: { weight: number }[] }[] };
    return rules?.[0]?.backendRefs[1]?.weight;
  };
  const observed = () => {
    const { parents = [] } = (cluster.find(route(0))?.status ?? {}) as {
      parents?: { conditions: { observedGeneration: number }[] }[];
    };
    return parents.flatMap(({ conditions }) => conditions.map(({ observedGeneration }) => observedGeneration));
  };
  const pass = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return { cluster, apply, weightOf, observed, pass };
}

const LAG = { httpRouteMs: 3_000, albIngressMs: 9_000 };

describe('a simulated gateway', () => {
  test('the gateway routes calls by a new weight some time after it was written, and its status says so then', async () => {
    const { cluster, apply, weightOf, observed, pass } = scene(LAG);
    apply(route(0));
    expect(observed()).toEqual([1, 1]);
    apply(route(30));
    await pass(900);
    expect([weightOf(cluster.find(route(0))), weightOf(cluster.routed(route(0)))]).toEqual([30, 0]);
    expect(observed()).toEqual([1, 1]);
    await pass(2_200);
    expect(weightOf(cluster.routed(route(0)))).toBe(30);
    expect(observed()).toEqual([2, 2]);
  });

  test('the gateway never returns to a weight that a later weight has replaced', async () => {
    const { cluster, apply, weightOf, pass } = scene(LAG);
    apply(route(0));
    for (const weight of [10, 20, 30, 40, 50]) apply(route(weight));
    const seen: unknown[] = [];
    for (let steps = 0; steps < 40; steps += 1) {
      await pass(100);
      seen.push(weightOf(cluster.routed(route(0))));
    }
    expect(seen).toEqual([...seen].sort((one, other) => Number(one) - Number(other)));
    expect(seen.at(-1)).toBe(50);
  });

  test('the gateway routes no call after its route was deleted', async () => {
    const { cluster, apply } = scene(LAG);
    apply(route(0));
    cluster.removeByHand(route(0));
    expect(cluster.routed(route(0))).toBeUndefined();
  });
});

test('a load balancer writes no status, and tells watchers when its calls go elsewhere', async () => {
  const { cluster, apply, pass } = scene(LAG);
  apply(ingress(0));
  apply(ingress(30));
  const told: string[] = [];
  cluster.onChange(({ kind }) => told.push(kind));
  await pass(2_900);
  expect(cluster.routed(ingress(0))?.metadata.annotations).toEqual({ weight: '0' });
  await pass(6_200);
  expect(cluster.routed(ingress(0))?.metadata.annotations).toEqual({ weight: '30' });
  expect(cluster.find(ingress(0))?.status).toBeUndefined();
  expect(told).toEqual(['Ingress']);
});

test('a cluster without a gateway routes calls at once by the written weight, and no status says so', () => {
  const { cluster, apply, weightOf, observed } = scene();
  apply(route(0));
  apply(route(30));
  expect(weightOf(cluster.routed(route(0)))).toBe(30);
  expect(observed()).toEqual([]);
});

test('after a scale by hand the person owns the number of pods', () => {
  const { cluster, apply } = scene();
  const labels = { app: 'orders' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'good:1' }] } },
    },
  };
  apply(deployment);
  cluster.scaleByHand({ ref: deployment, replicas: 5, manager: 'kubectl' });
  expect(cluster.find(deployment)?.spec).toMatchObject({ replicas: 5 });
});
