/**
 * Makes a workload what its record says. In a rollout, new pods are ready before calls go to them; in a rollback, calls
 * leave before pods end. Every step may be repeated. Each step first reads the record again: an order that was fenced
 * off repairs what it may have changed since, and stops.
 */

import { SlipwayError } from '../../domain/errors.ts';
import type { PodCount } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { countPods } from '../../domain/workload/workload-health.ts';
import { deploymentRef, liveVersion, mayRunEmpty, podLabels, specOf } from '../../domain/workload/workload-objects.ts';
import type { StoredRecord, WorkloadRecord } from '../../domain/workload/workload-record.ts';
import { frontTrack, hasWeights } from '../../domain/workload/workload-route.ts';
import type { Guard } from './await-pods.ts';
import { awaitTakenUp } from './await-taken-up.ts';
import { bridgedLabels } from './bridge-service.ts';
import { type Bring, bringCanary, bringRoute, bringStable, removeCanary } from './bring-versions.ts';
import { goBack, type WentBack } from './go-back.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { routeCalls } from './route-calls.ts';
import { type ClusterPorts, readRecord, readVersion, writeRecord } from './workload-store.ts';

export interface ConvergeOrder {
  readonly target: WorkloadTarget;
  readonly stored: StoredRecord;
  readonly way: 'forward' | 'back';
  /** When true, a rollout also takes over fields that another tool or person has set. */
  readonly takesOver?: boolean | undefined;
  /** When false, it does not wait for the pods of stable. */
  readonly waits?: boolean;
}

export interface Converged extends WentBack {
  /** Its revision is new when the record had been deleted and was written again. */
  readonly stored: StoredRecord;
  readonly pods: readonly PodCount[];
}

/** Returns the state of the workload afterwards. Throws Conflict when the order was fenced off. */
export async function convergeWorkload(ports: ClusterPorts, order: ConvergeOrder): Promise<Converged> {
  try {
    const { revision, ...went } = await takeSteps(ports, order);
    return { ...went, stored: { ...order.stored, revision }, pods: await podsOf(ports, order.target) };
  } catch (error) {
    if (error !== OVERTAKEN) throw error;
    await putRight(ports, order.target);
    throw overtakenBy((await readRecord(ports, order.target)).record, order);
  }
}

/**
 * Another order of the same rollback fenced this order off and knows more by now. A repeat of this order does what is
 * left to do.
 */
function overtakenBy({ deploymentId }: WorkloadRecord, { target, way, stored }: ConvergeOrder): SlipwayError {
  const { workload } = target;
  return way === 'back' && deploymentId === stored.record.deploymentId
    ? new SlipwayError(
        'Transient',
        `Another order of ${deploymentId} took the workload ${workload} back in the meantime. This is tried again.`,
      )
    : new SlipwayError(
        'Conflict',
        `The workload ${workload} was taken over by ${deploymentId} in the meantime, and is left as that one wants it.`,
      );
}

/** A symbol and not an error, because it is caught in this file. */
const OVERTAKEN = Symbol('overtaken');
const PUT_RIGHT_TRIES = 3;

/**
 * What this order applied after the other order's record may conflict with that record. So this order follows the other
 * record now.
 */
async function putRight(ports: ClusterPorts, target: WorkloadTarget): Promise<void> {
  for (let tries = 0; tries < PUT_RIGHT_TRIES; tries += 1) {
    try {
      await takeSteps(ports, { target, stored: await readRecord(ports, target), way: 'back' });
      return;
    } catch (error) {
      if (error !== OVERTAKEN) throw error;
    }
  }
}

async function takeSteps(
  ports: ClusterPorts,
  order: ConvergeOrder,
): Promise<WentBack & Pick<StoredRecord, 'revision'>> {
  const { target, stored, way, takesOver, waits = true } = order;
  const { record } = stored;
  const { guard, revision } = held(ports, order);
  const bring = { ports, target, stored, way, takesOver, waits, guard };
  const went = await (way === 'back' ? goBack(bring) : goForward(bring));
  // The very last step, when one version has all the calls.
  if (record.canary === null && went.stays === null) await removeLeftovers(ports, { target, record, guard });
  return { ...went, revision: revision() };
}

