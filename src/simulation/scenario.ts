/**
 * What a seed decides about a run: the services, the behaviour of their versions, the faults and their frequency, and
 * the number of requested rollouts. Data only; people.ts acts on it.
 */
import type { Judge, NoDataPolicy, Route, ServiceSpec } from '../domain/service/service-spec.ts';
import type { Strategy } from '../domain/service/strategy.ts';
import type { FaultPlan } from '../twin/cloud/fault-plan.ts';
import type { InvocationFaultPlan } from '../twin/cloud/lambda-failures.ts';
import { calledAs } from '../twin/cloud/workload-calls.ts';
import type { StageName } from '../twin/events/pipelines.ts';
import { pick, type Random } from '../twin/random.ts';
import type { AlarmDefinition, Behaviour } from '../twin/world/world.ts';
import { type AccountTroubles, drawTroubles } from './account-troubles.ts';
import { workloadNames } from './checkers/workload-names.ts';
import { type ClusterTroubles, drawClusterTroubles, type Folder } from './cluster-troubles.ts';
import { drawFound } from './found-workloads.ts';
import { drawLedgerFaults, drawLedgerTroubles, type LedgerTroubles } from './ledger-troubles.ts';

export const STARTS_AT = Date.UTC(2026, 0, 5, 9);
const MINUTE_MS = 60_000;

export interface Scenario extends AccountTroubles, LedgerTroubles, ClusterTroubles {
  readonly services: readonly ServiceSpec[];
  readonly alarms: readonly AlarmDefinition[];
  /** Services on Kubernetes with a version at the start; any other service gets one by its first deployment. */
  readonly firstVersions: readonly string[];
  /** The services among these others that another tool made: their first deployment adopts them. */
  readonly found: readonly string[];
  /** Services whose alias is on $LATEST, as the console creates it: Slipway refuses to deploy to them. */
  readonly unpublished: readonly string[];
  /** The manifests of the teams. */
  readonly folders: readonly Folder[];
  readonly rollouts: number;
  /** The service that the pipeline delivers, and how many revisions of it people request; null without a pipeline. */
  readonly pipeline: { readonly service: string; readonly revisions: number } | null;
  /** People begin rollouts and interfere within this time; after it, faults stop. */
  readonly activeMs: number;
  readonly ledgerFaults: FaultPlan;
  readonly outsideFaults: FaultPlan;
  readonly clusterFaults: FaultPlan;
  /** The faults between Step Functions and the functions of its tasks. */
  readonly invocationFaults: InvocationFaultPlan;
  /** The chance that a build gets no machine at the first try. */
  readonly buildRefusals: number;
  readonly events: { readonly duplicate: number; readonly late: number; readonly lateMaxMs: number };
  /** How many times a person stops an execution, moves an alias by hand, or deletes old versions. */
  readonly lostExecutions: number;
  readonly intrusions: number;
  readonly janitors: number;
  /** The chance that a person acts in the moment of a timeline entry. */
  readonly ambushChance: number;
  readonly latencyMaxMs: number;
}

export const BEHAVIOURS = {
  good: { errorPercent: 0.1, medianMs: 40, p99Ms: 180, coldStartMs: 200 },
  bad: { errorPercent: 30, medianMs: 40, p99Ms: 180, coldStartMs: 200 },
  crashing: { errorPercent: 100, medianMs: 40, p99Ms: 180 },
  unready: { errorPercent: 100, medianMs: 40, p99Ms: 180 },
  sorry: { errorPercent: 0, serverErrorPercent: 30, medianMs: 40, p99Ms: 180, coldStartMs: 200 },
  slow: { errorPercent: 0.1, medianMs: 900, p99Ms: 2_500, coldStartMs: 200 },
  check: { errorPercent: 0, medianMs: 20, p99Ms: 50, answer: { passed: true } },
  refusal: { errorPercent: 0, medianMs: 20, p99Ms: 50, answer: { passed: false, detail: 'It is not fit.' } },
} as const satisfies Record<string, Behaviour>;
/** The code that people deploy to Lambda, and the images for Kubernetes, which may not even start. */
export const CODES = ['good', 'bad', 'slow'] as const;
export const IMAGES = ['good', 'good', 'bad', 'slow', 'missing', 'crashing', 'unready'] as const;

