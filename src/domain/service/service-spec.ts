/**
 * What a team says of a service in `slipway.yml`: where it runs, how a new version is tried, and what takes it back.
 * The same shape in the file, over HTTP and in the database; its schema is src/spec/service-spec.ts.
 */

import type { Duration } from '../duration.ts';
import type { DescribedAlarm } from './described-alarm.ts';
import type { RehearsedTrigger } from './rehearsed-trigger.ts';
import type { Strategy } from './strategy.ts';

/** A Lambda function and the alias through which it is called. */
export interface LambdaTarget {
  readonly kind: 'lambda';
  readonly function: string;
  readonly alias: string;
}

/** A Deployment in a namespace of a cluster, with its Service, and how live calls are split between two versions of it. */
export interface KubernetesTarget {
  readonly kind: 'kubernetes';
  /** The name of the EKS cluster; with a KUBECONFIG, it is the context's cluster whatever it is called. */
  readonly cluster: string;
  readonly namespace: string;
  /** Name of the Deployment, and of the Service in front of it. */
  readonly workload: string;
  readonly route: Route;
  readonly manifests: Manifests;
  /** How long new pods may take to become ready; a version whose pods are not by then goes back. */
  readonly readyWithin: Duration;
  /** Who measures what the versions do; left out, it is `slipway`. */
  readonly metricsFrom?: MetricsSource | undefined;
}

/**
 * `slipway`: the pods write requests, errors and durations into CloudWatch's namespace Slipway. `targetGroups`: the load balancer
 * of an albIngress counts them, by the minute, in the target groups of Services `<workload>` and `<workload>-canary`.
 */
export type MetricsSource =
  | { readonly kind: 'slipway' }
  | {
      readonly kind: 'targetGroups';
      /** `app/name/0123456789abcdef` */
      readonly loadBalancer: string;
      /** `targetgroup/name/0123456789abcdef` */
      readonly stable: string;
      readonly canary: string;
    };

/**
 * `rolling`: no canary, the pods are replaced one by one. `replicas`: canary pods behind the same Service, by their share
 * of all pods. `httpRoute`, `albIngress`: weights of the named object, between Service `<workload>` and `<workload>-canary`.
 * `blueGreen`: a whole second set of pods, seen by Service `<workload>-preview`, to which the Service is switched at once.
 */
export type Route =
  | { readonly kind: (typeof POD_ROUTES)[number] }
  | { readonly kind: (typeof OBJECT_ROUTES)[number]; readonly name: string };

export const POD_ROUTES = ['rolling', 'replicas', 'blueGreen'] as const;
export const OBJECT_ROUTES = ['httpRoute', 'albIngress'] as const;

/** What Slipway renders its hardened manifests from; or a folder of the team's own, of which it changes only image, replicas, labels and weights. */
export type Manifests =
  | {
      /** On which the container listens; 1024 to 65535, because it does not run as root. */
      readonly port: number;
      readonly replicas: number;
      readonly environment: Readonly<Record<string, string>>;
      /** Names of Secrets in the namespace whose keys become environment variables. Slipway never reads them. */
      readonly secrets: readonly string[];
    }
  | {
      readonly folder: string;
      /** Whose image changes; left out, the only one, or the one named `app` or like the workload, or the one of the image's repository. */
      readonly container?: string | undefined;
    };

/** Where a workload is and how its calls are split, without what its manifests are made from and its metrics come from. */
export type WorkloadTarget = Omit<KubernetesTarget, 'manifests' | 'metricsFrom'>;

export type Target = LambdaTarget | KubernetesTarget;

/** One limit on the canary. A value equal to the limit passes; only a value above it is a failed period. */
export interface ThresholdRule {
  readonly metric: (typeof RULE_METRICS)[number];
  readonly moreThan: number;
  /** Dry run: shown, never acted upon. */
  readonly observedOnly?: boolean | undefined;
}

export const RULE_METRICS = ['errorRatePercent', 'durationP99Ms'] as const;

/** What the sequential judge compares with stable's, and its share of the false-rollback budget, relative to the others'. */
export interface JudgedMetric {
  readonly metric: (typeof JUDGED_METRICS)[number];
  /** Above 0. */
  readonly weight: number;
  /** Dry run: shown, never acted upon. */
  readonly observedOnly: boolean;
}

export const JUDGED_METRICS = ['errors', 'latency'] as const;

export const PERIODS_SECONDS = [10, 60] as const;

/**
 * `alarms-only`: the alarms of the service decide alone. `sequential`: errors and latency against stable's in the same periods, asked
 * every minute, with the chance of a false rollback bounded over the whole rollout. `mann-whitney`: gauges against stable's,
 * asked once at a judge step. `threshold`: a rule fails when at least `failWhenAtLeast` of
 * the last `ofLastPeriods` closed periods lie above its limit; periods with fewer than `minimumRequests` requests to
 * the canary do not count. `periodSeconds` 10 needs high-resolution metrics.
 */
