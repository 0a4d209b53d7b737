/**
 * Gives the canary of a workload its share of the calls, or all of them: the record first, then the pods, then the
 * calls.
 */

import { SlipwayError } from '../../domain/errors.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import {
  admitForward,
  holdsSplit,
  homeOf,
  type Split,
  type StoredRecord,
  shareOf,
} from '../../domain/workload/workload-record.ts';
import { hasWeights } from '../../domain/workload/workload-route.ts';
import { requireAnsweringPods } from './check-first-service.ts';
import { convergeWorkload } from './converge-workload.ts';
import { readyBrake } from './ready-brake.ts';
import { type ClusterPorts, claimWorkload, readVersion } from './workload-store.ts';

export type WeightOrder = Extract<ClusterOrder, { readonly do: 'setWeight' | 'promote' }>;

export async function setWorkloadWeight(ports: ClusterPorts, order: WeightOrder): Promise<ClusterDone> {
  const { target, canary, takesOver } = order;
  const split = splitFor(order);
  // Read before anything is recorded: without its manifests the canary cannot go further.
  await readVersion(ports, { target, version: canary });
  if (split.canary !== null) await requireAnsweringPods(ports, { target, stable: split.stable });
  const claimed = await claimWorkload(ports, {
    target,
    holder: order,
    closed: false,
    about: canary,
    decide(present) {
      admitForward(present, order);
      requireRecordedSplit(present, { order, split });
      return { split };
    },
  });
  const { pods, stored } = await convergeWorkload(ports, { target, stored: claimed, way: 'forward', takesOver });
  return {
    do: order.do,
    ok: true,
    revision: stored.revision,
    stable: stored.record.stable,
    version: canary,
    percent: shareOf(stored.record, canary),
    foundPercent: stored.record.was,
    cleared: null,
    pods,
    notes: [],
    brake: await readyBrake(ports, { target, record: stored.record }),
  };
}

/**
 * Where pods are the weights, all calls on the canary means that all pods are new. Then there is no stable version
 * beside it.
 */
function splitFor({ do: act, target, stable, canary, canaryPercent }: WeightOrder): Split {
  const isWhole = act === 'promote' || (canaryPercent >= 100 && !hasWeights(target));
  return isWhole ? homeOf(canary) : { stable, canary, canaryPercent };
}

/** The revision is the lock: an order that was decided on another revision is refused. */
function requireRecordedSplit(
  { record, revision }: StoredRecord,
  { order, split }: { readonly order: WeightOrder; readonly split: Split },
): void {
  if (revision === order.revision || holdsSplit(record, split)) return;
  throw new SlipwayError(
    'Conflict',
    `The record of ${order.target.workload} is not as deployment ${order.deploymentId} left it: ${100 - record.canaryPercent} % on version ${record.stable}${record.canary === null ? '' : `, ${record.canaryPercent} % on version ${record.canary}`}. Find out who changed it, if not an order of its own whose end nobody heard of; then deploy again.`,
  );
}
