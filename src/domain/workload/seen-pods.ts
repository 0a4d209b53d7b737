/**
 * The state of the pods of one version: counts, since when a pod is not ready, restarts, and the reason in words. Pure:
 * objects in, figures out. A pod is available when it has been ready for the `minReadySeconds` of its Deployment.
 */
import { type ClusterObject, objectName } from './cluster-object.ts';
import { isAlive } from './received-share.ts';
import { delayIn, hopelessIn, isReady } from './workload-health.ts';
import { type Fields, fieldsOf, listOf, specOf, templateOf, versionLabel } from './workload-objects.ts';

/** All times are in epoch milliseconds. */
export interface SeenPods {
  /** The number of pods that the version's Deployment asks for; 0 when no Deployment has the version. */
  readonly wanted: number;
  readonly ready: number;
  readonly available: number;
  /** Pods for which no node has room. */
  readonly waiting: number;
  /** The restarts of all containers of the pods that exist. */
  readonly restarts: number;
  readonly restartedAt: number | null;
  /** Since when an existing pod is not ready; null when all are ready, or when the time is not known. */
  readonly unreadySince: number | null;
  readonly minReadySeconds: number;
  /** Why a pod is not available or was restarted, in words; null when nothing is wrong. */
  readonly because: string | null;
}

export interface VersionObjects {
  readonly workload: string;
  readonly version: string;
  /** The pods of the namespace, or only those of the workload. */
  readonly pods: readonly ClusterObject[];
  /** The workload's Deployments that exist, for stable and for the canary. */
  readonly deployments: readonly ClusterObject[];
  /** The events of the namespace; empty when they were not asked for. */
  readonly events: readonly ClusterObject[];
  readonly now: number;
}

export function seenPods(objects: VersionObjects): SeenPods {
  const { workload, version, pods, deployments, now } = objects;
  const deployment = deployments.find((each) => versionLabel(fieldsOf(templateOf(each).metadata).labels) === version);
  const { replicas = 1, minReadySeconds = 0 } = specOf(deployment ?? {});
  const own = pods.filter(
    ({ metadata: { labels } }) => labels?.['slipway/workload'] === workload && versionLabel(labels) === version,
  );
  const alive = own.filter(isAlive);
  const unready = alive.filter((pod) => !isReady(pod));
  const isAvailable = (pod: ClusterObject) => isReady(pod) && turnedAt(pod) <= now - Number(minReadySeconds) * 1_000;
  const since = unready.map(turnedAt).filter(Number.isFinite);
  const seen = {
    wanted: deployment === undefined ? 0 : Number(replicas),
    ready: alive.length - unready.length,
    available: alive.filter(isAvailable).length,
    waiting: alive.filter(hasNoRoom).length,
    restarts: sum(alive.flatMap(containersOf).map(({ restartCount }) => Number(restartCount ?? 0))),
    restartedAt: latest(alive.flatMap(containersOf).map(endedAt)),
    unreadySince: since.length === 0 ? null : Math.min(...since),
    minReadySeconds: Number(minReadySeconds),
  };
  return { ...seen, because: reasonIn(objects, { deployment, own, unready }) };
}

/** True when the events of the namespace could explain what is wrong. */
export function isUnwell({ wanted, available, restarts }: SeenPods): boolean {
  return available < Math.max(1, wanted) || restarts > 0;
}

/** The oldest age at which an event still counts as a reason for the current state. */
const RECENT_MS = 60_000;
const REASON_LENGTH_MAX = 300;

interface Own {
  readonly deployment: ClusterObject | undefined;
  readonly own: readonly ClusterObject[];
  readonly unready: readonly ClusterObject[];
}

function reasonIn(objects: VersionObjects, { deployment, own, unready }: Own): string | null {
  const { workload, version, now } = objects;
  const none = deployment === undefined ? [`No Deployment of ${workload} has version ${version}`] : [];
  const delays = unready.flatMap((pod) => [...hopelessIn(pod), ...delayIn(pod)].slice(0, 1));
  const ended = own.filter((pod) => !isAlive(pod)).flatMap(evictionOf);
  const restarted = own.filter(isAlive).flatMap((pod) => restartOf(pod, now));
  const said = [...none, ...delays, ...ended, ...restarted].slice(0, 1);
  const words = [...said, ...recentEvent(objects, deployment)].join('. ');
  return words === '' ? null : words.slice(0, REASON_LENGTH_MAX);
}

/** The node evicted the pod. Another pod is made, but the evicted pod stays listed. */
function evictionOf(pod: ClusterObject): string[] {
  const { reason, message } = fieldsOf(pod.status);
  return typeof reason === 'string' ? [`${objectName(pod)} has ended: ${reason}${told(message)}`] : [];
}

function restartOf(pod: ClusterObject, now: number): string[] {
  return containersOf(pod).flatMap((container) => {
    const at = endedAt(container);
    if (at === null || at < now - RECENT_MS) return [];
    const { reason = 'Error', exitCode } = lastEndOf(container);
    const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return [`${objectName(pod)} was started again, ${container.restartCount} times so far: ${reason}${code}`];
  });
}

/**
 * The latest warning about the version's Deployment or about one of its ReplicaSets and pods, whose names begin with
 * its name.
 */
function recentEvent({ events, deployments, now }: VersionObjects, own: ClusterObject | undefined): string[] {
  if (own === undefined) return [];
  const names = deployments.map(({ metadata }) => metadata.name);
  const recent = events
    .filter(({ type, involvedObject }) => {
      const { name } = fieldsOf(involvedObject);
      return type === 'Warning' && namedAfter(String(name), names) === own.metadata.name;
    })
    .map((event) => ({ event, at: Date.parse(String(event.lastTimestamp ?? event.eventTime ?? '')) }))
    .filter(({ at }) => at >= now - RECENT_MS)
    .toSorted((one, other) => other.at - one.at);
  return recent.slice(0, 1).map(({ event: { reason, message } }) => `${reason}${told(message)}`);
}

/** The pod `orders-canary-7d4-x2` belongs to `orders-canary`, and not to `orders`. */
function namedAfter(name: string, deployments: readonly string[]): string | undefined {
  return deployments
    .filter((each) => name === each || name.startsWith(`${each}-`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function told(message: unknown): string {
  return typeof message === 'string' && message !== '' ? `: ${message}` : '';
}

/**
 * When the pod last became ready or not ready. For a pod that has not reported either yet, the time of its creation.
 */
function turnedAt(pod: ClusterObject): number {
  const ready = conditionOf(pod, 'Ready');
  return Date.parse(String(ready?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? ''));
}

function hasNoRoom(pod: ClusterObject): boolean {
  return conditionOf(pod, 'PodScheduled')?.status === 'False';
}

function conditionOf(pod: ClusterObject, type: string): Fields | undefined {
  return listOf(fieldsOf(pod.status).conditions).find((condition) => condition.type === type);
}

function containersOf(pod: ClusterObject): readonly Fields[] {
  return listOf(fieldsOf(pod.status).containerStatuses);
}

function lastEndOf({ state, lastState }: Fields): Fields {
  const now = fieldsOf(fieldsOf(state).terminated);
  return now.finishedAt === undefined ? fieldsOf(fieldsOf(lastState).terminated) : now;
}

function endedAt(container: Fields): number | null {
  const at = Date.parse(String(lastEndOf(container).finishedAt ?? ''));
  return Number.isFinite(at) ? at : null;
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
