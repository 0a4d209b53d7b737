/**
 * Makes a workload what its record says. Forward, new pods are ready before a call goes to them; on the way back, calls
 * leave first and pods after. Every step may be repeated, and before each the record is read again: who has been overtaken
 * puts right what it may have done since, and stops.
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
  /** Also on the way forward, fields that somebody else has set are taken over. */
  readonly takesOver?: boolean | undefined;
  /** False: for the pods of stable it does not wait. */
  readonly waits?: boolean;
}

export interface Converged extends WentBack {
  /** With another revision where somebody had deleted the record meanwhile. */
  readonly stored: StoredRecord;
  readonly pods: readonly PodCount[];
}

/** Returns what is there then. Throws Conflict when it was overtaken. */
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

/** By an order of the same way back, which knows more by now: what is left to do is done when this one is repeated. */
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

/** A word, not an error: it is caught right here. */
const OVERTAKEN = Symbol('overtaken');
const PUT_RIGHT_TRIES = 3;

/** What was applied after somebody else's record was written may be in the way of it: so that record is followed now. */
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
  // Last of all, when one version has all the calls.
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
 * A promotion replaces stable's pods in place. Where that may leave none of them ready, all calls are with the canary meanwhile,
 * which has as many pods then. Blue/green has them anyway. Returns whether they are there.
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

/** By its own strategy, or by that of the version which replaces its pods: the strategy changes before them. */
async function mayEmpty({ ports, target, stored }: Bring, stable: ClusterObject): Promise<boolean> {
  if (mayRunEmpty(stable)) return true;
  const objects = await readVersion(ports, { target, version: stored.record.stable });
  const { replicas } = specOf(stable);
  return objects.some((object) => object.kind === 'Deployment' && mayRunEmpty(withReplicas(object, replicas)));
}

function withReplicas(object: ClusterObject, replicas: unknown): ClusterObject {
  return { ...object, spec: { ...specOf(object), replicas } };
}

/** Before its first pod: what an earlier route left open, or the team's own hand, would lead calls to it as soon as it is ready. */
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

/** Nobody has taken a workload whose record was deleted: it is written again. */
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