async function goForward(bring: Bring): Promise<WentBack> {
  const { ports, target, stored, guard } = bring;
  const { canary, canaryPercent: percent } = stored.record;
  const canaryPercent = canary === null ? 0 : percent;
  const isAside = canary === null && (await leadAside(bring));
  if (canary !== null) await closeToCanary(bring);
  await bringCanary(bring);
  await bringStable({ ...bring, isAside });
  const isLedAnew = await routeCalls(ports, {
    ...{ target, canaryPercent, guard, way: 'forward' },
    front: frontTrack(target, canaryPercent),
  });
  await removeCanary(bring, { isLedAnew });
  return { stays: null, notes: [] };
}

/**
 * A promotion replaces stable's pods in place. When that may leave none of them ready, the canary takes all calls
 * meanwhile and gets as many pods. Blue/green always does this. Returns true when the canary has the calls.
 */
async function leadAside(bring: Bring): Promise<boolean> {
  const { ports, target, stored, guard } = bring;
  const version = stored.record.stable;
  const [stable, canary] = await Promise.all(
    (['stable', 'canary'] as const).map((track) => ports.cluster.get(deploymentRef(target, track))),
  );
  if (!hasWeights(target) || !stable || !canary || liveVersion(canary) !== version) return false;
  if (!(await mayEmpty(bring, stable)) && target.route.kind !== 'blueGreen') return false;
  const whole = { ...stored, record: { ...stored.record, canary: version, canaryPercent: 100 } };
  await bringCanary({ ...bring, stored: whole });
  const isLedAnew = await routeCalls(ports, {
    target,
    canaryPercent: 100,
    front: frontTrack(target, 100),
    guard,
    way: 'forward',
  });
  if (isLedAnew) await awaitTakenUp(ports, { target, ending: stable, guard });
  return true;
}

/**
 * True by the strategy of stable's Deployment, or by that of the version that replaces its pods: the strategy changes
 * before the pods.
 */
async function mayEmpty({ ports, target, stored }: Bring, stable: ClusterObject): Promise<boolean> {
  if (mayRunEmpty(stable)) return true;
  const objects = await readVersion(ports, { target, version: stored.record.stable });
  const { replicas } = specOf(stable);
  return objects.some((object) => object.kind === 'Deployment' && mayRunEmpty(withReplicas(object, replicas)));
}

function withReplicas(object: ClusterObject, replicas: unknown): ClusterObject {
  return { ...object, spec: { ...specOf(object), replicas } };
}

/**
 * Runs before the canary's first pod. An earlier route, or a change by the team, might otherwise send calls to the pod
 * once it is ready.
 */
async function closeToCanary(bring: Bring): Promise<void> {
  const { ports, target, stored, guard } = bring;
  if ((await ports.cluster.get(deploymentRef(target, 'canary'))) !== null) return;
  await bringRoute(bring);
  const { canary: version } = stored.record;
  const objects = version === null ? [] : await readVersion(ports, { target, version });
  const labels = await bridgedLabels(ports, { target, objects });
  const front = frontTrack(target, 0);
  await routeCalls(ports, { target, canaryPercent: 0, front, labels, guard, way: 'forward' });
}

/** When the record was deleted, no other order has taken the workload. So the record is written again. */
function held(ports: ClusterPorts, { target, stored }: ConvergeOrder): { guard: Guard; revision: () => string | null } {
  let own = stored.revision;
  const guard: Guard = async () => {
    const found = await readRecord(ports, target);
    if (found.revision === own) return;
    const written = found.revision === null ? await writeRecord(ports, { target, ...stored, revision: null }) : null;
    if (written === null) throw OVERTAKEN;
    own = written.revision;
  };
  return { guard, revision: () => own };
}

export async function podsOf({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<readonly PodCount[]> {
  const { namespace } = target;
  return countPods(await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) }));
}
