/** All checks before a rollout changes a cluster: permissions, names, the route, and a dry run by the API server. */

import { SlipwayError } from '../../domain/errors.ts';
import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { Permission } from '../../domain/workload/cluster-call.ts';
import { type ClusterObject, objectName } from '../../domain/workload/cluster-object.ts';
import { refuseClosedPorts } from '../../domain/workload/first-service.ts';
import { asFound, isFoundVersion } from '../../domain/workload/found-deployment.ts';
import { isPaused } from '../../domain/workload/paused.ts';
import type { CountOrder } from '../../domain/workload/pod-count.ts';
import { limitNotes, refuseEndless } from '../../domain/workload/rollout-limits.ts';
import { portsIn, weightNotes, withWeight } from '../../domain/workload/route-weights.ts';
import {
  deploymentRef,
  listOf,
  replicasOf,
  specOf,
  templateOf,
  trackDeployment,
} from '../../domain/workload/workload-objects.ts';
import { NO_VERSION, type StoredRecord } from '../../domain/workload/workload-record.ts';
import { hasWeights, ownRoute, routeRef } from '../../domain/workload/workload-route.ts';
import { applyVersion, triedObjects } from './version-objects.ts';
import { type ClusterPorts, keepVersion, keptVersion } from './workload-store.ts';

/** The permissions that every rollout and rollback needs, whatever the route. */
const NEEDED: readonly Permission[] = [
  ...['deployments.apps', 'configmaps'].flatMap((resource) =>
    (['get', 'list', 'create', 'update', 'patch', 'delete'] as const).map((verb) => ({ verb, resource })),
  ),
  ...(['get', 'create', 'update', 'patch'] as const).map((verb) => ({ verb, resource: 'services' })),
  { verb: 'list', resource: 'pods' },
  { verb: 'list', resource: 'horizontalpodautoscalers.autoscaling' },
];

/** The object that splits the calls changes at each step and during a rollback. */
function neededFor({ route: { kind } }: WorkloadTarget): readonly Permission[] {
  const resource =
    kind === 'httpRoute'
      ? 'httproutes.gateway.networking.k8s.io'
      : kind === 'albIngress'
        ? 'ingresses.networking.k8s.io'
        : null;
  return resource === null ? [] : (['get', 'update'] as const).map((verb) => ({ verb, resource }));
}

export async function mayDoAll({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<void> {
  const { namespace } = target;
  const denied = await cluster.denied(namespace, [...NEEDED, ...neededFor(target)]);
  if (denied.length === 0) return;
  const what = denied.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  throw new SlipwayError(
    'InvalidRequest',
    `Slipway may not ${what} in namespace ${namespace}. Bind its group to the Role of k8s/access there, then deploy again.`,
  );
}

interface WantedFacts {
  readonly order: PlanOrder;
  readonly before: StoredRecord;
  readonly version: string;
  readonly objects: readonly ClusterObject[];
}

export async function refuseUnchanged(
  ports: ClusterPorts,
  { order, before, version, objects }: WantedFacts,
): Promise<void> {
  if (before.record.stable !== version) return;
  const { target, deploymentId } = order;
  // The manifests may have been deleted, and the next deployment needs them for its rollback.
  if ((await keptVersion(ports, { target, version })) === null)
    await keepVersion(ports, { target, version, objects, deploymentId });
  const foreign = await imagesSetByHand(ports, { target, objects });
  const name = `Version ${version} of ${target.workload}, with the same image and manifests,`;
  const undo = `kubectl --namespace ${target.namespace} rollout undo deployment/${target.workload}`;
  // A rollback still has to clear what a superseded deployment left on the cluster.
  const unchanged = foreign.length === 0 && order.clears.length === 0 ? { unchanged: version } : {};
  throw new SlipwayError(
    'Conflict',
    foreign.length === 0
      ? `${name} holds all the traffic already. There is nothing to deploy.`
      : `${name} is live already, but somebody has set another image by hand: ${foreign.join(', ')}. Put it back with ${undo}, or deploy another version with "hotfix": true.`,
    { details: unchanged },
  );
}

async function imagesSetByHand(
  { cluster }: ClusterPorts,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<readonly string[]> {
  const imagesIn = (deployment: ClusterObject | null | undefined) =>
    listOf(specOf(templateOf(deployment ?? {})).containers).map(({ image }) => String(image));
  const wanted = imagesIn(objects.find(({ kind }) => kind === 'Deployment'));
  return imagesIn(await cluster.get(deploymentRef(target, 'stable'))).filter((image) => !wanted.includes(image));
}

/** Refuses a paused Deployment: its promotion would change no pod, and no error would tell why. */
export function refusePaused(live: ClusterObject | null, { target, takesOver }: PlanOrder): void {
  if (live === null || !isPaused(asFound(live)) || takesOver === true) return;
  throw new SlipwayError(
    'InvalidRequest',
    `${objectName(live)} was paused by somebody, and a paused Deployment makes no pods of another version. Run kubectl --namespace ${target.namespace} rollout resume deployment/${target.workload}, or deploy again with "hotfix": true, which lets it go on.`,
  );
}

/**
 * Refuses, before the rollout begins, a route that does not lead to the workload. Returns what the weights of the route
 * cannot express.
 */
export async function requireRoute(
  { cluster }: ClusterPorts,
  { order, objects }: Pick<WantedFacts, 'order' | 'objects'>,
): Promise<readonly string[]> {
  const { target, weights } = order;
  const ref = routeRef(target);
  if (ref === null) return [];
  const route = (await cluster.get(ref)) ?? ownRoute(objects, target);
  if (route === null) {
    throw new SlipwayError(
      'NotFound',
      `There is no ${objectName(ref)}. Create it with a way to Service ${target.workload}, or correct the route of the service.`,
    );
  }
  const { workload } = target;
  withWeight(route, { workload, canaryPercent: 0 });
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === workload);
  if (service !== undefined) refuseClosedPorts(service, { route, ports: portsIn(route, workload) });
  return weightNotes(route, { workload, weights });
}

/** Refuses a rollout that cannot end in time. Returns what a person should know about its times. */
export function limitsOf(objects: readonly ClusterObject[], { target, manifests }: PlanOrder): readonly string[] {
  const { readyWithin } = target;
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  for (const one of deployments) refuseEndless(one, { readyWithin, replicas: replicasOf(objects, target) });
  return 'folder' in manifests ? deployments.flatMap((one) => limitNotes(one, { readyWithin })) : [];
}

/** Asks the API server whether it accepts the objects, first as the canary's and then as stable's. */
export async function requireAccepted(
  ports: ClusterPorts,
  facts: WantedFacts & { readonly count: CountOrder },
): Promise<void> {
  const { order, before, version, objects, count } = facts;
  const { target } = order;
  const canary = trackDeployment(objects, { target, version, track: 'canary', replicas: 1 });
  const isTried =
    before.record.stable !== NO_VERSION && (hasWeights(target) || order.weights.some((percent) => percent < 100));
  const stable = triedObjects(objects, { target, version, count });
  await applyVersion(ports, {
    target,
    objects: [...stable, ...(isTried ? [canary] : [])],
    dryRun: true,
    force: order.takesOver === true || isFoundVersion(before.record.stable),
  });
}
