/**
 * Looks for a Deployment from before Slipway that has the name of the workload. Returns what it would be as version 0,
 * or says why it cannot become version 0. It changes nothing.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { Permission } from '../../domain/workload/cluster-call.ts';
import { type ClusterObject, objectName } from '../../domain/workload/cluster-object.ts';
import {
  type FoundWorkload,
  foundWorkload,
  isControlledBy,
  refuseOtherPods,
  refuseOwned,
} from '../../domain/workload/found-deployment.ts';
import {
  deploymentRef,
  fieldsOf,
  isAutoscaled,
  isOwn,
  type Labels,
  specOf,
} from '../../domain/workload/workload-objects.ts';
import { frontRef } from '../../domain/workload/workload-route.ts';
import type { ClusterPorts } from './workload-store.ts';

type OnCluster = Pick<ClusterPorts, 'cluster'>;

export interface FoundDeployment extends FoundWorkload {
  /** The pods of its ReplicaSets. */
  readonly pods: readonly ClusterObject[];
}

/** Adoption adds labels to existing objects and makes no new ones. */
const TO_ADOPT: readonly Permission[] = [
  ...(['get', 'list', 'update'] as const).map((verb) => ({ verb, resource: 'replicasets.apps' })),
  ...(['get', 'update'] as const).map((verb) => ({ verb, resource: 'pods' })),
];

interface Wanted {
  readonly target: WorkloadTarget;
  /** The objects of the version that comes next. */
  readonly objects: readonly ClusterObject[];
}

/**
 * Returns null when there is no such Deployment, or when it is Slipway's. Throws InvalidRequest when it cannot become
 * version 0.
 */
export async function findDeployment(ports: OnCluster, { target, objects }: Wanted): Promise<FoundDeployment | null> {
  const { cluster } = ports;
  const live = await cluster.get(deploymentRef(target, 'stable'));
  if (live === null) {
    await refuseOtherKinds(ports, { target, objects });
    return null;
  }
  if (isOwn(live, target)) return null;
  refuseOwned(live);
  const wanted = objects.find(({ kind }) => kind === 'Deployment');
  if (wanted !== undefined) refuseOtherPods(live, wanted);
  await mayAdopt(ports, target);
  const { namespace } = target;
  const scalers = await cluster.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace });
  const others = await foundObjects(ports, { target, objects });
  const isScaled = isAutoscaled([...scalers, ...others], target);
  const sets = await setsOf(ports, live);
  return {
    ...foundWorkload({ live: [live, ...others], isScaled }),
    pods: (await podsBy(ports, live)).filter((pod) => sets.some((set) => isControlledBy(pod, set))),
  };
}

export async function setsOf({ cluster }: OnCluster, deployment: ClusterObject): Promise<readonly ClusterObject[]> {
  const sets = await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...placeOf(deployment) });
  return sets.filter((set) => isControlledBy(set, deployment));
}

export function podsBy({ cluster }: OnCluster, deployment: ClusterObject): Promise<readonly ClusterObject[]> {
  return cluster.list({ apiVersion: 'v1', kind: 'Pod', ...placeOf(deployment) });
}

function placeOf(deployment: ClusterObject): { readonly namespace: string; readonly labels: Labels } {
  const labels = fieldsOf(fieldsOf(specOf(deployment).selector).matchLabels) as Labels;
  return { namespace: deployment.metadata.namespace ?? '', labels };
}

/**
 * Returns the objects of the new version as they are live now, and the Service through which callers come. It leaves
 * out Jobs: they have run, and do not run again.
 */
async function foundObjects({ cluster }: OnCluster, { target, objects }: Wanted): Promise<readonly ClusterObject[]> {
  const kept = objects.filter(({ kind }) => kind !== 'Deployment' && kind !== 'Job');
  const front = frontRef(target);
  const hasFront = kept.some(({ kind, metadata }) => kind === front.kind && metadata.name === front.metadata.name);
  const refs = hasFront ? kept : [...kept, front];
  const found = await Promise.all(refs.map((ref) => cluster.get(ref).catch(unread)));
  return found.flatMap((object) => object ?? []);
}

async function mayAdopt({ cluster }: OnCluster, { namespace, workload }: WorkloadTarget): Promise<void> {
  const denied = await cluster.denied(namespace, TO_ADOPT);
  if (denied.length === 0) return;
  const what = denied.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  throw new SlipwayError(
    'InvalidRequest',
    `Deployment ${namespace}/${workload} was there before Slipway, which has to label its pods, and may not ${what} there. Apply k8s/access again in namespace ${namespace}, then deploy again.`,
  );
}

const OTHER_KINDS = [
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
] as const;

/**
 * Refuses a workload with the same name that is no Deployment: it would keep running beside the Deployment that Slipway
 * makes.
 */
async function refuseOtherKinds({ cluster }: OnCluster, { target, objects }: Wanted): Promise<void> {
  const { namespace, workload: name } = target;
  const refs = OTHER_KINDS.map((kind) => ({ ...kind, metadata: { name, namespace } })).filter(
    ({ kind }) => !objects.some((object) => object.kind === kind && object.metadata.name === name),
  );
  const found = (await Promise.all(refs.map((ref) => cluster.get(ref).catch(unread)))).find((one) => one !== null);
  if (found === undefined || found === null) return;
  const next =
    found.kind === 'Rollout'
      ? 'Turn it into a Deployment first: one of two controllers moves the calls'
      : 'Give the workload another name';
  throw new SlipwayError(
    'InvalidRequest',
    `${objectName(found)} is there, and Slipway deploys a Deployment, whose pods would come beside its pods. ${next}, then deploy again.`,
  );
}

/** An object that Slipway may not read, or of a kind that the cluster does not have, is unknown. */
function unread(error: unknown): null {
  if (!isSlipwayError(error) || error.name === 'Transient') throw error;
  return null;
}
