/** Sets what exists before anyone acts: functions and workloads with their traffic, alarms, and registered services. */

import type { ServiceSpec } from '../domain/service/service-spec.ts';
import { onCluster } from '../domain/service/target.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { ClusterPorts } from '../operations/workload/workload-store.ts';
import type { VirtualScheduler } from '../twin/scheduler.ts';
import type { Installation } from './installation.ts';
import { setTarget } from './played-target.ts';
import { type Scenario, STARTS_AT } from './scenario.ts';

export interface SceneOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly scheduler: VirtualScheduler;
}

/** Longer than pods take to start. */
const FIRST_VERSIONS_MS = 30_000;

/** Resolves when every workload with a version at the start has it. No person has acted by then. */
export async function setScene({ installation, scenario, scheduler }: SceneOrder): Promise<void> {
  const { cloud, ledger, moves } = installation;
  const { services, alarms, firstVersions, found, unpublished, folders } = scenario;
  for (const { path, objects } of folders) cloud.cluster.putFolder(path, objects);
  for (const check of ['check', 'refusal'])
    cloud.addFunction({ name: check, alias: 'live', artifact: { image: check } });
  for (const spec of services) {
    const { name, target } = spec;
    setTarget(cloud, { name, target, isFound: found.includes(name), isUnpublished: unpublished.includes(name) });
    void ledger.services.write({ spec, by: 'team', at: STARTS_AT });
  }
  const ports = { cluster: cloud.ports.cluster, pause: cloud.ports.pause, clock: scheduler };
  for (const name of firstVersions)
    void bringFirstVersion(ports, { spec: services.find((spec) => spec.name === name), image: 'good:1' });
  await scheduler.advanceTo(scheduler.now() + FIRST_VERSIONS_MS);
  for (const { name, target } of services) moves.watch({ name, target });
  for (const alarm of alarms) cloud.alarms.putAlarm(alarm, 'OK');
}

/** Uses the orders of a rollout, for a deployment that the ledger does not have. */
export async function bringFirstVersion(
  ports: ClusterPorts,
  { spec, image }: { readonly spec: ServiceSpec | undefined; readonly image: string },
): Promise<void> {
  const brought = onCluster(spec?.target);
  if (spec === undefined || brought === null) return;
  const { manifests, ...target } = brought;
  const whose = { deploymentId: 'before', fence: 0, service: spec.name, target };
  const plan = { ...whose, do: 'plan', wanted: { image }, manifests, weights: [], clears: [] } as const;
  const planned = await runClusterOrder(ports, plan);
  if (!planned.ok || planned.version === null || planned.revision === null) return;
  const { stable, version: canary, revision } = planned;
  await runClusterOrder(ports, { ...whose, do: 'promote', stable, canary, canaryPercent: 100, revision });
}