export function drawScenario(random: Random, { rollouts }: { readonly rollouts: number }): Scenario {
  const functions = Array.from({ length: 1 + random.integer(2) }, (_, index) => drawService(random, index));
  const drawn = Array.from({ length: random.integer(3) }, (_, index) =>
    drawWorkload(random.fork(`workload ${index}`), index),
  );
  const { workloads, folders, ...clusterTroubles } = drawClusterTroubles(random.fork('cluster troubles'), drawn);
  const services = [...functions, ...workloads];
  const unpublished = drawUnpublished(random.fork('unpublished'));
  services.push(...unpublished);
  const activeMs = (5 + random.integer(6)) * MINUTE_MS;
  const alarms = services.map((spec) => alarmOf(spec, random));
  const firstVersions = drawFirstVersions(random, services);
  return {
    services,
    alarms,
    firstVersions,
    found: drawFound(random.fork('found'), { services, firstVersions }),
    unpublished: unpublished.map(({ name }) => name),
    folders,
    ...clusterTroubles,
    rollouts,
    pipeline: drawPipeline(random.fork('pipeline'), services),
    activeMs,
    ...drawFaults(random, activeMs),
    janitors: random.integer(3),
    ...drawTroubles(random),
    ...drawLedgerTroubles(random),
    ambushChance: pick(random, [0, 0.1, 0.2]),
    latencyMaxMs: pick(random, [20, 60, 300]),
  };
}

function drawFirstVersions(random: Random, services: readonly ServiceSpec[]): readonly string[] {
  return workloadNames(services).filter(() => random.chance(0.7));
}

/** A tenth of the seeds has such a service in addition to the others. */
function drawUnpublished(random: Random): readonly ServiceSpec[] {
  if (!random.chance(0.1)) return [];
  const name = 'archive';
  const target = { kind: 'lambda', function: name, alias: 'live' } as const;
  return [{ ...drawService(random, 0), name, target, alarms: [`${name}-errors`] }];
}

/** A third of the seeds has a pipeline. It builds a function's code, so it delivers the first service: a function. */
function drawPipeline(random: Random, [first]: readonly ServiceSpec[]): Scenario['pipeline'] {
  if (first === undefined || !random.chance(0.35)) return null;
  return { service: first.name, revisions: 1 + random.integer(3) };
}

/** What the pipeline builds from a revision. It depends only on the revision. */
export function builtOf(revision: string): { readonly image: string; readonly failsIn?: StageName } {
  const digit = Number.parseInt(revision.slice(0, 1), 16);
  if (digit >= 14) return { image: 'good', failsIn: digit === 14 ? 'Build' : 'SecurityScan' };
  return { image: CODES[digit % CODES.length] ?? 'good' };
}

function drawService(random: Random, index: number): ServiceSpec {
  const name = ['checkout', 'search', 'profile'][index] ?? `service${index}`;
  return {
    name,
    target: { kind: 'lambda', function: name, alias: 'live' },
    strategy: drawStrategy(random),
    alarms: [`${name}-errors`],
    judge: drawJudge(random),
    noData: pick(random, ['hold', 'extend', 'rollBack'] satisfies NoDataPolicy[]),
    hooks: {
      beforeTraffic: random.chance(0.3) ? [{ function: hookFor(random) }] : [],
      afterTraffic: random.chance(0.2) ? [{ function: hookFor(random) }] : [],
    },
    watch: { minutes: 5 },
    deadline: { minutes: 20 },
  };
}

export const ROUTES = [
  { kind: 'replicas' },
  { kind: 'replicas' },
  { kind: 'rolling' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: 'front' },
  { kind: 'albIngress', name: 'front' },
] as const satisfies Route[];

/** A service that differs from the given one only in its target and in what its route can do. */
function drawWorkload(random: Random, index: number): ServiceSpec {
  const name = ['orders', 'stock'][index] ?? `workload${index}`;
  const route = pick(random, ROUTES);
  const isWhole = route.kind === 'rolling' || route.kind === 'blueGreen';
  return {
    ...drawService(random, index),
    name,
    target: {
      kind: 'kubernetes',
      cluster: 'production',
      namespace: name,
      workload: name,
      route,
      manifests: { port: 8080, replicas: 1 + random.integer(4), environment: { COLOUR: 'blue' }, secrets: [] },
      readyWithin: { minutes: 1 },
    },
    strategy: isWhole ? drawWholeStrategy(random) : drawStrategy(random),
    alarms: [`${name}-errors`],
  };
}

/** For routes that lead all calls or none to the canary. */
export function drawWholeStrategy(random: Random): Strategy {
  const bake = () => ({ bake: { seconds: pick(random, [20, 45, 60]) } });
  return pick<Strategy>(random, [
    'allAtOnce',
    [bake(), { judge: {} }],
    [{ setWeight: 100 }, bake(), { judge: {} }],
    [{ approve: { within: { minutes: 2 } } }, { setWeight: 100 }, bake(), { judge: {} }],
  ]);
}

function hookFor(random: Random): string {
  return random.chance(0.2) ? 'refusal' : 'check';
}

