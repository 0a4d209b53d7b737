/** Waits until the pods of a track are as ordered, or until it is known that they never will be. */

import { durationInWords, durationMs } from '../../domain/duration.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ChangeQuery } from '../../domain/workload/cluster-call.ts';
import { objectName } from '../../domain/workload/cluster-object.ts';
import { judgeHealth } from '../../domain/workload/workload-health.ts';
import { deploymentRef, podLabels, type Track } from '../../domain/workload/workload-objects.ts';
import { lookAtChanges } from './look-at-changes.ts';
import type { ClusterPorts } from './workload-store.ts';

/** Throws when another order holds the workload now. */
export type Guard = () => Promise<void>;

/** Longer than Kubernetes needs to tell the pods of a deleted Deployment to end. */
const GONE_WITHIN_MS = 60_000;

export interface Awaited {
  readonly target: WorkloadTarget;
  readonly track: Track;
  readonly guard: Guard;
}

/** Throws InvalidRequest, with the object and the reason, when the version's pods do not become ready. */
export async function awaitHealthy(
  ports: ClusterPorts,
  { target, track, version, guard }: Awaited & { readonly version: string },
): Promise<void> {
  const { cluster, clock } = ports;
  const ref = deploymentRef(target, track);
  const { namespace, readyWithin } = target;
  const until = clock.now() + durationMs(readyWithin);
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target, { track, version }) };
  const { apiVersion, kind, metadata } = ref;
  const queries: readonly ChangeQuery[] = [pods, { apiVersion, kind, namespace, name: metadata.name }];
  const look = async () => {
    const [deployment, listed] = await Promise.all([cluster.get(ref), cluster.list(pods)]);
    if (deployment === null) {
      await guard();
      throw new SlipwayError(
        'Conflict',
        `${objectName(ref)} was deleted while Slipway waited for its pods. Find out who did it.`,
      );
    }
    const health = judgeHealth(deployment, listed);
    if (health.is === 'ready') return true;
    if (health.is === 'failed') throw unfit(health.because);
    if (clock.now() >= until) throw unfit(`${health.because}. It had ${durationInWords(readyWithin)}`);
    return false;
  };
  await lookAtChanges(ports, { target, queries, guard, until, look });
}

/** Waits until all pods of the track were told to end. They get no calls any more, and end in their own time. */
export async function awaitGone(ports: ClusterPorts, { target, track, guard }: Awaited): Promise<void> {
  const { cluster, clock } = ports;
  const until = clock.now() + GONE_WITHIN_MS;
  const { namespace } = target;
  const query = { apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target, { track }) };
  const look = async () => {
    const pods = await cluster.list(query);
    const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (alive.length === 0) return true;
    if (clock.now() < until) return false;
    throw new SlipwayError(
      'Transient',
      `${alive.length} ${track} pods of ${target.workload} are still there a minute after their Deployment was deleted. This is tried again.`,
    );
  };
  await lookAtChanges(ports, { target, queries: [query], guard, until, look });
}

function unfit(because: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `${because}. Mend it, then deploy again.`);
}
