/** Judges whether the pods of a Deployment are ready as wanted, still on their way, or will never be ready, and why. */
import { type ClusterObject, objectName } from './cluster-object.ts';
import { isPaused } from './paused.ts';
import { rollingLimits } from './rollout-limits.ts';
import { type Fields, fieldsOf, listOf, specOf, versionLabel } from './workload-objects.ts';

export type Health =
  | { readonly is: 'ready' }
  /** `because` says what is still missing, for the message when the time is over. */
  | { readonly is: 'waiting'; readonly because: string }
  | { readonly is: 'failed'; readonly because: string };

/** States of a container that waiting does not cure, and what a person should check. */
const HOPELESS: Readonly<Record<string, string>> = {
  ImagePullBackOff: 'Check the name of the image, that it was pushed, and that the nodes may pull it',
  InvalidImageName: 'Correct the name of the image',
  CrashLoopBackOff: 'Look at the logs of the pod',
  CreateContainerConfigError: 'Check that the ConfigMaps and Secrets that it names are there',
  CreateContainerError: 'Look at the events of the pod',
  RunContainerError: 'Look at the events of the pod',
};

/** `pods` are the pods of the Deployment's current version. */
export function judgeHealth(deployment: ClusterObject, pods: readonly ClusterObject[]): Health {
  const refusal = refusalIn(deployment);
  if (refusal !== null && !mayMend(refusal) && !mayMakeRoom(deployment)) return failed(refusal);
  const hopeless = pods.flatMap(hopelessIn)[0];
  if (hopeless !== undefined) return failed(hopeless);
  const progress = conditionOf(deployment, 'Progressing');
  const late = progress?.reason === 'ProgressDeadlineExceeded' && isObserved(deployment);
  const missing = missingOf(deployment);
  if (missing === null) return { is: 'ready' };
  const held = isPaused(deployment) ? ['Somebody has paused it: kubectl rollout resume lets it go on'] : [];
  const delays = [...held, ...(refusal === null ? [] : [refusal]), ...pods.flatMap(delayIn)].slice(0, 1);
  const because = [`${objectName(deployment)}: ${missing}`, ...delays].join('. ');
  return late ? failed(because) : { is: 'waiting', because };
}

/**
 * Why Kubernetes makes no pods, such as a quota or an admission rule. Null when it makes them, or when the status is
 * about an older spec.
 */
function refusalIn(deployment: ClusterObject): string | null {
  const refusal = conditionOf(deployment, 'ReplicaFailure');
  if (refusal?.status !== 'True' || !isObserved(deployment)) return null;
  return `${objectName(deployment)} gets no pods: ${String(refusal.message)}`;
}

/** True for a refusal by a part of the control plane that is only missing for a moment. */
function mayMend(refusal: string): boolean {
  return /failed calling webhook|status unknown for quota|timed out|timeout|deadline exceeded/.test(refusal);
}

/**
 * True when old pods that end may make room for new ones. A canary and a first version have no old pods. When no pod
 * may be unavailable, no old pod ends before a new pod exists.
 */
function mayMakeRoom({ metadata, spec, status }: ClusterObject): boolean {
  if (metadata.labels?.['slipway/track'] === 'canary') return false;
  if (metadata.annotations?.['deployment.kubernetes.io/revision'] === '1') return false;
  const { replicas = 1, strategy } = fieldsOf(spec);
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(strategy);
  if (type !== 'RollingUpdate') return true;
  const { updatedReplicas = 0, replicas: there = 0 } = fieldsOf(status);
  const { maxUnavailable } = rollingLimits(rollingUpdate, Number(replicas));
  return maxUnavailable > 0 || Number(updatedReplicas) > 0 || Number(there) < Number(replicas);
}

/** Null when the status is about the current spec and all pods are new and ready. */
function missingOf(deployment: ClusterObject): string | null {
  if (!isObserved(deployment)) return 'its change is not taken up yet';
  const status = fieldsOf(deployment.status);
  const wanted = Number(specOf(deployment).replicas ?? 1);
  const count = (field: string) => Number(status[field] ?? 0);
  if (count('updatedReplicas') < wanted) return `${count('updatedReplicas')} of ${wanted} pods are of the new version`;
  if (count('replicas') > wanted) return `${count('replicas') - wanted} old pods are still there`;
  if (count('readyReplicas') < wanted) return `${count('readyReplicas')} of ${wanted} pods are ready`;
  // A canary is judged by its available pods, ready for `minReadySeconds`. Its first look may come directly after this
  // wait.
  const available = isPatientCanary(deployment) ? count('availableReplicas') : wanted;
  return available < wanted ? `${available} of ${wanted} pods are available` : null;
}

