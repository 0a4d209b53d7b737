/**
 * What is asked of a cluster, and what it answers: the messages between the state machine and the container task that
 * runs kubectl. An order says all that the task needs, for it has no ledger; it may be carried out more than once.
 */
import type { Deployment } from '../deployment/deployment.ts';
import type { Decision } from '../deployment/rollout.ts';
import { isAccuser, isRetreat } from '../deployment/signal.ts';
import type { ErrorDetails, ErrorName } from '../errors.ts';
import type { KubernetesTarget, Manifests, WorkloadTarget } from '../service/service-spec.ts';
import { onCluster } from '../service/target.ts';
import type { BrakeOrder } from '../workload/brake-order.ts';
import type { CanaryLook } from '../workload/canary-pods.ts';
import type { Cleared, Holder } from '../workload/workload-record.ts';

export type ClusterOrder = Holder & {
  readonly service: string;
  readonly target: WorkloadTarget;
} & (
    | {
        readonly do: 'plan';
        readonly wanted: WantedVersion;
        readonly manifests: Manifests;
        readonly weights: readonly number[];
        /** Deployments whose place it took, and which may have left something. */
        readonly clears: readonly string[];
        /** It is a hotfix: it takes over the fields that somebody else has set. */
        readonly takesOver?: boolean | undefined;
      }
    | {
        readonly do: 'setWeight' | 'promote';
        readonly stable: string;
        readonly canary: string;
        /** 100 for `promote`. */
        readonly canaryPercent: number;
        readonly revision: string;
        readonly takesOver?: boolean | undefined;
      }
    /** Null: it was never planned, and all there may be to do is to clear what a superseded deployment has left. */
    | {
        readonly do: 'takeBack';
        readonly stable: string | null;
        readonly canary: string | null;
        readonly clears: readonly string[];
        /** An alarm or a verdict speaks against the canary: no call stays on it, whatever stable's health is. */
        readonly isCanaryBad: boolean;
      }
    | { readonly do: 'restart'; readonly at: number }
    | { readonly do: 'scale'; readonly replicas: number }
    /** With the canary that it is about, it looks at its pods and its share as well. */
    | { readonly do: 'status'; readonly about?: AboutCanary | undefined }
    | { readonly do: 'diff'; readonly wanted: WantedVersion; readonly manifests: Manifests }
  );

export type TakeBackOrder = Extract<ClusterOrder, { readonly do: 'takeBack' }>;

/** A new image for the service's manifests, or a version that was deployed before, manifests and all. */
export type WantedVersion = { readonly image: string } | { readonly version: string };

/** Two versions in mid-rollout, and the canary's share by the ledger, 0 to 100. */
export interface AboutCanary {
  readonly stable: string;
  readonly canary: string;
  readonly canaryPercent: number;
  /** Calls were led to it by an object that a brake can change. */
  readonly isLed?: boolean | undefined;
}

/** A canary that has calls on a cluster, and the workload that it belongs to. */
export interface CanaryOnCluster {
  readonly target: KubernetesTarget;
  readonly about: AboutCanary;
}

export type ClusterAct = ClusterOrder['do'];

/** Somebody has scaled it to nothing; or its pods have not been ready for as long as they may take to get so. */
export type Alone = 'scaledToNone' | 'unready';

/** What was found and done; `notes` are for a person, to stand in the timeline. */
export interface ClusterDone {
  readonly do: ClusterAct;
  readonly ok: true;
  /** The revision of the workload's record; null where nothing was written. */
  readonly revision: string | null;
  /** The version that held the traffic (`plan`) or holds it now. */
  readonly stable: string;
  /** `plan`: the version to be tried. */
  readonly version: string | null;
  /** The canary's share of the calls, as the record has it now. */
  readonly percent: number;
  /** The share of the order's canary that was found before it; null where the order is about none. */
  readonly foundPercent: number | null;
  /** What it cleared of a deployment whose place its own took. */
  readonly cleared: Cleared | null;
  readonly pods: readonly PodCount[];
  readonly notes: readonly string[];
  /** `plan`: why nobody would answer a share of the calls that is left to the stable version. Left out: somebody would. */
  readonly alone?: Alone | undefined;
  /** Where it leaves calls on a canary: the change that takes them off. */
  readonly brake?: BrakeOrder | null | undefined;
  /** What a `status` saw of the canary that it was about. */
  readonly look?: CanaryLook | undefined;
}

/** Where a way back leaves the calls that found no way home: among the details of its NotFound, as `left`. */
export interface CallsLeft {
  readonly revision: string;
  /** The version that holds the calls now. */
  readonly stable: string;
  /** What it cleared of a deployment whose place its own took. */
  readonly cleared: Cleared | null;
  /** The share of the order's canary, as the record has it now, and as it was found. */
  readonly percent: number;
  readonly foundPercent: number | null;
  /** Home is there and does not come up, and nothing was known against the canary, which answers. */
  readonly stays: boolean;
}

