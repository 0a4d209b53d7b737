/**
 * What a team says of a service in `slipway.yml`: where it runs, how a new version is tried, and what takes it back.
 * The same shape in the file, over HTTP and in the database; the zod schema of it is src/api/service-spec.ts.
 */
import { type Duration, durationInWords, durationMs } from './duration.ts';
import { planSteps, type Step, type Strategy } from './strategy.ts';

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
}

/**
 * `rolling`: no canary, the pods are replaced one by one. `replicas`: canary pods behind the same Service, by their share
 * of all pods. `httpRoute`, `albIngress`: weights of the named object, between Service `<workload>` and `<workload>-canary`.
 * `blueGreen`: a whole second set of pods, seen by Service `<workload>-preview`, to which the Service is switched at once.
 */
export type Route =
  | { readonly kind: 'rolling' | 'replicas' | 'blueGreen' }
  | { readonly kind: 'httpRoute' | 'albIngress'; readonly name: string };

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
  | { readonly folder: string };

/** Where a workload is and how its calls are split, without what its manifests are made from. */
export type WorkloadTarget = Omit<KubernetesTarget, 'manifests'>;

export type Target = LambdaTarget | KubernetesTarget;

/** One limit on the canary. A value equal to the limit passes; only a value above it is a failed period. */
export interface ThresholdRule {
  readonly metric: 'errorRatePercent' | 'durationP99Ms';
  readonly moreThan: number;
}

/** What the sequential judge compares with stable's, and its share of the false-rollback budget, relative to the others'. */
export interface JudgedMetric {
  readonly metric: 'errors' | 'latency';
  /** Above 0. */
  readonly weight: number;
  /** Dry run: shown, never acted upon. */
  readonly observedOnly: boolean;
}

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
      readonly periodSeconds: 10 | 60;
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
      readonly periodSeconds: 10 | 60;
      /** A bake ends when harm is ruled out. It ends no approval and no pause. */
      readonly endsBakesEarly: boolean;
      /** From the canary's first request: cold starts are real differences, and no evidence. */
      readonly warmUp: Duration;
    }
  | { readonly kind: 'mann-whitney'; readonly metrics: readonly ThresholdRule['metric'][] };

export type SequentialJudge = Extract<Judge, { kind: 'sequential' }>;

/** What becomes of a canary that had too little traffic to judge. It is never promoted silently. */
export type NoDataPolicy = 'hold' | 'extend' | 'rollBack';

/** A check that a team runs around the traffic shift: a Lambda function that is invoked, or an HTTPS address that is called. */
export type Hook = { readonly function: string } | { readonly webhook: string };

export interface Hooks {
  readonly beforeTraffic: readonly Hook[];
  readonly afterTraffic: readonly Hook[];
}

/** How the service is played when there is no AWS: by a real handler module under traffic, or by a model of it. */
export interface RehearsalPart {
  /** Path of the first version's module, from the folder in which the rehearsal was started; `npm start` needs it. */
  readonly handler?: string | undefined;
  readonly requestsPerSecond: number;
  /** For `slipway rehearse` and `slipway calibrate`. */
  readonly model?: ModelPart | undefined;
}

/** What a team knows of how its service behaves; the rest is assumed. Units and meaning: src/rehearsal/model/service-model.ts. */
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
  readonly alarms: readonly string[];
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

/** The rules that hold between fields; those of a single field are in the schema. An empty list is a good spec. */
export function specProblems(
  spec: Pick<ServiceSpec, 'strategy' | 'judge' | 'alarms' | 'deadline'> & { readonly target?: Target },
): FieldProblem[] {
  const steps = planSteps(spec.strategy);
  return [
    ...weightProblems(steps),
    ...routeProblems(steps, spec.target),
    ...timeProblems(steps, spec.deadline),
    ...judgeProblems(spec),
  ];
}

