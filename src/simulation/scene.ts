/** What is there before anybody acts: functions and workloads with their traffic, alarms, and registered services. */

import { LATEST } from '../domain/lambda/version-fact.ts';
import type { KubernetesTarget, ServiceSpec } from '../domain/service/service-spec.ts';
import { routeRef } from '../domain/workload/workload-route.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { ClusterPorts } from '../operations/workload/workload-store.ts';
import { WORKLOAD_ALIAS, workloadFunction } from '../twin/cloud/workload-calls.ts';
import type { VirtualScheduler } from '../twin/scheduler.ts';
import { setFound } from './found-workloads.ts';
import type { Installation } from './installation.ts';
import { type Scenario, STARTS_AT } from './scenario.ts';

export interface SceneOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly scheduler: VirtualScheduler;
}

/** Longer than pods take to start. */
const FIRST_VERSIONS_MS = 30_000;

/** Resolves when those workloads that have a version from the beginning have it; then nobody has done anything yet. */
export async function setScene({ installation, scenario, scheduler }: SceneOrder): Promise<void> {
  const { cloud, ledger, moves } = installation;
  const { services, alarms, firstVersions, found, unpublished, folders } = scenario;
  for (const { path, objects } of folders) cloud.cluster.putFolder(path, objects);
  for (const check of ['check', 'refusal'])
    cloud.addFunction({ name: check, alias: 'live', artifact: { image: check } });
  for (const spec of services) {
    const { name, target } = spec;
    const requestsPerSecond = 20;
    if (target.kind === 'lambda') {
      cloud.addFunction({ name, alias: target.alias, artifact: { image: 'good' } });
      if (unpublished.includes(name))
        cloud.lambda.updateAlias({ functionName: name, alias: target.alias, functionVersion: LATEST });
      cloud.setLoad({ functionName: name, alias: target.alias, requestsPerSecond });
    } else {
      setWorkload(cloud, target);
      if (found.includes(name)) setFound(cloud.cluster, target);
      cloud.setLoad({ functionName: workloadFunction(target), alias: WORKLOAD_ALIAS, requestsPerSecond });
    }
    void ledger.services.write({ spec, by: 'team', at: STARTS_AT });
  }
  const ports = { cluster: cloud.ports.cluster, pause: cloud.ports.pause, clock: scheduler };
  for (const name of firstVersions)
    void bringFirstVersion(ports, { spec: services.find((spec) => spec.name === name), image: 'good:1' });
  await scheduler.advanceTo(scheduler.now() + FIRST_VERSIONS_MS);
  for (const { name, target } of services) moves.watch({ name, target });
  for (const alarm of alarms) cloud.alarms.putAlarm(alarm, 'OK');
}

/** By the very orders of a rollout, of a deployment that nobody remembers. */
export async function bringFirstVersion(
  ports: ClusterPorts,
  { spec, image }: { readonly spec: ServiceSpec | undefined; readonly image: string },
): Promise<void> {
  if (spec?.target.kind !== 'kubernetes') return;
  const { manifests, ...target } = spec.target;
  const whose = { deploymentId: 'before', fence: 0, service: spec.name, target };
  const plan = { ...whose, do: 'plan', wanted: { image }, manifests, weights: [], clears: [] } as const;
  const planned = await runClusterOrder(ports, plan);
  if (!planned.ok || planned.version === null || planned.revision === null) return;
  const { stable, version: canary, revision } = planned;
  await runClusterOrder(ports, { ...whose, do: 'promote', stable, canary, canaryPercent: 100, revision });
}

/** A namespace with nothing in it but the route: the first deployment brings the workload. */
export function setWorkload(cloud: Installation['cloud'], target: KubernetesTarget): void {
  cloud.cluster.addNamespace(target.namespace);
  setRoute(cloud, target);
  cloud.workloads.watch(target);
}

/** The object that carries the weights, where the route needs one. One that is there stays as it is. */
export function setRoute({ cluster }: Installation['cloud'], target: KubernetesTarget): void {
  const ref = routeRef(target);
  if (ref === null || cluster.find(ref) !== undefined) return;
  cluster.changeByHand({ manager: 'team', ref, change: routeTo(target) });
}

/** As a team would make it: all calls lead to the workload. */
function routeTo({ workload, route }: KubernetesTarget) {
  if (route.kind === 'httpRoute') return { spec: { rules: [{ backendRefs: [{ name: workload, port: 80 }] }] } };
  const action = {
    type: 'forward',
    forwardConfig: { targetGroups: [{ serviceName: workload, servicePort: 80, weight: 100 }] },
  };
  return {
    metadata: { annotations: { [`alb.ingress.kubernetes.io/actions.${workload}`]: JSON.stringify(action) } },
    spec: { defaultBackend: { service: { name: workload, port: { name: 'use-annotation' } } } },
  };
}