export interface PodCount {
  readonly version: string;
  readonly ready: number;
  readonly total: number;
}

export interface ClusterFailed {
  readonly do: ClusterAct;
  readonly ok: false;
  readonly error: { readonly name: ErrorName; readonly message: string; readonly details: ErrorDetails };
}

export type ClusterResult = ClusterDone | ClusterFailed;

/** Where a deployment's next step is one that only the cluster can do; null where it is not. */
export function clusterOrderFor(deployment: Deployment, decision: Decision): ClusterOrder | null {
  const { spec, status, stable, canary, liveRevision, signal, steps, progress } = deployment;
  const target = onCluster(spec.target);
  if (target === null || decision.do === 'stop' || decision.do === 'rollBack') return null;
  const order = { ...workloadOf(deployment, target), ...(progress.isHotfix && { takesOver: true }) };
  if (status === 'opened' && !isRetreat(signal)) {
    const weights = steps.flatMap((step) => ('setWeight' in step ? [step.setWeight] : []));
    const { manifests } = target;
    return { ...order, do: 'plan', wanted: wantedOf(deployment), manifests, weights, clears: [] };
  }
  if (stable === null || canary === null || liveRevision === null) return null;
  const versions = { stable, canary, revision: liveRevision };
  if (decision.do === 'shift') return { ...order, ...versions, do: 'setWeight', canaryPercent: decision.toPercent };
  return decision.do === 'promote' && !isPromotedOnCluster(deployment)
    ? { ...order, ...versions, do: 'promote', canaryPercent: 100 }
    : null;
}

/**
 * At 100 % the calls are on the canary's pods, and the promotion is still to come: it is a step of its own here, after the
 * last one of the strategy.
 */
function isPromotedOnCluster({ progress, steps }: Deployment): boolean {
  return progress.stepIndex > steps.length;
}

/** Null while no call goes to a canary on a cluster: then there is nothing to look at. */
export function canaryOnCluster(deployment: Deployment): CanaryOnCluster | null {
  const { spec, kind, stable, canary, atPercent, progress } = deployment;
  const target = onCluster(spec.target);
  const isTried = target !== null && kind === 'rollout' && atPercent > 0;
  if (!isTried || stable === null || canary === null) return null;
  const about = { stable, canary, canaryPercent: atPercent, ...(progress.brake === undefined ? {} : { isLed: true }) };
  return { target, about };
}

export function aboutCanary(deployment: Deployment): AboutCanary | null {
  return canaryOnCluster(deployment)?.about ?? null;
}

/** Asks a task for a look at the canary, where no function reaches its cluster. */
export function lookOrderFor(deployment: Deployment): ClusterOrder | null {
  const found = canaryOnCluster(deployment);
  if (found === null) return null;
  return { ...workloadOf(deployment, found.target), do: 'status', about: found.about };
}

/** Null: nothing of this deployment, nor of one that it took the place of, can be on the cluster. */
export function wayBackOrderFor(deployment: Deployment): TakeBackOrder | null {
  const { spec, stable, canary, liveRevision, replaces } = deployment;
  const target = onCluster(spec.target);
  if (target === null) return null;
  const isPlanned = stable !== null && canary !== null && liveRevision !== null;
  if (!isPlanned && replaces === null) return null;
  const versions = isPlanned ? { stable, canary } : { stable: null, canary: null };
  const isCanaryBad = isAccused(deployment);
  return { ...workloadOf(deployment, target), ...versions, do: 'takeBack', clears: [], isCanaryBad };
}

/** Whether evidence speaks against the version that a deployment takes the calls off. */
export function isAccused({ kind, signal, by, progress }: Deployment): boolean {
  const accuser = kind === 'rollback' ? by : signal?.kind === 'rollBack' ? signal.by : '';
  return progress.isCanaryBad === true || isAccuser(accuser);
}

/** Without the manifests: an order travels in an environment variable, and CodeBuild takes 5,500 characters of all of them. */
function workloadOf(
  { id, fence, service }: Deployment,
  { manifests: _m, metricsFrom: _f, ...target }: KubernetesTarget,
) {
  return { deploymentId: id, fence, service, target };
}

/** A deployment of a Kubernetes service has one of the two: start-rollout refuses anything else. */
function wantedOf({ artifact }: Deployment): WantedVersion {
  if ('image' in artifact) return { image: artifact.image };
  return { version: 'version' in artifact ? artifact.version : '' };
}

export type PlanOrder = Extract<ClusterOrder, { readonly do: 'plan' }>;