/** Two of the routes know only all or nothing. */
function routeProblems(steps: readonly Step[], target: Target | undefined): FieldProblem[] {
  if (target?.kind !== 'kubernetes') return [];
  const { kind } = target.route;
  if (kind !== 'rolling' && kind !== 'blueGreen') return [];
  return steps.flatMap((step, index) => {
    if (!('setWeight' in step) || step.setWeight === 100) return [];
    const detail = `The route ${kind} sends all calls or none to the new version, so a weight of ${step.setWeight} % cannot be set. Write 100, or choose the route replicas, httpRoute or albIngress.`;
    return [{ pointer: `/strategy/${index}/setWeight`, detail }];
  });
}

function weightProblems(steps: readonly Step[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  let reached = 0;
  for (const [index, step] of steps.entries()) {
    if (!('setWeight' in step)) continue;
    if (step.setWeight <= reached) {
      const detail = `The weight ${step.setWeight} does not rise above the ${reached} before it. Weights only go up; to go back, abort.`;
      problems.push({ pointer: `/strategy/${index}/setWeight`, detail });
    }
    reached = step.setWeight;
  }
  return problems;
}

function timeProblems(steps: readonly Step[], deadline: Duration): FieldProblem[] {
  const bakedMs = bakesMs(steps);
  if (bakedMs < durationMs(deadline)) return [];
  const detail = `The bakes take ${bakedMs / 1_000} seconds, which the deadline of ${durationInWords(deadline)} does not leave. Raise the deadline or shorten the bakes.`;
  return [{ pointer: '/deadline', detail }];
}

function judgeProblems({ judge, strategy }: Pick<ServiceSpec, 'judge' | 'strategy'>): FieldProblem[] {
  switch (judge.kind) {
    case 'alarms-only':
    case 'mann-whitney':
      return [];
    case 'threshold':
      return thresholdProblems(judge);
    case 'sequential':
      return [...metricProblems(judge), ...warmUpProblems(judge, planSteps(strategy))];
  }
}

function thresholdProblems({
  failWhenAtLeast,
  ofLastPeriods,
}: Pick<Extract<Judge, { kind: 'threshold' }>, 'failWhenAtLeast' | 'ofLastPeriods'>): FieldProblem[] {
  if (failWhenAtLeast <= ofLastPeriods) return [];
  const detail = `At least ${failWhenAtLeast} of ${ofLastPeriods} periods can never fail. Lower it to ${ofLastPeriods} or less.`;
  return [{ pointer: '/judge/failWhenAtLeast', detail }];
}

function metricProblems({ metrics }: SequentialJudge): FieldProblem[] {
  const names = metrics.map(({ metric }) => metric);
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ pointer: `/judge/metrics/${index}/metric`, detail: `The metric ${name} is named twice. Take one out.` }],
  );
  if (metrics.some(({ observedOnly }) => !observedOnly)) return twice;
  const detail = 'No metric is judged. Name at least one that is not observed only.';
  return [...twice, { pointer: '/judge/metrics', detail }];
}

/** A judge step that is reached before the first evidence can only ever be inconclusive. */
function warmUpProblems({ warmUp, periodSeconds }: SequentialJudge, steps: readonly Step[]): FieldProblem[] {
  const first = steps.findIndex((step) => 'judge' in step);
  const before = steps.slice(0, Math.max(0, first));
  if (first === -1 || before.some((step) => 'approve' in step)) return [];
  const bakedMs = bakesMs(before);
  if (bakedMs >= durationMs(warmUp) + periodSeconds * 1_000) return [];
  const detail = `The first judge step comes after ${bakedMs / 1_000} seconds of bakes, and the warm-up of ${durationInWords(warmUp)} leaves no whole period of ${periodSeconds} seconds to judge by. Bake longer, or shorten the warm-up.`;
  return [{ pointer: '/judge/warmUp', detail }];
}

/** How long all bakes take, in milliseconds. */
export function bakesMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + ('bake' in step ? durationMs(step.bake) : 0), 0);
}