export function drawStrategy(random: Random): Strategy {
  const bake = () => ({ bake: { seconds: pick(random, [20, 45, 60, 90]) } });
  return pick<Strategy>(random, [
    'allAtOnce',
    'canary10Percent5Minutes',
    [{ setWeight: 10 }, bake(), { judge: {} }, { setWeight: 50 }, bake(), { judge: {} }],
    [{ setWeight: 5 }, bake(), { setWeight: 25 }, bake(), { judge: {} }],
    [{ setWeight: 20 }, bake(), { judge: {} }, { approve: { within: { minutes: 3 } } }, { setWeight: 60 }, bake()],
    [{ approve: { within: { minutes: 2 } } }, { setWeight: 30 }, bake(), { judge: {} }],
  ]);
}

function drawJudge(random: Random): Judge {
  if (random.chance(0.4)) return { kind: 'alarms-only' };
  if (random.chance(0.4)) return drawSequentialJudge(random);
  return {
    kind: 'threshold',
    rules: [
      { metric: 'errorRatePercent', moreThan: 5 },
      { metric: 'durationP99Ms', moreThan: 1_000 },
    ],
    failWhenAtLeast: 1,
    ofLastPeriods: 2,
    periodSeconds: pick(random, [10, 60] as const),
    minimumRequests: random.chance(0.2) ? 100_000 : 5,
  };
}

function drawSequentialJudge(random: Random): Judge {
  return {
    kind: 'sequential',
    falseRollbackPercent: 1,
    harmRatio: 1.5,
    minimumRequests: pick(random, [10, 100, 100_000]),
    metrics: [
      { metric: 'errors', weight: 1, observedOnly: false },
      { metric: 'latency', weight: 1, observedOnly: random.chance(0.3) },
    ],
    periodSeconds: pick(random, [10, 60] as const),
    endsBakesEarly: true,
    warmUp: { seconds: pick(random, [0, 10]) },
  };
}

function alarmOf({ name, alarms, target }: ServiceSpec, random: Random): AlarmDefinition {
  const { functionName, alias } = calledAs(target);
  const called = `${functionName}:${alias}`;
  return {
    name: alarms[0] ?? name,
    metric: 'ErrorRate',
    dimensions: { FunctionName: called.replace(/:live$/, ''), Resource: called },
    periodSeconds: pick(random, [10, 60]),
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 2,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  };
}

type Faults = Pick<
  Scenario,
  | 'ledgerFaults'
  | 'outsideFaults'
  | 'clusterFaults'
  | 'invocationFaults'
  | 'buildRefusals'
  | 'events'
  | 'lostExecutions'
  | 'intrusions'
>;

/** A third of the seeds has no faults at all, so that the tight bounds are checked too. */
function drawFaults(random: Random, activeMs: number): Faults {
  const heaviness = pick(random, [0, 1, 3]);
  const chances = (scale: number) =>
    (['throttle', 'crashBefore', 'crashAfter', 'delay', 'duplicate'] as const).map((fault) => ({
      fault,
      probability: heaviness * scale * 0.01,
    }));
  const awayFrom = STARTS_AT + random.integer(activeMs);
  const away =
    heaviness === 3 && random.chance(0.5) ? [{ from: awayFrom, until: awayFrom + 5_000 + random.integer(40_000) }] : [];
  const stale = { fault: 'stale' as const, probability: 0.05 * heaviness, methods: ['describe', 'status'] };
  const isFaulty = heaviness > 0;
  // Each hang lasts until the function's timeout, so there are few.
  const hang = { fault: 'hang' as const, probability: 0.001 * heaviness };
  const active = { from: STARTS_AT, until: STARTS_AT + activeMs };
  const ofLedger = drawLedgerFaults(random.fork('ledger'), { heaviness, active });
  return {
    ledgerFaults: {
      // The ledger never does a call twice: the driver does not repeat a transaction whose answer is lost.
      chances: [...chances(0.4).filter(({ fault }) => fault !== 'duplicate'), ...ofLedger.chances],
      delayMaxMs: 4_000,
      away: [...away, ...ofLedger.away],
      readOnly: ofLedger.readOnly,
    },
    clusterFaults: {
      chances: chances(0.05),
      delayMaxMs: 4_000,
      away: away.map(({ from, until }) => ({ from: from + 60_000, until: until + 60_000 })),
    },
    invocationFaults: { probability: 0.02 * heaviness },
    buildRefusals: 0.1 * heaviness,
    outsideFaults: { chances: isFaulty ? [...chances(1), stale, hang] : [], delayMaxMs: 8_000 },
    events: { duplicate: 0.1 * heaviness, late: 0.1 * heaviness, lateMaxMs: 40_000 },
    lostExecutions: isFaulty ? random.integer(2) : 0,
    intrusions: isFaulty && random.chance(0.2) ? 1 : 0,
  };
}
