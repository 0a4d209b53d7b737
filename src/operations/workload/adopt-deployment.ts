/**
 * Makes a Deployment from before Slipway the stable version 0, without a new pod. It adds the labels by which Slipway
 * tells pods apart to the Deployment, its ReplicaSets and its present pods. Every step may be repeated.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import { type ClusterObject, objectName } from '../../domain/workload/cluster-object.ts';
import {
  type Adopting,
  adopted,
  adoptedAs,
  adoptedPod,
  adoptedSet,
  adoptionBegun,
  isControlledBy,
  isFoundVersion,
} from '../../domain/workload/found-deployment.ts';
import { isObserved } from '../../domain/workload/workload-health.ts';
import { deploymentRef } from '../../domain/workload/workload-objects.ts';
import { admitForward, type StoredRecord } from '../../domain/workload/workload-record.ts';
import type { Guard } from './await-pods.ts';
import { type FoundDeployment, podsBy, setsOf } from './find-deployment.ts';
import { replaceAsRead } from './replace-as-read.ts';
import { type ClusterPorts, readRecord } from './workload-store.ts';

export interface AdoptOrder extends Adopting {
  readonly guard: Guard;
}

interface PlannedAdoption {
  readonly order: PlanOrder;
  readonly present: FoundDeployment;
  readonly stored: StoredRecord;
}

/** For the plan of the first deployment, while that deployment holds the workload. */
export function adoptFor(ports: ClusterPorts, { order, present, stored }: PlannedAdoption): Promise<void> {
  const { target, service } = order;
  const { stable } = stored.record;
  // When a plan is repeated, the record already has the name that the version got first.
  const version = isFoundVersion(stable) ? stable : present.version;
  const guard = async () => admitForward(await readRecord(ports, target), order);
  return adoptDeployment(ports, { target, service, version, guard });
}

/** Tells a person what the first deployment found. */
export function foundNotes({ workload }: WorkloadTarget, found: FoundDeployment | null): readonly string[] {
  if (found === null) return [];
  const fact = `Deployment ${workload} was there before Slipway. As it is, it is version ${found.version} now, to which the calls go back if the new one is bad`;
  return [`${fact}; its pods were given labels, and none was made anew.`];
}

const TRIES = 10;
const OBSERVED_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** Throws Transient when the controllers do not answer. The next order goes on where this one stopped. */
export async function adoptDeployment(ports: ClusterPorts, order: AdoptOrder): Promise<void> {
  const { target, guard } = order;
  const ref = deploymentRef(target, 'stable');
  await replaceAsRead(ports, { ref, change: (live) => adoptionBegun(live, order), guard, tries: TRIES });
  await finishAdoption(ports, order);
}

/** Does nothing when the adoption is already finished. */
async function finishAdoption(ports: ClusterPorts, order: AdoptOrder): Promise<void> {
  const { target, guard } = order;
  const ref = deploymentRef(target, 'stable');
  const deployment = await ports.cluster.get(ref);
  if (deployment === null || adoptedAs(deployment) === null) return;
  await labelPods(ports, { ...order, deployment });
  await replaceAsRead(ports, { ref, change: (live) => adopted(live, order), guard, tries: TRIES });
}

type Labelling = AdoptOrder & { readonly deployment: ClusterObject };

async function labelPods(ports: ClusterPorts, order: Labelling): Promise<void> {
  const { deployment, guard } = order;
  // Until its controller has seen the pause, the controller may still make a ReplicaSet.
  await observed(ports, { ref: deployment, guard });
  const sets: ClusterObject[] = [];
  for (const set of await setsOf(ports, deployment)) {
    await replaceAsRead(ports, { ref: set, change: (live) => adoptedSet(live, order), guard, tries: TRIES }).catch(
      gone,
    );
    // From now on, every new pod has the labels.
    const labelled = await observed(ports, { ref: set, guard });
    if (labelled !== null) sets.push(labelled);
  }
  for (const pod of await podsBy(ports, deployment)) {
    const set = sets.find((one) => isControlledBy(pod, one));
    if (set === undefined) continue;
    await replaceAsRead(ports, { ref: pod, change: (live) => adoptedPod(live, set), guard, tries: TRIES }).catch(gone);
  }
}

/** A pod may end at any moment, and the controller may delete an old ReplicaSet. */
function gone(error: unknown): null {
  if (!isSlipwayError(error, 'NotFound')) throw error;
  return null;
}

/** Returns the object as its controller has seen it; null when the object is gone. */
async function observed(
  { cluster, clock, pause }: ClusterPorts,
  { ref, guard }: { readonly ref: ClusterObject; readonly guard: Guard },
): Promise<ClusterObject | null> {
  const until = clock.now() + OBSERVED_WITHIN_MS;
  for (;;) {
    const live = await cluster.get(ref);
    if (live === null || isObserved(live)) return live;
    if (clock.now() >= until)
      throw new SlipwayError(
        'Transient',
        `The controller of ${objectName(ref)} has not seen its change for a minute. Look at the cluster's controllers; this is tried again.`,
      );
    await pause.sleep(LOOK_EVERY_MS);
    await guard();
  }
}
