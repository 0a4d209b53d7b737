/** The rollout limits of a Deployment, and whether its rollout can end within the target's `readyWithin`. */
import { type Duration, durationInWords, durationMs } from '../duration.ts';
import { SlipwayError } from '../errors.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { fieldsOf, listOf, specOf, templateOf } from './workload-objects.ts';

export interface LimitOrder {
  readonly readyWithin: Duration;
  /** The number of pods that the Deployment gets. */
  readonly replicas: number;
}

/** Throws InvalidRequest, with the field, when the pods can never be ready in time. */
export function refuseEndless(deployment: ClusterObject, { readyWithin, replicas }: LimitOrder): void {
  const name = objectName(deployment);
  if (specOf(deployment).paused === true) {
    throw refused(`${name} has spec.paused: true, and a paused Deployment makes no pods. Remove spec.paused.`);
  }
  const limitMs = durationMs(readyWithin);
  const [delayed] = listOf(specOf(templateOf(deployment)).containers).filter(
    ({ readinessProbe }) => msOf(fieldsOf(readinessProbe).initialDelaySeconds) >= limitMs,
  );
  const fix = `Shorten it, or lengthen readyWithin of the target, which is ${durationInWords(readyWithin)}.`;
  if (delayed !== undefined) {
    throw refused(
      `Container ${String(delayed.name)} of ${name} has a readinessProbe.initialDelaySeconds that leaves its pods no time to become ready. ${fix}`,
    );
  }
  const { minReadySeconds = 0 } = specOf(deployment);
  const batches = batchesOf(deployment, replicas);
  if (msOf(minReadySeconds) * batches < limitMs) return;
  const times = batches === 1 ? '' : `, and its ${replicas} pods are replaced in ${batches} batches`;
  throw refused(
    `${name} has spec.minReadySeconds ${String(minReadySeconds)}${times}: it cannot be rolled out in time. ${fix}`,
  );
}

/** Tells which time counts when the Deployment and the target give different ones. */
export function limitNotes(
  deployment: ClusterObject,
  { readyWithin }: Pick<LimitOrder, 'readyWithin'>,
): readonly string[] {
  const { progressDeadlineSeconds } = specOf(deployment);
  if (progressDeadlineSeconds === undefined) return [];
  const isFirst = msOf(progressDeadlineSeconds) < durationMs(readyWithin);
  const holds = isFirst
    ? 'ends the wait for its pods, when none of them makes progress for so long'
    : `does not lengthen the wait for its pods: readyWithin of ${durationInWords(readyWithin)} ends it before`;
  return [`spec.progressDeadlineSeconds ${String(progressDeadlineSeconds)} of ${objectName(deployment)} ${holds}.`];
}

function msOf(seconds: unknown): number {
  return Number(seconds ?? 0) * 1_000;
}

/** How many times new pods must become available before the next new pods may start. */
function batchesOf(deployment: ClusterObject, replicas: number): number {
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(specOf(deployment).strategy);
  if (type !== 'RollingUpdate' || replicas === 0) return 1;
  const { maxSurge, maxUnavailable } = rollingLimits(rollingUpdate, replicas);
  return Math.ceil(replicas / (maxSurge + maxUnavailable));
}

/**
 * Returns numbers of pods, rounded like the Deployment controller does: a percentage of maxSurge up, a percentage of
 * maxUnavailable down.
 */
export function rollingLimits(rollingUpdate: unknown, replicas: number) {
  const { maxSurge = '25%', maxUnavailable = '25%' } = fieldsOf(rollingUpdate);
  const surge = Math.ceil(podsIn(maxSurge, replicas));
  const unavailable = Math.floor(podsIn(maxUnavailable, replicas));
  // When both are 0, no pod could ever be replaced; then Kubernetes lets one pod be unavailable.
  return { maxSurge: surge, maxUnavailable: surge + unavailable === 0 ? 1 : unavailable };
}

function podsIn(limit: unknown, replicas: number): number {
  const [, percent] = /^(\d+)%$/.exec(String(limit)) ?? [];
  return percent === undefined ? Number(limit) : (Number(percent) * replicas) / 100;
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