/** True when the Deployment's status is about its current spec. */
export function isObserved({ metadata, status }: ClusterObject): boolean {
  return Number(fieldsOf(status).observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

/** The state of the pod that waiting does not cure, in words; empty when the pod is in no such state. */
export function hopelessIn(pod: ClusterObject): string[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  return containersOf(pod).flatMap(({ image, state }) => {
    const waiting = fieldsOf(fieldsOf(state).waiting);
    const next = HOPELESS[String(waiting.reason)];
    if (next === undefined) return [];
    const said =
      typeof waiting.message === 'string' && waiting.message !== '' ? ` (${waiting.message.slice(0, 300)})` : '';
    return [`${objectName(pod)} with image ${String(image)} is in ${String(waiting.reason)}${said}. ${next}`];
  });
}

/** Why a pod is not ready although it still may become so. */
export function delayIn(pod: ClusterObject): string[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') return [`${objectName(pod)} finds no room: ${String(scheduled.message)}`];
  const waiting = containersOf(pod)
    .map(({ state }) => fieldsOf(fieldsOf(state).waiting).reason)
    .find((reason) => reason !== undefined);
  if (waiting !== undefined) return [`${objectName(pod)} is in ${String(waiting)}`];
  return isReady(pod) ? [] : [`${objectName(pod)} runs and its readiness probe does not pass`];
}

export function isReady(pod: ClusterObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && conditionOf(pod, 'Ready')?.status === 'True';
}

/**
 * A pod first reports its readiness at most this long after its node accepted it, because the API server keeps whole
 * seconds.
 */
const FIRST_WORD_MS = 2_000;

/** True when the pod was created after `since` (epoch milliseconds) and has not been ready yet. */
export function isStarting(pod: ClusterObject, since: number): boolean {
  return !isReady(pod) && Date.parse(String(pod.metadata.creationTimestamp)) > since && isFirstWord(pod);
}

/** False for a pod that was ready and lost its readiness: it reports that later than its first report. */
function isFirstWord(pod: ClusterObject): boolean {
  const { creationTimestamp: madeAt } = pod.metadata;
  const takenAt = fieldsOf(pod.status).startTime ?? conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? madeAt;
  const said = Date.parse(String(conditionOf(pod, 'Ready')?.lastTransitionTime));
  return !(said > Date.parse(String(takenAt)) + FIRST_WORD_MS);
}

/**
 * True when pods were wanted but none has answered since `since` (epoch milliseconds). Each existing pod has reported
 * since then that it is not ready. Without a pod, the Deployment has reported since then that it is not available.
 */
export function isUnreadySince(since: number, { deployment, pods }: Answering): boolean {
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const said = alive.length > 0 ? alive.map((pod) => falseSince(pod, 'Ready')) : [falseSince(deployment, 'Available')];
  return said.every((at) => at <= since);
}

interface Answering {
  readonly deployment: ClusterObject;
  /** The pods of the Deployment, of any version. */
  readonly pods: readonly ClusterObject[];
}

/** Infinity when the condition is not false, or when it is not known since when it is. */
function falseSince(object: ClusterObject, type: string): number {
  const { status, lastTransitionTime } = conditionOf(object, type) ?? {};
  const at = Date.parse(String(lastTransitionTime));
  return status !== 'False' || Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}

/**
 * True when it is certain that none of these pods was ever ready, so that none of them got a call. Without a pod, a
 * Deployment has to say that Kubernetes refuses its pods.
 */
export function wasNeverReady({ deployments, pods }: Tried): boolean {
  if (pods.length > 0) return pods.every((pod) => !isReady(pod) && isFirstWord(pod));
  return deployments.some((deployment) => deployment !== null && refusalIn(deployment) !== null);
}

interface Tried {
  readonly deployments: readonly (ClusterObject | null)[];
  /** All pods of the version, those that are ending too. */
  readonly pods: readonly ClusterObject[];
}

/** Counts the pods of each version, without pods that are ending. The versions are sorted by name. */
export function countPods(pods: readonly ClusterObject[]): { version: string; ready: number; total: number }[] {
  const counts = new Map<string, { version: string; ready: number; total: number }>();
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const version = versionLabel(pod.metadata.labels) ?? 'unknown';
    const count = counts.get(version) ?? { version, ready: 0, total: 0 };
    counts.set(version, count);
    count.total += 1;
    if (isReady(pod)) count.ready += 1;
  }
  return [...counts.values()].sort((one, other) => (one.version < other.version ? -1 : 1));
}

function containersOf(pod: ClusterObject): readonly Fields[] {
  const status = fieldsOf(pod.status);
  return [...listOf(status.initContainerStatuses), ...listOf(status.containerStatuses)];
}

function conditionOf(object: ClusterObject, type: string): Fields | undefined {
  return listOf(fieldsOf(object.status).conditions).find((condition) => condition.type === type);
}

function failed(because: string): Health {
  return { is: 'failed', because };
}

function isPatientCanary(deployment: ClusterObject): boolean {
  const { minReadySeconds = 0 } = specOf(deployment);
  return deployment.metadata.labels?.['slipway/track'] === 'canary' && Number(minReadySeconds) > 0;
}
