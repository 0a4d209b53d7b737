/** From the event of an alarm to no call on the canary, on a real control plane, by each route that splits calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { weightIn } from '../src/domain/cluster/route-weights.ts';
import { frontRef, routeRef, selectedTrack } from '../src/domain/cluster/workload-route.ts';
import type { Route, WorkloadTarget } from '../src/domain/service-spec.ts';
import { kubectlClusters } from '../src/kubernetes/kubectl-clusters.ts';
import type { ReachedCluster } from '../src/ports/clusters.ts';
import type { Namespace } from '../tests/cluster/a-namespace.ts';
import type { Slipway } from '../tests/cluster/a-slipway.ts';
import { kubectlSettings } from '../tests/cluster/kubectl-settings.ts';
import { baking, ended, until } from './cluster-looks.ts';
import { median, type Row } from './row.ts';

const NAME = 'orders';
const ONE = 'nginx:1.28';
const TWO = 'nginx:1.29';
const TRIES = 5;
const LOOK_EVERY_MS = 10;
const GIVE_UP_MS = 60_000;
const SECONDS_MAX = 0.5;

export const SPLIT_BY: readonly Route[] = [
  { kind: 'replicas' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: NAME },
  { kind: 'albIngress', name: NAME },
];

/** The median of a few alarms, one after the other. A canary of blue/green has all the calls or none. */
export async function alarmRow(
  slipway: Slipway,
  { route, namespace }: { route: Route; namespace: Namespace },
): Promise<Row> {
  await namespace.apply(...routesTo(NAME));
  const percent = route.kind === 'blueGreen' ? 100 : 25;
  const strategy = [{ setWeight: percent }, { bake: { minutes: 30 } }];
  const target = { route, manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] } };
  await slipway.register({ name: NAME, strategy, target: { ...target, readyWithin: { minutes: 5 } } });
  await ended(slipway, { id: await slipway.deploy(NAME, ONE) });
  const isHome = await looker({ route, namespace });
  const seconds: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const id = await slipway.deploy(NAME, TWO);
    await baking(slipway, { id });
    const firedAt = performance.now();
    slipway.turnRed(NAME);
    while (!(await isHome())) {
      if (performance.now() > firedAt + GIVE_UP_MS) throw new Error(`By ${route.kind}, the calls stay on the canary.`);
      await sleep(LOOK_EVERY_MS);
    }
    seconds.push((performance.now() - firedAt) / 1_000);
    await until(slipway, { id, is: ({ settledAt }) => settledAt !== null });
    slipway.turnGreen(NAME);
  }
  const p50 = median(seconds);
  return {
    what: `alarm event to no call on the canary by ${route.kind}, in process: p50 of ${TRIES}`,
    goal: `<= ${SECONDS_MAX} s`,
    measured: `${p50.toFixed(2)} s`,
    ok: p50 <= SECONDS_MAX,
  };
}

/** Whether the object that leads calls leads none to the canary, asked without kubectl. */
async function looker({ route, namespace }: { route: Route; namespace: Namespace }): Promise<() => Promise<boolean>> {
  const cluster: ReachedCluster | null = await kubectlClusters(kubectlSettings(namespace)).reach(NAME);
  if (cluster === null) throw new Error('The control plane cannot be reached without kubectl.');
  const target = { route, namespace: namespace.name, workload: NAME } as WorkloadTarget;
  const weighed = routeRef(target);
  return async () => {
    const object = await cluster.get(weighed ?? frontRef(target));
    if (object === null) return false;
    return weighed === null ? selectedTrack(object) === 'stable' : weightIn(object, NAME) === 0;
  };
}

/** As a team would make them, one of either kind. */
export function routesTo(name: string): readonly object[] {
  const rules = [{ backendRefs: [{ name, port: 80 }] }];
  const targetGroups = [{ serviceName: name, servicePort: 80, weight: 100 }];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  return [
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { rules } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, annotations: { [`alb.ingress.kubernetes.io/actions.${name}`]: action } },
      spec: { defaultBackend: { service: { name, port: { name: 'use-annotation' } } } },
    },
  ];
}
