/**
 * The deployment controller makes one ReplicaSet for each pod template. The newest grows and the older ones shrink,
 * within the limits of the strategy. It works as Kubernetes' own does, but does not scale proportionally.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import type { ObjectStore } from '../api/object-store.ts';
import { type Deployment, ownedBy, type ReplicaSet, uidOf } from '../api/workload-objects.ts';
import { COMPLETE, deploymentStatus, progressDeadline, type RolloutState, TIMED_OUT } from './deployment-status.ts';
import { planRollingUpdate, type RollingUpdate, rollingLimits, type SetCount, type Sizes } from './rolling-update.ts';
import { setHash, templateHash } from './template-hash.ts';
import type { WorkQueue } from './timers.ts';

export interface DeploymentControllerOrder {
  readonly store: ObjectStore;
  readonly now: () => number;
  readonly again: WorkQueue['add'];
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Checks the Deployment `namespace/name`, and takes one step. */
export function deploymentController({ store, now, again }: DeploymentControllerOrder): (key: string) => void {
  return (key) => {
    const [namespace = '', name = ''] = key.split('/');
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } };
    const deployment = store.find(ref)?.object as Deployment | undefined;
    if (deployment === undefined) return;
    const state = advance(store, { deployment, now: now() });
    const is = reported(store, state);
    const progressing = is.status?.conditions?.find(({ type }) => type === 'Progressing');
    if (progressing && progressing.reason !== COMPLETE && progressing.reason !== TIMED_OUT) {
      again(key, progressDeadline(is, progressing) - now());
    }
  };
}

function advance(store: ObjectStore, { deployment, now }: Pick<RolloutState, 'deployment' | 'now'>): RolloutState {
  const hash = templateHash(deployment.spec.template);
  const before = setsOf(store, deployment);
  // Compares the content of the template and not the set's name, because a person may have changed both templates in
  // the same way.
  const found = before.find((set) => setHash(set.spec.template) === hash);
  const isPaused = deployment.spec.paused ?? false;
  const fresh = found ?? (isPaused ? undefined : createSet(store, { deployment, hash, sets: before }));
  const old = before.filter((set) => set !== found);
  if (found) countRevision(store, { found, old });
  if (fresh && !isPaused) resize(store, { sets: [fresh, ...old], sizes: sizesFor(store, { deployment, fresh, old }) });
  else resize(store, { sets: before, sizes: pausedSizes(before, deployment) });
  const sets = setsOf(store, deployment);
  const isFresh = ({ metadata }: ReplicaSet) => metadata.name === fresh?.metadata.name;
  return { deployment, sets, fresh: sets.find(isFresh), now, created: fresh !== undefined && fresh !== found };
}

/** An older set whose template is wanted again becomes the newest. */
function countRevision(store: ObjectStore, { found, old }: { found: ReplicaSet; old: readonly ReplicaSet[] }): void {
  const latest = Math.max(0, ...old.map(revisionOf));
  if (revisionOf(found) > latest) return;
  const annotations = { ...found.metadata.annotations, [REVISION]: String(latest + 1) };
  store.put({ ...found, metadata: { ...found.metadata, annotations } });
}

function revisionOf({ metadata }: ClusterObject): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

/** Oldest first. */
function setsOf(store: ObjectStore, deployment: Deployment): readonly ReplicaSet[] {
  const sets = store.ownedBy(uidOf(deployment)) as ReplicaSet[];
  return sets.sort((one, other) => revisionOf(one) - revisionOf(other));
}

interface Creation {
  readonly deployment: Deployment;
  readonly hash: string;
  readonly sets: readonly ReplicaSet[];
}

/**
 * Returns undefined while the name is still taken: a removed Deployment of the same name may have left its set for a
 * moment.
 */
