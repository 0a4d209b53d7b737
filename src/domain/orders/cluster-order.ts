/**
 * Orders to a cluster and their results: the messages between the state machine and the container task that runs
 * kubectl. The task cannot read the ledger, so an order holds everything that the task needs. A task may carry out the
 * same order more than once.
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
        /** The deployments that this deployment superseded. They may have left something on the cluster. */
        readonly clears: readonly string[];
        /** True for a hotfix: the task takes over fields that another tool or person has set. */
        readonly takesOver?: boolean | undefined;
      }
    | {
        readonly do: 'setWeight' | 'promote';
        readonly stable: string;
        readonly canary: string;
        /** The canary's share of the calls, in percent; 100 for `promote`. */
        readonly canaryPercent: number;
        readonly revision: string;
        readonly takesOver?: boolean | undefined;
      }
    /** The versions are null when the deployment was never planned. Then the task only removes what a superseded deployment has left. */
    | {
        readonly do: 'takeBack';
        readonly stable: string | null;
        readonly canary: string | null;
        readonly clears: readonly string[];
        /**
         * True when an alarm or a verdict speaks against the canary. Then no call stays on the canary, whatever the
         * health of stable is.
         */
        readonly isCanaryBad: boolean;
      }
    | { readonly do: 'restart'; readonly at: number }
    | { readonly do: 'scale'; readonly replicas: number }
    /** With `about`, the task also looks at the canary's pods and at its share of the calls. */
    | { readonly do: 'status'; readonly about?: AboutCanary | undefined }
    | { readonly do: 'diff'; readonly wanted: WantedVersion; readonly manifests: Manifests }
  );

export type TakeBackOrder = Extract<ClusterOrder, { readonly do: 'takeBack' }>;

/** A new image for the service's manifests, or a version that was deployed before, with its own manifests. */
export type WantedVersion = { readonly image: string } | { readonly version: string };

/** The two versions of a rollout in progress, and the canary's share of the calls by the ledger, 0 to 100. */
export interface AboutCanary {
  readonly stable: string;
  readonly canary: string;
  readonly canaryPercent: number;
  /** True when an object that a brake can change led calls to the canary. */
  readonly isLed?: boolean | undefined;
}

/** A canary that has calls on a cluster, and the workload that it belongs to. */
export interface CanaryOnCluster {
  readonly target: KubernetesTarget;
  readonly about: AboutCanary;
}

export type ClusterAct = ClusterOrder['do'];

/**
 * `scaledToNone`: stable has been scaled to zero. `unready`: all its pods have been unready for longer than pods may
 * take to become ready.
 */
export type Alone = 'scaledToNone' | 'unready';

/** What the task found and did. The timeline shows `notes` to people. */
export interface ClusterDone {
  readonly do: ClusterAct;
  readonly ok: true;
  /** The revision of the workload's record; null when the task wrote nothing. */
  readonly revision: string | null;
  /** For `plan`, the version that held the traffic before the order; otherwise the version that holds it now. */
  readonly stable: string;
  /** For `plan`, the version that the rollout tries. */
  readonly version: string | null;
  /** The canary's share of the calls by the workload's record now, in percent. */
  readonly percent: number;
  /** The share of the order's canary that the task found before it acted; null when the order names no canary. */
  readonly foundPercent: number | null;
  /** What the task removed of a superseded deployment. */
  readonly cleared: Cleared | null;
  readonly pods: readonly PodCount[];
  readonly notes: readonly string[];
  /** For `takeBack`: true when no pod of another version than stable had ever been ready, so none had a call. */
  readonly wasNeverReady?: boolean | undefined;
  /**
   * For `plan`: why stable would not answer a share of the calls that stays on it. Left out when stable would answer.
   */
  readonly alone?: Alone | undefined;
  /** When the order leaves calls on a canary: the change that takes those calls off. */
  readonly brake?: BrakeOrder | null | undefined;
  /** What the task saw of the canary that a `status` order names. */
  readonly look?: CanaryLook | undefined;
}

/**
 * Where the calls are when a rollback could not put them on the wanted stable version. The details of the NotFound hold
 * it as `left`.
 */
export interface CallsLeft {
  readonly revision: string;
  /** The version that has the calls now. */
  readonly stable: string;
  /** What the task removed of a superseded deployment. */
  readonly cleared: Cleared | null;
  /**
   * `percent` is the share of the order's canary by the workload's record now; `foundPercent` is the share that the
   * task found.
   */
  readonly percent: number;
  readonly foundPercent: number | null;
  /**
   * True when stable exists but does not become ready, the canary answers, and no evidence speaks against the canary.
   */
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

/** The order for a deployment's next step, when only the cluster can do that step; otherwise null. */
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
 * At 100 % all calls are on the canary's pods, but the promotion is still to come. On a cluster the promotion is a step
 * of its own, after the last step of the strategy.
 */
function isPromotedOnCluster({ progress, steps }: Deployment): boolean {
  return progress.stepIndex > steps.length;
}

/** Null while no call goes to a canary on a cluster: then there is no canary to look at. */
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

/**
 * The order that makes a task look at the canary, for a cluster that no function can reach. Null when there is no
 * canary to look at.
 */
export function lookOrderFor(deployment: Deployment): ClusterOrder | null {
  const found = canaryOnCluster(deployment);
  if (found === null) return null;
  return { ...workloadOf(deployment, found.target), do: 'status', about: found.about };
}

/**
 * The order that rolls a workload back. Null when neither this deployment nor one that it superseded can have left
 * anything on the cluster.
 */
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

/** True when evidence speaks against the version that the deployment takes the calls off. */
export function isAccused({ kind, signal, by, progress }: Deployment): boolean {
  const accuser = kind === 'rollback' ? by : signal?.kind === 'rollBack' ? signal.by : '';
  return progress.isCanaryBad === true || isAccuser(accuser);
}

/**
 * Leaves the manifests out: an order travels in an environment variable, and CodeBuild allows 5,500 characters for all
 * variables together.
 */
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
