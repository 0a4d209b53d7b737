import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import type { OutboxMessage, TimelineEntry } from '../../src/domain/deployment/timeline.ts';
import type { TurnOrder } from '../../src/domain/deployment/turns.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { type BuildOutput, buildKey } from '../../src/domain/pipeline/delivery-place.ts';
import type { AlarmEvent } from '../../src/domain/remediation/remediation.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import type { HookOrder } from '../../src/ports/hooks.ts';
import type { LatencyQuery, MetricsQuery } from '../../src/ports/metrics.ts';
import type { Machine } from '../../src/ports/workflows.ts';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { patience, virtualScheduler } from '../../src/twin/scheduler.ts';
import { aSpec, OPENED_AT } from '../domain/a-deployment.ts';
import { REVISION, RUN_ID } from './pipeline-events.ts';

export const BEHAVIOUR = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
export const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
export const ALARM = 'checkout-errors';

/** CloudWatch evaluates this alarm once an hour, so the alarm turns red only when the test says so. */
export const quietAlarm = {
  metric: 'Errors',
  dimensions: { FunctionName: target.function },
  periodSeconds: 3_600,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 1,
  comparison: 'GreaterThanThreshold',
  treatMissingData: 'ignore',
} as const;

/** The place where the pipeline of a scene puts code. */
const BUILDS: BuildOutput = { kind: 'object', bucket: 'builds' };
export interface SceneOrder {
  readonly output: BuildOutput;
}

export type Scene = Awaited<ReturnType<typeof aScene>>;

/**
 * Checkout behind its alias on version 41, with 42 and 43 published, registered, and its alarm green. The ledger and
 * Lambda are those of the twin. Tables answer for workflows, metrics and hooks, and note their calls. Time passes only
 * by `pass`.
 */
export async function aScene(spec: Partial<ServiceSpec> = {}, order: SceneOrder = { output: BUILDS }) {
  const scheduler = virtualScheduler({ startAt: OPENED_AT });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom(1),
    mode: 'virtual',
    behaviours: {
      good: BEHAVIOUR,
      'checkout.zip': BEHAVIOUR,
      [buildKey({ service: 'checkout', revision: REVISION })]: BEHAVIOUR,
    },
    controlPlane: { callsPerSecond: 1_000_000 },
    pipeline: { service: 'checkout', output: order.output, act: async () => {} },
  });
  // The stage Deploy of the only run, and the same stage when a person tries it again.
  for (const id of ['action-1', 'action-2']) cloud.pipelines.startAction({ id, run: RUN_ID, revision: REVISION });
  setStage(cloud);
  const ledger = rehearsalLedger({ clock: scheduler });
  await ledger.services.write({ spec: aSpec(spec), by: 'ada', at: OPENED_AT });
  const world = tables();
  const port = observer();
  let lastId = 0;
  return {
    ports: {
      deployments: port.observe('deployments', ledger.deployments),
      services: port.observe('services', ledger.services),
      pipelineRuns: port.observe('pipelineRuns', ledger.pipelineRuns),
      pipelines: port.observe('pipelines', cloud.ports.pipelines),
      deliveries: port.observe('deliveries', cloud.ports.deliveries),
      outbox: port.observe('outbox', ledger.outbox),
      verdicts: ledger.verdicts,
      turns: port.observe('turns', world.turns),
      pause: { sleep: async () => {} },
      patience: patience(scheduler),
      traffic: port.observe('traffic', cloud.ports.traffic),
      versions: port.observe('versions', cloud.ports.versions),
      clusters: port.observe('clusters', cloud.ports.clusters),
      owners: port.observe('owners', cloud.ports.owners),
      callers: port.observe('callers', cloud.ports.callers),
      alarms: cloud.ports.alarms,
      artifacts: port.observe('artifacts', cloud.ports.artifacts),
      publisher: port.observe('publisher', cloud.ports.publisher),
      measures: cloud.ports.measures,
      workflows: port.observe('workflows', world.workflows),
      metrics: port.observe('metrics', world.metrics),
      hooks: port.observe('hooks', world.hooks),
      clock: scheduler,
      ids: {
        next: (stem: string) => {
          lastId += 1;
          return `${stem}-${String(lastId).padStart(3, '0')}`;
        },
      },
    },
    cloud,
    ...world,
    calls: port.calls,
    breakNext: port.breakNext,
    pass: (ms: number) => scheduler.advanceTo(scheduler.now() + ms),
    now: () => scheduler.now(),
    setAlarm: (state: AlarmReading['state'], name = ALARM) =>
      cloud.alarms.setAlarmState({ name, state, reason: 'set by the test' }),
    alarmEvent: (change: Partial<AlarmEvent> = {}): AlarmEvent => ({
      id: 'event-1',
      alarm: ALARM,
      state: 'ALARM',
      at: scheduler.now(),
      ...change,
    }),
    live: () => liveOf(cloud),
    deployment: (id: string): Deployment => {
      const deployment = ledger.view().deployments.get(id);
      if (deployment === undefined) throw new Error(`There is no deployment ${id}`);
      return deployment;
    },
    ledger: () => ledger.view(),
    timeline: (id: string): readonly TimelineEntry[] => ledger.view().timeline.get(id) ?? [],
    kinds: (id: string) => (ledger.view().timeline.get(id) ?? []).map(({ kind }) => kind),
    delivered: (): readonly OutboxMessage[] => cloud.delivered(),
    measured: () => cloud.measurements(),
  };
}

