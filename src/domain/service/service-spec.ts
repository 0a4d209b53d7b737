/**
 * What a team says of a service in `slipway.yml`: where it runs, how a new version is tried, and what takes it back.
 * The same shape in the file, over HTTP and in the database; its schema is src/spec/service-spec.ts.
 */

import type { Duration } from '../duration.ts';
import type { DescribedAlarm } from './described-alarm.ts';
import type { RehearsedTrigger } from './rehearsed-trigger.ts';
import type { Strategy } from './strategy.ts';

/** A Lambda function, and the alias through which callers call it. */
export interface LambdaTarget {
  readonly kind: 'lambda';
  readonly function: string;
  readonly alias: string;
}

/**
 * A Deployment in a namespace of a cluster, its Service, and the way in which live calls are split between two of its
 * versions.
 */
export interface KubernetesTarget {
  readonly kind: 'kubernetes';
  /** The name of the EKS cluster. With a KUBECONFIG, Slipway uses the cluster of its context, whatever this name is. */
  readonly cluster: string;
  readonly namespace: string;
  /** The name of the Deployment and of the Service in front of it. */
  readonly workload: string;
  readonly route: Route;
  readonly manifests: Manifests;
  /** How long new pods may take to become ready. A version whose pods are not ready by then is rolled back. */
  readonly readyWithin: Duration;
  /** Where the metrics of the versions come from. The default is `slipway`. */
  readonly metricsFrom?: MetricsSource | undefined;
}

/**
 * * `slipway`: the pods write requests, errors and durations into the CloudWatch namespace Slipway.
 * * `targetGroups`: the load balancer of an albIngress counts them by the minute, in the target groups of the Services
 *   `<workload>` and `<workload>-canary`.
 */
export type MetricsSource =
  | { readonly kind: 'slipway' }
  | {
      readonly kind: 'targetGroups';
      /** Such as `app/name/0123456789abcdef`. */
      readonly loadBalancer: string;
      /** Such as `targetgroup/name/0123456789abcdef`. */
      readonly stable: string;
      readonly canary: string;
    };

/**
 * * `rolling`: no canary; Kubernetes replaces the pods one by one.
 * * `replicas`: canary pods behind the same Service, by their share of all pods.
 * * `httpRoute`, `albIngress`: weights of the named object, between the Services `<workload>` and `<workload>-canary`.
 * * `blueGreen`: a whole second set of pods, reached through the Service `<workload>-preview`. The Service `<workload>`
 *   switches to it at once.
 */
export type Route =
  | { readonly kind: (typeof POD_ROUTES)[number] }
  | { readonly kind: (typeof OBJECT_ROUTES)[number]; readonly name: string };

export const POD_ROUTES = ['rolling', 'replicas', 'blueGreen'] as const;
export const OBJECT_ROUTES = ['httpRoute', 'albIngress'] as const;

/**
 * What Slipway renders its hardened manifests from; or a team's own folder of manifests. In a folder Slipway changes
 * only image, replicas, labels and weights.
 */
export type Manifests =
  | {
      /** The port on which the container listens: 1024 to 65535, because the container does not run as root. */
      readonly port: number;
      readonly replicas: number;
      readonly environment: Readonly<Record<string, string>>;
      /** Names of Secrets in the namespace whose keys become environment variables. Slipway never reads the Secrets. */
      readonly secrets: readonly string[];
    }
  | {
      readonly folder: string;
      /**
       * The container whose image changes. When left out, it is the only container, or the container named `app` or
       * like the workload. Otherwise it is the only one with an image of the same repository.
       */
      readonly container?: string | undefined;
    };

/** Where a workload is and how its calls are split, without its manifests and the source of its metrics. */
export type WorkloadTarget = Omit<KubernetesTarget, 'manifests' | 'metricsFrom'>;

export type Target = LambdaTarget | KubernetesTarget;

/** One limit on the canary. A value equal to the limit passes; only a value above the limit is a failed period. */
export interface ThresholdRule {
  readonly metric: (typeof RULE_METRICS)[number];
  readonly moreThan: number;
  /** Dry run: Slipway shows the result and never acts on it. */
  readonly observedOnly?: boolean | undefined;
}

export const RULE_METRICS = ['errorRatePercent', 'durationP99Ms'] as const;

/**
 * A metric that the sequential judge compares with stable. `weight` is its share of the false-rollback budget, relative
 * to the other metrics.
 */
export interface JudgedMetric {
  readonly metric: (typeof JUDGED_METRICS)[number];
  /** Above 0. */
  readonly weight: number;
  /** Dry run: Slipway shows the result and never acts on it. */
  readonly observedOnly: boolean;
}

