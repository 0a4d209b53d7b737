/**
 * What the simulated controllers read from workloads. They trust these fields, because the API server validated them.
 */
import type { ClusterObject, ObjectMeta, ObjectRef } from '../../../domain/workload/cluster-object.ts';
import type { Fields } from './plain-data.ts';

export type Labels = Readonly<Record<string, string>>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: true;
  readonly blockOwnerDeletion: true;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly ports?: readonly { readonly containerPort: number; readonly name?: string }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef?: KeyRef; readonly secretKeyRef?: KeyRef };
  }[];
  readonly envFrom?: readonly { readonly configMapRef?: NameRef; readonly secretRef?: NameRef }[];
  readonly [field: string]: unknown;
}
type Amounts = Readonly<Record<string, string | number>>;
export interface NameRef {
  readonly name: string;
  readonly optional?: boolean;
}
export interface KeyRef extends NameRef {
  readonly key: string;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Labels;
  readonly terminationGracePeriodSeconds?: number;
  readonly volumes?: readonly Fields[];
  readonly affinity?: { readonly podAntiAffinity?: PodAntiAffinity };
}
export interface PodAntiAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm: AffinityTerm }[];
}
export interface AffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: PodSpec;
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly Expression[];
}
export interface Expression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime: string;
}

/** As in the API server, a count of zero is left out. */
export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions?: readonly Condition[];
}

export interface Deployment extends ClusterObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
    };
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
    readonly minReadySeconds?: number;
    readonly paused?: boolean;
  };
  readonly status?: DeploymentStatus;
}

export interface ReplicaSet extends ClusterObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
}
export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: { readonly exitCode: number; readonly reason: string; readonly finishedAt: string } };

export interface Pod extends ClusterObject {
  readonly spec: PodSpec;
  readonly status: {
    readonly phase: 'Pending' | 'Running';
    readonly podIP?: string;
    readonly conditions: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Returns `namespace/name`, the key of an object for controllers. */
export function keyOf({ metadata: { namespace = '', name } }: ObjectRef): string {
  return `${namespace}/${name}`;
}

export function uidOf({ metadata }: ClusterObject): string {
  return metadata.uid as string;
}

/** Returns the owner that controls the object; undefined when it has none. */
export function ownerOf({ metadata }: { readonly metadata: ObjectMeta }): OwnerReference | undefined {
  return (metadata.ownerReferences as readonly OwnerReference[] | undefined)?.find(({ controller }) => controller);
}

export function ownedBy({ apiVersion, kind, metadata }: ClusterObject): readonly OwnerReference[] {
  const uid = metadata.uid as string;
  return [{ apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true }];
}

export function isTerminating({ metadata }: ClusterObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function isReady({ status }: Pod): boolean {
  return status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

/**
 * As in Kubernetes, an empty selector selects everything. Callers refuse an empty selector where that would be a
 * mistake.
 */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  return hasLabels(labels, matchLabels) && matchExpressions.every((expression) => holds(expression, labels));
}

function holds({ key, operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

export function hasLabels(labels: Labels = {}, wanted: Labels = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/**
 * Returns the conditions with this one set. When its status stays the same, the time of its last transition stays too.
 */
export function withCondition(
  conditions: readonly Condition[],
  { at, ...condition }: Omit<Condition, 'lastTransitionTime'> & { readonly at: string },
): readonly Condition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : at;
  const set: Condition = { ...condition, lastTransitionTime };
  if (before === undefined) return [...conditions, set];
  return conditions.map((one) => (one === before ? set : one));
}

/** Returns the status without counts that are zero. */
export function withoutZeros<Status extends object>(status: Status): Status {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0)) as Status;
}
