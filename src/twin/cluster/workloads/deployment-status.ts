/**
 * What a Deployment reports: counts over its ReplicaSets, and the conditions Available, Progressing and ReplicaFailure.
 */
import { timestamp } from '../api/plain-data.ts';
import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  type ReplicaSet,
  withCondition,
  withoutZeros,
} from '../api/workload-objects.ts';
import { rollingLimits } from './rolling-update.ts';

export interface RolloutState {
  readonly deployment: Deployment;
  readonly sets: readonly ReplicaSet[];
  readonly fresh: ReplicaSet | undefined;
  readonly now: number;
  /** True when this look made the newest set; the deadline counts from then. False for a set that was found again. */
  readonly created: boolean;
}

export function deploymentStatus(state: RolloutState): DeploymentStatus {
  const { deployment, sets, fresh } = state;
  const of = (count: (set: ReplicaSet) => number | undefined) => sets.reduce((sum, set) => sum + (count(set) ?? 0), 0);
  const available = of(({ status }) => status?.availableReplicas);
  const counts = {
    replicas: of(({ status }) => status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: of(({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, of(({ spec }) => spec.replicas) - available),
  };
  const before = deployment.status?.conditions ?? [];
  const conditions = [availability, progress, failure].reduce((all, judge) => judge(all, { ...state, counts }), before);
  const observedGeneration = deployment.metadata.generation ?? 1;
  return { observedGeneration, ...withoutZeros(counts), conditions };
}

type Counts = Required<Omit<DeploymentStatus, 'observedGeneration' | 'conditions'>>;
type Judge = (
  conditions: readonly Condition[],
  state: RolloutState & { readonly counts: Counts },
) => readonly Condition[];

const availability: Judge = (conditions, { deployment: { spec }, counts, now }) => {
  const { rollingUpdate = { maxSurge: 0, maxUnavailable: 0 } } = spec.strategy;
  const isRolling = spec.strategy.type === 'RollingUpdate' && spec.replicas > 0;
  const missing = isRolling ? rollingLimits(rollingUpdate, spec.replicas).maxUnavailable : 0;
  const isEnough = counts.availableReplicas >= spec.replicas - missing;
  return set(conditions, {
    type: 'Available',
    status: isEnough ? 'True' : 'False',
    reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${isEnough ? 'has' : 'does not have'} minimum availability.`,
    now,
  });
};

const progress: Judge = (conditions, state) => {
  const { deployment, fresh, now, created, counts } = state;
  const current = conditions.find(({ type }) => type === 'Progressing');
  const name = `ReplicaSet "${fresh?.metadata.name}"`;
  const said = (condition: Pick<Condition, 'status' | 'reason' | 'message'>) =>
    set(conditions, { type: 'Progressing', now, ...condition });
  if (created) {
    const message = `Created new replica set "${fresh?.metadata.name}"`;
    return said({ status: 'True', reason: 'NewReplicaSetCreated', message });
  }
  if (counts.replicas === counts.updatedReplicas && current?.reason === COMPLETE) return conditions;
  if (isComplete(state))
    return said({ status: 'True', reason: COMPLETE, message: `${name} has successfully progressed.` });
  if (isProgressing(deployment.status ?? {}, counts)) {
    return said({ status: 'True', reason: PROGRESSED, message: `${name} is progressing.` });
  }
  if (current === undefined || current.reason === COMPLETE || progressDeadline(deployment, current) > now) {
    return conditions;
  }
  return said({ status: 'False', reason: TIMED_OUT, message: `${name} has timed out progressing.` });
};

const PROGRESSED = 'ReplicaSetUpdated';
export const COMPLETE = 'NewReplicaSetAvailable';
export const TIMED_OUT = 'ProgressDeadlineExceeded';

/** The time at which a rollout without further progress has failed. */
export function progressDeadline({ spec }: Deployment, { lastUpdateTime = '' }: Condition): number {
  return Date.parse(lastUpdateTime) + (spec.progressDeadlineSeconds + 1) * 1_000;
}

function isComplete({ deployment: { spec }, counts }: { deployment: Deployment; counts: Counts }): boolean {
  const { replicas, updatedReplicas, availableReplicas } = counts;
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
}

function isProgressing(before: DeploymentStatus, counts: Counts): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = before;
  return (
    counts.updatedReplicas > updatedReplicas ||
    counts.replicas - counts.updatedReplicas < replicas - updatedReplicas ||
    counts.readyReplicas > readyReplicas ||
    counts.availableReplicas > availableReplicas
  );
}

const failure: Judge = (conditions, { sets, fresh, now }) => {
  const failed = [...(fresh === undefined ? [] : [fresh]), ...sets]
    .flatMap(({ status }) => status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  if (failed === undefined) return conditions.filter(({ type }) => type !== 'ReplicaFailure');
  const { reason = '', message = '' } = failed;
  return set(conditions, { type: 'ReplicaFailure', status: 'True', reason, message, now });
};

/**
 * Keeps the condition while its status and reason stay. Each step of progress is still written, because the deadline
 * counts from it.
 */
function set(
  conditions: readonly Condition[],
  { now, ...condition }: Omit<Condition, 'lastTransitionTime'> & { readonly now: number },
): readonly Condition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  const isSaid = before?.status === condition.status && before.reason === condition.reason;
  if (isSaid && condition.reason !== PROGRESSED) return conditions;
  const at = timestamp(now);
  return withCondition(conditions, { ...condition, lastUpdateTime: at, at });
}