export const JUDGED_METRICS = ['errors', 'latency'] as const;

export const PERIODS_SECONDS = [10, 60] as const;

/**
 * * `alarms-only`: only the alarms of the service decide.
 * * `sequential`: compares errors and latency with stable in the same periods, every minute. It bounds the chance of a
 *   false rollback over the whole rollout.
 * * `mann-whitney`: compares gauges with stable, once at a judge step.
 * * `threshold`: a rule fails when at least `failWhenAtLeast` of the last `ofLastPeriods` closed periods are above its
 *   limit. A period in which the canary had fewer than `minimumRequests` requests does not count.
 *
 * A `periodSeconds` of 10 needs high-resolution metrics.
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
      /** The limit on false rollbacks, in percent of the healthy canaries. */
      readonly falseRollbackPercent: number;
      /** Harm is this many times stable's rate of errors, or of slow requests. A member of RATIOS above 1. */
      readonly harmRatio: number;
      /** The requests that each version needs before the canary may be called healthy. */
      readonly minimumRequests: number;
      /** No metric appears twice, and at least one is not observed only. */
      readonly metrics: readonly JudgedMetric[];
      readonly periodSeconds: (typeof PERIODS_SECONDS)[number];
      /** True when a bake ends as soon as harm is ruled out. It never ends an approval or a pause. */
      readonly endsBakesEarly: boolean;
      /**
       * Starts at the canary's first request. Its periods are no evidence, because cold starts make a new version
       * differ.
       */
      readonly warmUp: Duration;
    }
  | { readonly kind: 'mann-whitney'; readonly metrics: readonly ThresholdRule['metric'][] };

export type SequentialJudge = Extract<Judge, { kind: 'sequential' }>;
export type ThresholdJudge = Extract<Judge, { kind: 'threshold' }>;

/** What happens to a canary that had too little traffic to judge. It is never promoted silently. */
export type NoDataPolicy = (typeof NO_DATA_POLICIES)[number];

export const NO_DATA_POLICIES = ['hold', 'extend', 'rollBack'] as const;

/**
 * A check that a team runs before or after the traffic shift: a Lambda function that Slipway invokes, or an HTTPS
 * address that it calls.
 */
export type Hook = { readonly function: string } | { readonly webhook: string };

export interface Hooks {
  readonly beforeTraffic: readonly Hook[];
  readonly afterTraffic: readonly Hook[];
}

/** How the service is simulated without AWS: by a real handler module under traffic, or by a model of it. */
export interface RehearsalPart {
  /**
   * The handler of the first version, in Lambda's form such as `src/app.handler`, or a file. The path is relative to
   * the folder of slipway.yml. `npm start` needs it.
   */
  readonly handler?: string | undefined;
  readonly requestsPerSecond: number;
  /**
   * The event of each call: a sample of AWS, a route or a file; or several of them with weights. The default is an HTTP
   * request.
   */
  readonly event?: string | Readonly<Record<string, number>> | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The default is 3 seconds, as in Lambda. */
  readonly timeoutSeconds?: number | undefined;
  /** Folders that contain what a layer has below /opt, such as `nodejs/node_modules`. */
  readonly layers?: readonly string[] | undefined;
  /** Other callers of the function, in addition to the calls of its alias; for `npm start`. */
  readonly triggers?: readonly RehearsedTrigger[] | undefined;
  /** The model for `slipway rehearse` and `slipway calibrate`. */
  readonly model?: ModelPart | undefined;
}

/**
 * What a team knows about the behaviour of its service; Slipway assumes the rest. Units and meaning are in
 * src/rehearse/model/service-model.ts.
 */
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
  /** The names of the alarms, including those that the spec describes. */
  readonly alarms: readonly string[];
  /**
   * The alarms among `alarms` that the spec describes, so that a person who adopts the service can make them. Left out
   * when it describes none.
   */
  readonly describedAlarms?: readonly DescribedAlarm[] | undefined;
  readonly judge: Judge;
  readonly noData: NoDataPolicy;
  readonly hooks: Hooks;
  /** How long after the promotion an alarm still rolls back automatically. */
  readonly watch: Duration;
  /** How long a whole rollout may take, with approvals and pauses. A rollout that takes longer is rolled back. */
  readonly deadline: Duration;
  /** Only the rehearsal reads it; AWS already has the function. */
  readonly rehearsal?: RehearsalPart | undefined;
}

/** A registered service: its spec and the number of the spec's revision, counted from 1. */
export interface Service {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly revision: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** A wrong field, as a JSON pointer into the document that contained it, and what is wrong with the field. */
export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}
