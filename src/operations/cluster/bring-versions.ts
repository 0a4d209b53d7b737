/** The parts that the way forward and the way back of a workload are made of: its two Deployments, brought and removed. */
import {
  deploymentRef,
  isAutoscaled,
  isOwn,
  liveVersion,
  objectsAhead,
  replicasOf,
  specOf,
  trackDeployment,
} from '../../domain/cluster/workload-objects.ts';
import { NO_VERSION, type StoredRecord } from '../../domain/cluster/workload-record.ts';
import { canaryReplicas, frontRef, routedServices, selectedTrack } from '../../domain/cluster/workload-route.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import { awaitGone, awaitHealthy, type Guard } from './await-pods.ts';
import { awaitTakenUp } from './await-taken-up.ts';
import { stableObjects } from './version-objects.ts';
import { type ClusterPorts, keptVersion, readVersion } from './workload-store.ts';

export interface Bring {
  readonly ports: ClusterPorts;
  readonly target: WorkloadTarget;
  readonly stored: StoredRecord;
  readonly way: 'forward' | 'back';
  readonly guard: Guard;
  /** False: for the pods of stable it does not wait. */
  readonly waits?: boolean;
}

export async function bringCanary({ ports, target, stored, way, guard }: Bring): Promise<void> {
  const { canary: version, canaryPercent } = stored.record;
  if (version === null) return;
  const objects = await readVersion(ports, { target, version });
  const stable = await ports.cluster.get(deploymentRef(target, 'stable'));
  const stableReplicas = Number(stable === null ? replicasOf(objects, target) : (specOf(stable).replicas ?? 1));
  const replicas = canaryReplicas(target, { stableReplicas, percent: canaryPercent });
  const [, second] = routedServices(objects, { target, canaryPercent: 0 });
  await guard();
  await ports.cluster.apply({
    objects: [
      ...objectsAhead(objects),
      ...(second === undefined ? [] : [second]),
      trackDeployment(objects, { target, version, track: 'canary', replicas }),
    ],
    force: way === 'back',
  });
  await awaitHealthy(ports, { target, track: 'canary', version, guard });
}

export async function bringStable(bring: Bring): Promise<void> {
  const { ports, target, stored, way, guard, waits = true } = bring;
  const version = stored.record.stable;
  const ref = deploymentRef(target, 'stable');
  if (version === NO_VERSION) {
    await guard();
    await ports.cluster.remove([ref]);
    return awaitGone(ports, { target, track: 'stable', guard });
  }
  const live = await ports.cluster.get(ref);
  const isThere = live !== null && liveVersion(live) === version;
  const isBesideCanary = stored.record.canary !== null;
  // How stable fares beside a canary is the judge's business.
  if (isThere && isBesideCanary && way === 'forward') return;
  // Where the Deployment is there, a way back can do without the rest of its manifests.
  const objects = await (isThere && way === 'back' ? keptVersion : readVersion)(ports, { target, version });
  if (objects !== null) {
    const all = stableObjects(objects, { target, version, canaryPercent: await leadsNow(bring) });
    // A Deployment of the version stays, whoever has touched it since; around it there may be what is left of another version.
    const wanted = isThere ? all.filter(({ kind }) => kind !== 'Deployment') : all;
    await guard();
    await ports.cluster.apply({ objects: wanted, force: way === 'back' });
    // An autoscaler leaves a new Deployment at one pod until it looks at it.
    if (live === null && isAutoscaled(objects, target)) await ports.cluster.scale(ref, replicasOf(objects, target));
  }
  if ((isThere && isBesideCanary) || !waits) return guard();
  await awaitHealthy(ports, { target, track: 'stable', version, guard });
}

/** Where the Service of a blue/green workload leads: until all new pods are ready it goes on leading there. */
async function leadsNow({ ports, target, stored }: Bring): Promise<number> {
  const { canary, canaryPercent } = stored.record;
  if (target.route.kind !== 'blueGreen') return canary === null ? 0 : canaryPercent;
  const service = await ports.cluster.get(frontRef(target));
  return service !== null && selectedTrack(service) === 'canary' ? 100 : 0;
}

/** Its pods are told to end when whoever leads the calls has taken up that none of them go there any more. */
export async function removeCanary(
  { ports, target, stored, guard }: Bring,
  { isLedAnew }: { readonly isLedAnew: boolean },
): Promise<void> {
  if (stored.record.canary !== null) return guard();
  const canary = await ports.cluster.get(deploymentRef(target, 'canary'));
  await guard();
  if (canary !== null && isOwn(canary, target)) {
    if (isLedAnew || stored.record.was > 0) await awaitTakenUp(ports, { target, guard });
    await ports.cluster.remove([canary]);
  }
  await awaitGone(ports, { target, track: 'canary', guard });
  await guard();
}
