/**
 * Makes a workload what its record says. Forward, new pods are ready before a call goes to them; on the way back, calls
 * leave first and pods after. Every step may be repeated, and before each the record is read again: who has been overtaken
 * puts right what it may have done since, and stops.
 */
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import type { PodCount } from '../../domain/cluster/cluster-order.ts';
import { objectsAhead } from '../../domain/cluster/objects-ahead.ts';
import { countPods } from '../../domain/cluster/workload-health.ts';
import {
  deploymentRef,
  fieldsOf,
  podLabels,
  replicasOf,
  specOf,
  templateOf,
  trackDeployment,
  versionLabel,
} from '../../domain/cluster/workload-objects.ts';
import { NO_VERSION, type StoredRecord } from '../../domain/cluster/workload-record.ts';
import { canaryReplicas, routedServices, selectedTrack } from '../../domain/cluster/workload-route.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import { awaitGone, awaitHealthy, type Guard } from './await-pods.ts';
import { orderedCount } from './ordered-count.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { routeCalls } from './route-calls.ts';
import { stableObjects } from './version-objects.ts';
import { type ClusterPorts, findVersion, readRecord, readVersion } from './workload-store.ts';

export interface ConvergeOrder {
  readonly target: WorkloadTarget;
  readonly stored: StoredRecord;
  readonly way: 'forward' | 'back';
}

/** Returns the pods that are there then. Throws Conflict when it was overtaken. */
export async function convergeWorkload(ports: ClusterPorts, order: ConvergeOrder): Promise<readonly PodCount[]> {
  try {
    await takeSteps(ports, order);
  } catch (error) {
    if (error !== OVERTAKEN) throw error;
    await putRight(ports, order.target);
    const { record } = await readRecord(ports, order.target);
    throw new SlipwayError(
      'Conflict',
      `The workload ${order.target.workload} was taken over by ${record.deploymentId} in the meantime, and is left as that one wants it.`,
    );
  }
  return podsOf(ports, order.target);
}

/** A word, not an error: it is caught right here. */
const OVERTAKEN = Symbol('overtaken');
const PUT_RIGHT_TRIES = 3;

/** What was applied after somebody else's record was written may be in the way of it: so that record is followed now. */
async function putRight(ports: ClusterPorts, target: WorkloadTarget): Promise<void> {
  for (let tries = 0; tries < PUT_RIGHT_TRIES; tries += 1) {
    try {
      return await takeSteps(ports, { target, stored: await readRecord(ports, target), way: 'back' });
    } catch (error) {
      if (error !== OVERTAKEN) throw error;
    }
  }
}

async function takeSteps(ports: ClusterPorts, order: ConvergeOrder): Promise<void> {
  const guard = guardOf(ports, order);
  const { target } = order;
  const { record } = order.stored;
  const canaryPercent = record.canary === null ? 0 : record.canaryPercent;
  const route = () => routeCalls(ports, { target, canaryPercent, version: record.stable, guard });
  const bring = { ports, order, guard };
  if (order.way === 'forward') {
    await bringCanary(bring);
    await bringStable(bring);
    await route();
    await removeCanary(bring);
    return removeRest(bring);
  }
  await route();
  await removeCanary(bring);
  await bringCanary(bring);
  await bringStable(bring);
  // A version that was applied anew brought its own Services with it.
  await route();
  await removeRest(bring);
}

/** Last of all, when one version has all the calls. */
async function removeRest({ ports, order, guard }: Bring): Promise<void> {
  const { target, stored } = order;
  if (stored.record.canary === null) await removeLeftovers(ports, { target, record: stored.record, guard });
}

function guardOf(ports: ClusterPorts, { target, stored }: ConvergeOrder): Guard {
  return async () => {
    const { revision } = await readRecord(ports, target);
    if (revision !== stored.revision) throw OVERTAKEN;
  };
}

interface Bring {
  readonly ports: ClusterPorts;
  readonly order: ConvergeOrder;
  readonly guard: Guard;
}

async function bringCanary({ ports, order, guard }: Bring): Promise<void> {
  const { target, stored } = order;
  const { canary: version, canaryPercent } = stored.record;
  if (version === null) return;
  const objects = await readVersion(ports, { target, version });
  const stable = await ports.cluster.get(deploymentRef(target, 'stable'));
  const beside = await findVersion(ports, { target, version: stored.record.stable });
  const stableReplicas = Number(stable === null ? replicasOf(objects, target) : (specOf(stable).replicas ?? 1));
  const replicas = canaryReplicas(target, { stableReplicas, percent: canaryPercent });
  const [, second] = routedServices(objects, { target, canaryPercent: 0 });
  await guard();
  await ports.cluster.apply({
    objects: [
      ...objectsAhead(objects, { stable: beside }),
      ...(second === undefined ? [] : [second]),
      trackDeployment(objects, { target, version, track: 'canary', replicas }),
    ],
    force: order.way === 'back',
  });
  await awaitHealthy(ports, { target, track: 'canary', version, guard });
}

async function bringStable({ ports, order, guard }: Bring): Promise<void> {
  const { target, stored, way } = order;
  const version = stored.record.stable;
  const ref = deploymentRef(target, 'stable');
  if (version === NO_VERSION) {
    await guard();
    await ports.cluster.remove([ref]);
    return awaitGone(ports, { target, track: 'stable', guard });
  }
  const live = await ports.cluster.get(ref);
  const isThere = live !== null && versionLabel(fieldsOf(templateOf(live).metadata).labels) === version;
  const isBesideCanary = stored.record.canary !== null;
  // How stable fares beside a canary is the judge's business.
  if (isThere && isBesideCanary && way === 'forward') return;
  const objects = await readVersion(ports, { target, version });
  const { count } = await orderedCount(ports, { target, objects });
  const all = stableObjects(objects, { target, version, canaryPercent: await leadsNow(ports, order), count });
  // A Deployment of the version stays, whoever has touched it since; around it there may be what is left of another version. No Job
  // runs again on the way back.
  const isWanted = ({ kind }: ClusterObject) =>
    !(isThere && kind === 'Deployment') && !(way === 'back' && kind === 'Job');
  const wanted = all.filter(isWanted);
  await guard();
  if ('byScale' in count && !isThere) await ports.cluster.scale(ref, count.replicas);
  await ports.cluster.apply({ objects: wanted, force: way === 'back' });
  if (isThere && isBesideCanary) return guard();
  await awaitHealthy(ports, { target, track: 'stable', version, guard });
}

/** Where the Service of a blue/green workload leads: until all new pods are ready it goes on leading there. */
async function leadsNow({ cluster }: ClusterPorts, { target, stored }: ConvergeOrder): Promise<number> {
  const { canary, canaryPercent } = stored.record;
  const { namespace, workload, route } = target;
  if (route.kind !== 'blueGreen') return canary === null ? 0 : canaryPercent;
  const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', metadata: { name: workload, namespace } });
  return service !== null && selectedTrack(service) === 'canary' ? 100 : 0;
}

async function removeCanary({ ports, order, guard }: Bring): Promise<void> {
  const { target, stored } = order;
  if (stored.record.canary !== null) return;
  const canary = await ports.cluster.get(deploymentRef(target, 'canary'));
  // Somebody else's workload may have that name.
  const isOwn = canary?.metadata.labels?.['slipway/workload'] === target.workload;
  await guard();
  if (canary !== null && isOwn) await ports.cluster.remove([canary]);
  await awaitGone(ports, { target, track: 'canary', guard });
  await guard();
}

export async function podsOf({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<readonly PodCount[]> {
  const { namespace } = target;
  return countPods(await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) }));
}