export type Judge =
  | { readonly kind: 'alarms-only' }
  | {
      readonly kind: 'threshold';
      readonly rules: readonly ThresholdRule[];
      readonly failWhenAtLeast: number;
      readonly ofLastPeriods: number;
      readonly periodSeconds: (typeof PERIODS_SECONDS)[number];
      readonly minimumRequests: number;
    }
  | {
      readonly kind: 'sequential';
      /** At most so many healthy canaries in a hundred are ever rolled back. */
      readonly falseRollbackPercent: number;
      /** So many times stable's rate of errors, or of slow requests, is harm; a member of RATIOS above 1. */
      readonly harmRatio: number;
      /** Of each version, before the canary may be called healthy. */
      readonly minimumRequests: number;
      /** None twice, and at least one that is not observed only. */
      readonly metrics: readonly JudgedMetric[];
      readonly periodSeconds: (typeof PERIODS_SECONDS)[number];
      /** A bake ends when harm is ruled out. It ends no approval and no pause. */
      readonly endsBakesEarly: boolean;
      /** From the canary's first request: cold starts are real differences, and no evidence. */
      readonly warmUp: Duration;
    }
  | { readonly kind: 'mann-whitney'; readonly metrics: readonly ThresholdRule['metric'][] };

export type SequentialJudge = Extract<Judge, { kind: 'sequential' }>;
export type ThresholdJudge = Extract<Judge, { kind: 'threshold' }>;

/** What becomes of a canary that had too little traffic to judge. It is never promoted silently. */
export type NoDataPolicy = (typeof NO_DATA_POLICIES)[number];

export const NO_DATA_POLICIES = ['hold', 'extend', 'rollBack'] as const;

/** A check that a team runs around the traffic shift: a Lambda function that is invoked, or an HTTPS address that is called. */
export type Hook = { readonly function: string } | { readonly webhook: string };

export interface Hooks {
  readonly beforeTraffic: readonly Hook[];
  readonly afterTraffic: readonly Hook[];
}

/** How the service is played when there is no AWS: by a real handler module under traffic, or by a model of it. */
export interface RehearsalPart {
  /** The first version, as Lambda names it: `src/app.handler`; or a file. From the folder of slipway.yml. `npm start` needs it. */
  readonly handler?: string | undefined;
  readonly requestsPerSecond: number;
  /** What a call brings: a sample of AWS, a route, a file; or several with their weights. Left out, a request over HTTP. */
  readonly event?: string | Readonly<Record<string, number>> | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Left out, 3 seconds, as in Lambda. */
  readonly timeoutSeconds?: number | undefined;
  /** Folders with what a layer has below /opt: `nodejs/node_modules`, for example. */
  readonly layers?: readonly string[] | undefined;
  /** Who calls the function beside the calls of its alias; for `npm start`. */
  readonly triggers?: readonly RehearsedTrigger[] | undefined;
  /** For `slipway rehearse` and `slipway calibrate`. */
  readonly model?: ModelPart | undefined;
}

/** What a team knows of how its service behaves; the rest is assumed. Units and meaning: src/rehearse/model/service-model.ts. */
export interface ModelPart {
  readonly requestsPerSecond?: number | undefined;
  readonly swingPercent?: number | undefined;
  readonly errorPercent?: number | undefined;
  readonly medianMs?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly noisePercent?: number | undefined;
  readonly coldStartMs?: number | undefined;
  readonly outage?:
    | {
        readonly percentOfRollouts?: number | undefined;
        readonly minutes?: number | undefined;
        readonly errorFactor?: number | undefined;
      }
    | undefined;
}

export interface ServiceSpec {
  readonly name: string;
  readonly target: Target;
  readonly strategy: Strategy;
  /** By name, those that the spec describes among them. */
  readonly alarms: readonly string[];
  /** Those of `alarms` that the spec describes, so that whoever adopts the service can make them; left out: it describes none. */
  readonly describedAlarms?: readonly DescribedAlarm[] | undefined;
  readonly judge: Judge;
  readonly noData: NoDataPolicy;
  readonly hooks: Hooks;
  /** How long after 100 % an alarm still rolls back by itself. */
  readonly watch: Duration;
  /** How long a whole rollout may take, approvals and pauses included; past it, the rollout goes back. */
  readonly deadline: Duration;
  /** Read by the rehearsal only; AWS has the function already. */
  readonly rehearsal?: RehearsalPart | undefined;
}

/** A registered service: its spec and the number of that revision, counted from 1. */
export interface Service {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly revision: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** A field that is wrong, as a JSON pointer into the document it came in, and what is wrong with it. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}
