/**
 * The ReplicaSet controller makes the ordered number of pods from the template. A pod can be refused, by a quota or for
 * a missing service account. Then the controller tries again at growing intervals, and the set reports ReplicaFailure.
 */
import type { Random } from '../../random.ts';
import type { ObjectStore } from '../api/object-store.ts';
import { timestamp } from '../api/plain-data.ts';
import { podRefused, withLimitDefaults } from '../api/pod-admission.ts';
import { quotaExceeded } from '../api/quota.ts';
import type { Resource } from '../api/resources.ts';
import {
  isReady,
  isTerminating,
  ownedBy,
  type Pod,
  type ReplicaSet,
  uidOf,
  withCondition,
  withoutZeros,
} from '../api/workload-objects.ts';
import { NAME_ALPHABET } from './template-hash.ts';
import type { WorkQueue } from './timers.ts';

export interface ReplicaSetControllerOrder {
  readonly store: ObjectStore;
  readonly random: Random;
  readonly now: () => number;
  readonly podResource: Resource;
  readonly endPod: (pod: Pod) => void;
  readonly again: WorkQueue['add'];
}

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 1_000_000;

/** Checks the ReplicaSet `namespace/name`. */
export function replicaSetController(order: ReplicaSetControllerOrder): (key: string) => void {
  const { store, now, again } = order;
  const failures = new Map<string, number>();
  return (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const ref = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { namespace, name } };
    const set = store.find(ref)?.object as ReplicaSet | undefined;
    if (set === undefined) {
      failures.delete(key);
      return;
    }
    const refused = resize(set, order);
    const pods = podsOf(store, set);
    store.put({ ...set, status: statusOf(set, { pods, refused, now: now() }) });
    const count = refused === null ? 0 : (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    if (count > 0) again(key, Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (count - 1)));
    const waitMs = untilAvailable(set, { pods, now: now() });
    if (waitMs !== null) again(key, waitMs);
  };
}

/** The pods of the set, except those that are being deleted. */
function podsOf(store: ObjectStore, set: ReplicaSet): readonly Pod[] {
  return (store.ownedBy(uidOf(set)) as readonly Pod[]).filter((pod) => !isTerminating(pod));
}

/** Returns why a pod could not be made, in the API server's words; null when the set is as ordered. */
function resize(set: ReplicaSet, order: ReplicaSetControllerOrder): string | null {
  const pods = podsOf(order.store, set);
  const surplus = pods.length - set.spec.replicas;
  if (surplus > 0) {
    for (const pod of [...pods].sort(leastUseful).slice(0, surplus)) order.endPod(pod);
  }
  for (let missing = -surplus; missing > 0; missing -= 1) {
    const refused = createPod(set, order);
    if (refused !== null) return refused;
  }
  return null;
}

/** The pods that do least are deleted first: those without a node, then those that are not ready, then the youngest. */
function leastUseful(one: Pod, other: Pod): number {
  const rank = (pod: Pod) => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  return rank(one) - rank(other) || Number(other.metadata.resourceVersion) - Number(one.metadata.resourceVersion);
}

function createPod(set: ReplicaSet, { store, random, now, podResource }: ReplicaSetControllerOrder): string | null {
  const { namespace = '', name: stem } = set.metadata;
  const letters = Array.from({ length: 5 }, () => NAME_ALPHABET[random.integer(NAME_ALPHABET.length)]);
  const name = `${stem}-${letters.join('')}`;
  const spec = withLimitDefaults(store, { namespace, spec: set.spec.template.spec });
  const why =
    accountMissing(store, set) ??
    quotaExceeded(store, { namespace, resource: podResource }) ??
    podRefused(store, { namespace, spec });
  if (why !== null) return `pods "${name}" is forbidden: ${why}`;
  const at = timestamp(now());
  const { metadata } = set.spec.template;
  store.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name, namespace, generation: 1, ownerReferences: ownedBy(set) },
    spec,
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', lastTransitionTime: at }] },
  });
  return null;
}

function accountMissing(store: ObjectStore, { metadata: { namespace = '' }, spec }: ReplicaSet): string | null {
  const { serviceAccountName: name = 'default' } = spec.template.spec;
  const ref = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  // Kubernetes itself makes the service account that is called default.
  if (name === 'default' || store.find(ref)) return null;
  return `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
}

function statusOf(
  set: ReplicaSet,
  { pods, refused, now }: { pods: readonly Pod[]; refused: string | null; now: number },
): NonNullable<ReplicaSet['status']> {
  const ready = pods.filter(isReady);
  const counts = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => availableAt(pod, set) <= now).length,
  };
  const others = (set.status?.conditions ?? []).filter(({ type }) => refused !== null || type !== 'ReplicaFailure');
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', at: timestamp(now) } as const;
  const conditions = refused === null ? others : withCondition(others, { ...failure, message: refused });
  // A count of zero is left out, except `replicas`, which a ReplicaSet always reports.
  return {
    ...withoutZeros(counts),
    replicas: pods.length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
}

function availableAt({ status }: Pod, { spec }: ReplicaSet): number {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  return Date.parse(ready?.lastTransitionTime ?? '') + (spec.minReadySeconds ?? 0) * 1_000;
}

/** Returns the time until a ready pod counts as available; null when there is nothing to wait for. */
function untilAvailable(set: ReplicaSet, { pods, now }: { pods: readonly Pod[]; now: number }): number | null {
  const times = pods.filter(isReady).map((pod) => availableAt(pod, set) - now);
  const waiting = times.filter((ms) => ms > 0);
  return waiting.length === 0 ? null : Math.min(...waiting);
}
