/** Waits until the pods of a track are what was asked for, or until it is known that they will never be. */
import { objectName } from '../../domain/cluster/cluster-object.ts';
import { judgeHealth } from '../../domain/cluster/workload-health.ts';
import { deploymentRef, podLabels, type Track } from '../../domain/cluster/workload-objects.ts';
import { durationInWords, durationMs } from '../../domain/duration.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { ClusterPorts } from './workload-store.ts';

/** Throws when somebody else has the workload now. */
export type Guard = () => Promise<void>;

const LOOK_EVERY_MS = 1_000;
/** Longer than a pod has to end in an orderly way; what is left then has no calls any more. */
const GONE_WITHIN_MS = 60_000;

export interface Awaited {
  readonly target: WorkloadTarget;
  readonly track: Track;
  readonly guard: Guard;
}

/** Throws InvalidRequest, with the object and the reason, when the version's pods do not come up. */
export async function awaitHealthy(
  { cluster, clock, pause }: ClusterPorts,
  { target, track, version, guard }: Awaited & { readonly version: string },
): Promise<void> {
  const ref = deploymentRef(target, track);
  const { namespace, readyWithin } = target;
  const until = clock.now() + durationMs(readyWithin);
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target, { track, version }) };
  for (;;) {
    await guard();
    const [deployment, listed] = await Promise.all([cluster.get(ref), cluster.list(pods)]);
    if (deployment === null) {
      await guard();
      throw new SlipwayError(
        'Conflict',
        `${objectName(ref)} was deleted while Slipway waited for its pods. Find out who did it.`,
      );
    }
    const health = judgeHealth(deployment, listed);
    if (health.is === 'ready') return;
    if (health.is === 'failed') throw unfit(health.because);
    if (clock.now() >= until) throw unfit(`${health.because}. It had ${durationInWords(readyWithin)}`);
    await pause.sleep(LOOK_EVERY_MS);
  }
}

/** Until no pod of the track is left; pods that are ending get a while, and have no calls meanwhile. */
export async function awaitGone(
  { cluster, clock, pause }: ClusterPorts,
  { target, track, guard }: Awaited,
): Promise<void> {
  const until = clock.now() + GONE_WITHIN_MS;
  const { namespace } = target;
  for (;;) {
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target, { track }) });
    if (pods.length === 0) return;
    const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (clock.now() >= until) {
      if (alive.length === 0) return;
      throw new SlipwayError(
        'Transient',
        `${alive.length} ${track} pods of ${target.workload} are still there a minute after their Deployment was deleted. This is tried again.`,
      );
    }
    await guard();
    await pause.sleep(LOOK_EVERY_MS);
  }
}

function unfit(because: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `${because}. Mend it, then deploy again.`);
}