type Cloud = ReturnType<typeof rehearsalCloud>;

function setStage({ lambda, alarms }: Cloud): void {
  lambda.putFunction({ name: target.function });
  lambda.getFunction(target.function).lastVersion = 40;
  for (const _version of ['41', '42', '43']) {
    lambda.publishVersion({ functionName: target.function, code: { kind: 'modelled', behaviour: BEHAVIOUR } });
  }
  lambda.putAlias({ functionName: target.function, alias: target.alias, functionVersion: '41' });
  for (const name of [ALARM, 'checkout-latency']) {
    alarms.putAlarm({ ...quietAlarm, name }, 'OK');
  }
}

function liveOf({ lambda }: Cloud): Readonly<Record<string, number>> {
  const { functionVersion, weights } = lambda.getAlias(target.function, { alias: target.alias });
  const canary = Object.entries(weights).map(([version, weight]): [string, number] => [
    version,
    Math.round(weight * 100),
  ]);
  const rest = canary.reduce((left, [, percent]) => left - percent, 100);
  return Object.fromEntries([[functionVersion, rest], ...canary]);
}

/** The answers of workflows, metrics and hooks, and the calls that they got. */
function tables() {
  const executions = new Map<string, 'running' | 'succeeded'>();
  const answered: string[] = [];
  const rows: PeriodRow[] = [];
  const latenciesMs: number[] = [];
  const queries: MetricsQuery[] = [];
  const hookAnswers = new Map<string, { passed: boolean; detail: string }>();
  const hookRuns: HookOrder[] = [];
  return {
    executions,
    answered,
    rows,
    latenciesMs,
    queries,
    hookAnswers,
    hookRuns,
    workflows: {
      async start(machine: Machine, deploymentId: string): Promise<void> {
        executions.set(`${machine} ${deploymentId}`, 'running');
      },
      async startAgain(
        machine: Machine,
        { deploymentId, again }: { deploymentId: string; again: string },
      ): Promise<void> {
        executions.set(`${machine} ${deploymentId}_${again}`, 'running');
      },
      async answer(token: string): Promise<boolean> {
        answered.push(token);
        return true;
      },
      status: async (machine: Machine, deploymentId: string): Promise<'running' | 'succeeded' | 'missing'> =>
        executions.get(`${machine} ${deploymentId}`) ?? 'missing',
    },
    /** Every turn is now. Scenes in which time passes use the ledger's own turns. */
    turns: {
      claim: async (_order: TurnOrder) => ({ claimed: true, at: 0 }),
      sweep: async () => {},
    },
    metrics: {
      /** Returns the rows of the range for any versions, with their slow requests if the query asks for them. */
      async read(asked: readonly MetricsQuery[]) {
        queries.push(...asked);
        return new Map(asked.map((query) => [query.id, rowsOf(rows, query)]));
      },
      readLatencies: async (asked: readonly LatencyQuery[]) => new Map(asked.map(({ id }) => [id, latenciesMs])),
    },
    hooks: {
      async run(hook: object, order: HookOrder) {
        hookRuns.push(order);
        const name = Object.values(hook)[0] as string;
        return hookAnswers.get(name) ?? { passed: true, detail: 'fine' };
      },
    },
  };
}

function rowsOf(rows: readonly PeriodRow[], { from, to, periodSeconds, latenciesMs }: MetricsQuery): PeriodRow[] {
  const counted = ({ slower, ...version }: VersionPeriod): VersionPeriod =>
    latenciesMs === undefined || slower === undefined ? version : { ...version, slower };
  return rows
    .filter(({ startsAt }) => startsAt >= from && startsAt + periodSeconds * 1_000 <= to)
    .map(({ startsAt, canary, stable }) => ({ startsAt, canary: counted(canary), stable: counted(stable) }));
}

/** Notes every call as `port.method`, and breaks the next call of a name, before or after its effect. */
function observer() {
  const calls: string[] = [];
  const broken: { call: string; when: 'before' | 'after'; run?: () => Promise<void> }[] = [];
  const strike = async (call: string, when: 'before' | 'after') => {
    const index = broken.findIndex((one) => one.call === call && one.when === when);
    if (index === -1) return;
    const [fault] = broken.splice(index, 1);
    if (fault?.run) return fault.run();
    throw new SlipwayError('Transient', `${call} broke ${when} its effect.`);
  };
  return {
    calls,
    /** Breaks one call. With `run`, the function runs at that point and the call continues. */
    breakNext(call: string, when: 'before' | 'after' = 'before', run?: () => Promise<void>): void {
      broken.push({ call, when, ...(run && { run }) });
    },
    observe<Port extends object>(name: string, port: Port): Port {
      const methods = Object.entries(port).map(([method, run]) => {
        if (typeof run !== 'function') return [method, run];
        const observed = async (...values: unknown[]) => {
          const call = `${name}.${method}`;
          calls.push(call);
          await strike(call, 'before');
          const result: unknown = await run(...values);
          await strike(call, 'after');
          return result;
        };
        return [method, observed];
      });
      return Object.fromEntries(methods);
    },
  };
}