function createSet(store: ObjectStore, { deployment, hash, sets }: Creation): ReplicaSet | undefined {
  const { spec, metadata } = deployment;
  const labels = { ...spec.template.metadata?.labels, 'pod-template-hash': hash };
  const matchLabels = { ...spec.selector.matchLabels, 'pod-template-hash': hash };
  const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels,
      annotations: { [REVISION]: String(revision) },
      generation: 1,
      ownerReferences: ownedBy(deployment),
    },
    spec: {
      replicas: 0,
      selector: { ...spec.selector, matchLabels },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      ...(spec.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
    },
  };
  return store.find(set) === undefined ? (store.put(set) as ReplicaSet) : undefined;
}

interface Sets {
  readonly deployment: Deployment;
  readonly fresh: ReplicaSet;
  readonly old: readonly ReplicaSet[];
}

function sizesFor(store: ObjectStore, { deployment, fresh, old }: Sets): Sizes {
  const { spec } = deployment;
  if (spec.strategy.type === 'Recreate') return recreateSizes(store, { deployment, fresh, old });
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {};
  const update: RollingUpdate = {
    desired: spec.replicas,
    limits: rollingLimits({ maxSurge, maxUnavailable }, spec.replicas),
    fresh: countOf(fresh),
    old: old.map(countOf),
  };
  return planRollingUpdate(update);
}

function countOf({ metadata, spec, status }: ReplicaSet): SetCount {
  return { name: metadata.name, replicas: spec.replicas, available: status?.availableReplicas ?? 0 };
}

/** First the old sets shrink to no pod; then the new set grows. */
function recreateSizes(store: ObjectStore, { deployment, fresh, old }: Sets): Sizes {
  if (old.some(({ spec }) => spec.replicas > 0)) return new Map(old.map(({ metadata }) => [metadata.name, 0]));
  const isLeft = old.some((set) => store.ownedBy(uidOf(set)).length > 0);
  return new Map([[fresh.metadata.name, isLeft ? fresh.spec.replicas : deployment.spec.replicas]]);
}

/** While a Deployment is paused only its size counts. The set gets this size when it is the only one with pods. */
function pausedSizes(sets: readonly ReplicaSet[], { spec }: Deployment): Sizes {
  const active = sets.filter((set) => set.spec.replicas > 0);
  const [only] = active;
  return only !== undefined && active.length === 1 ? new Map([[only.metadata.name, spec.replicas]]) : new Map();
}

function resize(store: ObjectStore, { sets, sizes }: { sets: readonly ReplicaSet[]; sizes: Sizes }): void {
  for (const { metadata } of sets) {
    const set = store.find({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata })?.object as ReplicaSet;
    const replicas = sizes.get(metadata.name) ?? set.spec.replicas;
    if (replicas === set.spec.replicas) continue;
    const generation = (set.metadata.generation ?? 1) + 1;
    store.put({ ...set, metadata: { ...set.metadata, generation }, spec: { ...set.spec, replicas } });
  }
}

function reported(store: ObjectStore, state: RolloutState): Deployment {
  const { deployment, fresh, sets } = state;
  const status = deploymentStatus(state);
  const isComplete = status.conditions?.some(({ reason }) => reason === COMPLETE);
  if (isComplete) dropOld(store, { deployment, old: sets.filter((set) => set !== fresh) });
  const revision = fresh === undefined ? {} : { [REVISION]: String(revisionOf(fresh)) };
  const annotations = { ...deployment.metadata.annotations, ...revision };
  return store.put({ ...deployment, metadata: { ...deployment.metadata, annotations }, status }) as Deployment;
}

function dropOld(
  store: ObjectStore,
  { deployment, old }: { deployment: Deployment; old: readonly ReplicaSet[] },
): void {
  const empty = old.filter(({ spec, status }) => spec.replicas === 0 && (status?.replicas ?? 0) === 0);
  const surplus = empty.length - deployment.spec.revisionHistoryLimit;
  for (const set of empty.slice(0, Math.max(0, surplus))) store.drop(set);
}
