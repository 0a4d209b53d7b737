/**
 * An installation in virtual time on a real PostgreSQL: the twin of the cloud, the shipped state machines, the
 * listeners and the routes. One operation may run through the proxy; everything else has a healthy connection.
 */
import { fileURLToPath } from 'node:url';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fullAccess } from '../../../src/domain/access/access.ts';
import type { ServiceSpec } from '../../../src/domain/service/service-spec.ts';
import { type ApiPorts, routeTable } from '../../../src/embedded/route-table.ts';
import { runClusterOrder } from '../../../src/operations/workload/run-cluster-order.ts';
import type { Workflows } from '../../../src/ports/workflows.ts';
import { PIPELINE_OUTPUT, pipelineActions, pipelineImages } from '../../../src/simulation/pipeline-actions.ts';
import { setWorkload } from '../../../src/simulation/played-target.ts';
import type { Database } from '../../../src/store/database.ts';
import { type RehearsalCloud, rehearsalCloud } from '../../../src/twin/cloud/cloud.ts';
import { rulesFromServerless } from '../../../src/twin/events/event-rules.ts';
import { seededRandom } from '../../../src/twin/random.ts';
import { type VirtualScheduler, virtualScheduler } from '../../../src/twin/scheduler.ts';
import { loadMachines } from '../../../src/twin/workflow/asl.ts';
import { rehearsedBuilds } from '../../../src/twin/workflow/builds.ts';
import { eventListeners, tickers } from '../../../src/twin/workflow/listeners.ts';
import { type RehearsalWorkflows, rehearsalWorkflows } from '../../../src/twin/workflow/runner.ts';
import { statusEvent } from '../../../src/twin/workflow/status-event.ts';
import { isWorkflowTask, type Ports, workflowTasks } from '../../../src/twin/workflow/tasks.ts';
import { portsOf } from '../../contracts/store-sql.ts';
import { aSpec, OPENED_AT } from '../../domain/a-deployment.ts';
import { quietAlarm } from '../../operations/a-scene.ts';
import type { Lane } from './a-lane.ts';
import type { Fault } from './postgres-proxy.ts';
import { settling } from './settling.ts';

export type WorldPorts = Ports & ApiPorts;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly id?: string; readonly detail?: string };
}

export interface Request {
  readonly method: string;
  /** The path as in the contract, with `{id}` for a parameter. */
  readonly path: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
  readonly key?: string | undefined;
  /** The caller. Without this field it is the admin `ada`. */
  readonly by?: string;
}

export interface World {
  readonly lane: Lane;
  readonly cloud: RehearsalCloud;
  readonly scheduler: VirtualScheduler;
  readonly workflows: RehearsalWorkflows;
  /** Ports over the healthy connection. */
  readonly ports: WorldPorts;
  /** The ports of an operation that gets the fault. Each call gives a new pool, which counts from the first flush. */
  struckPorts(fault: Fault | null): WorldPorts;
  /** The first invocation of this function goes through the proxy; later invocations do not. */
  strike(functionKey: string, fault: Fault | null): void;
  request(ports: WorldPorts, request: Request): Promise<Answer>;
  /** Lets time pass only while the work waits for time. */
  driven<T>(work: Promise<T>): Promise<T>;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const BEHAVIOUR = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
const BEHAVIOURS = { 'checkout.zip': BEHAVIOUR, good: BEHAVIOUR, bad: { ...BEHAVIOUR, errorPercent: 100 } };
/** Functions that hooks call: one passes, and the other fails. */
const CHECKS = { check: 'good', refusal: 'bad' };
const SERVERLESS = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
const rules = rulesFromServerless(SERVERLESS, { 'self:service': 'slipway', 'sls:stage': 'dev' });
const machines = loadMachines();
const READY = { check: async () => {} };

export interface WorldOrder {
  readonly spec?: Partial<ServiceSpec>;
  /** When the copies of an event arrive, in milliseconds. */
  readonly deliveriesMs?: readonly number[];
}

export async function aWorld(lane: Lane, { spec = {}, deliveriesMs = [100] }: WorldOrder = {}): Promise<World> {
  await lane.clear();
  const { settle, watched } = settling();
  const scheduler = virtualScheduler({ startAt: OPENED_AT, settle });
  const random = seededRandom(1);
  let workflows: RehearsalWorkflows | undefined;
  const started = (): RehearsalWorkflows => workflows as RehearsalWorkflows;
  const cloud = rehearsalCloud({
    scheduler,
    random,
    mode: 'virtual',
    behaviours: { ...BEHAVIOURS, ...pipelineImages(BEHAVIOURS) },
    controlPlane: { callsPerSecond: 1_000_000 },
    rules,
    delays: () => deliveriesMs,
    pipeline: {
      service: 'checkout',
      output: PIPELINE_OUTPUT,
      act: pipelineActions({
        service: 'checkout',
        startAction: (action) => startAction(action),
        scheduler,
        workflows: started,
        revision: () => ({ image: 'good' }),
        stageMs: 1_000,
      }),
    },
  });
  const { startAction } = cloud.pipelines;
  const over = portsMaker({ scheduler, cloud, workflows: started, watched });
  const healthy = over(lane.healthy);
  const strikes = new Map<string, Fault | null>();
  const struckPorts = (fault: Fault | null) => {
    lane.proxy.arm(fault);
    return over(lane.struck());
  };
  const portsOfFunction = (functionKey: string): WorldPorts => {
    const fault = strikes.get(functionKey);
    if (fault === undefined) return healthy;
    strikes.delete(functionKey);
    return struckPorts(fault);
  };
  workflows = rehearsalWorkflows({
    machines,
    scheduler,
    random: random.fork('workflows'),
    async runTask(functionKey, payload) {
      if (!isWorkflowTask(functionKey)) throw new Error(`${functionKey} is no workflow task.`);
      return workflowTasks[functionKey](portsOfFunction(functionKey), payload);
    },
    runBuild: rehearsedBuilds({
      scheduler,
      random: random.fork('builds'),
      provisionMs: { ec2: 500, lambda: 500 },
      runTask: (order) => runClusterOrder(healthy, order),
    }),
    onStatusChange: (change) => cloud.bus.putEvent(statusEvent(change)),
  });
  listen({ cloud, scheduler, portsOfFunction });
  await setStage({ cloud, ports: healthy, spec: aSpec(spec) });
  return {
    lane,
    cloud,
    scheduler,
    workflows,
    ports: healthy,
    struckPorts,
    strike: (functionKey, fault) => strikes.set(functionKey, fault),
    request,
    driven: (work) => driven({ scheduler, settle }, work),
    pass: (ms) => scheduler.advanceTo(scheduler.now() + ms),
    async close() {
      started().close();
      await cloud.close();
    },
  };
}

interface Maker {
  readonly scheduler: VirtualScheduler;
  readonly cloud: RehearsalCloud;
  readonly workflows: () => RehearsalWorkflows;
  readonly watched: <Port extends object>(port: Port) => Port;
}

/** All ports of a world share one sequence of ids. */
function portsMaker({ scheduler, cloud, workflows, watched }: Maker): (database: Database) => WorldPorts {
  let lastId = 0;
  const ids = {
    next(stem: string): string {
      lastId += 1;
      return `${stem}-${String(lastId).padStart(4, '0')}`;
    },
  };
  const machine: Workflows = {
    start: (...given) => workflows().start(...given),
    startAgain: (...given) => workflows().startAgain(...given),
    answer: (token) => workflows().answer(token),
    status: (...given) => workflows().status(...given),
  };
  return (database) => {
    const stores = portsOf(database, scheduler);
    const watchedStores = Object.fromEntries(Object.entries(stores).map(([name, port]) => [name, watched(port)]));
    const reachable = { database: READY, workflows: READY };
    const around = { ...cloud.ports, workflows: machine, clock: scheduler, ids, reachable };
    return { ...around, ...(watchedStores as unknown as Omit<typeof stores, 'reachable'>), reachable };
  };
}

function listen({
  cloud,
  scheduler,
  portsOfFunction,
}: Pick<World, 'cloud' | 'scheduler'> & { portsOfFunction: (functionKey: string) => WorldPorts }): void {
  for (const [functionKey, listener] of Object.entries(eventListeners)) {
    cloud.bus.bind(functionKey, (event) => listener(portsOfFunction(functionKey), event));
  }
  const { everyMs, run } = tickers.observeRollouts;
  // `reconcile` does not run here, because it would hide what an operation leaves unfinished.
  scheduler.every(everyMs, () => run(portsOfFunction('observeRollouts')).then(ignore, ignore));
}

function ignore(): void {}

/**
 * Checkout has version 41 behind its alias, versions 42 to 45 are published, and its alarm is green. On a cluster the
 * namespace is empty.
 */
async function setStage({
  cloud,
  ports,
  spec,
}: Pick<World, 'cloud' | 'ports'> & { readonly spec: ServiceSpec }): Promise<void> {
  const { lambda, alarms } = cloud;
  const { target } = spec;
  if (target.kind === 'kubernetes') setWorkload(cloud, target);
  else {
    lambda.putFunction({ name: target.function });
    lambda.getFunction(target.function).lastVersion = 40;
    for (const _version of ['41', '42', '43', '44', '45'])
      lambda.publishVersion({ functionName: target.function, code: { kind: 'modelled', behaviour: BEHAVIOUR } });
    lambda.putAlias({ functionName: target.function, alias: target.alias, functionVersion: '41' });
  }
  for (const [name, image] of Object.entries(CHECKS)) cloud.addFunction({ name, alias: 'live', artifact: { image } });
  for (const name of spec.alarms) alarms.putAlarm({ ...quietAlarm, name }, 'OK');
  await ports.services.write({ spec, by: 'ada', at: OPENED_AT });
}

interface Time {
  readonly scheduler: VirtualScheduler;
  readonly settle: () => Promise<void>;
}

async function driven<T>({ scheduler, settle }: Time, work: Promise<T>): Promise<T> {
  let isOver = false;
  const ended = work.finally(() => {
    isOver = true;
  });
  ended.catch(ignore);
  for (;;) {
    await settle();
    if (isOver) return ended;
    if (!(await scheduler.runNext())) throw new Error('The work waits, and there is nothing that it could wait for.');
  }
}

const routesMade = new WeakMap<WorldPorts, ReturnType<typeof routeTable>>();
function routesOver(ports: WorldPorts): ReturnType<typeof routeTable> {
  const made = routesMade.get(ports) ?? routeTable(ports, { log: ignore, measures: { record: ignore } });
  routesMade.set(ports, made);
  return made;
}

const GRANTS = JSON.stringify(fullAccess('').grants);

async function request(
  ports: WorldPorts,
  { method, path, params = {}, body, key, by = 'ada' }: Request,
): Promise<Answer> {
  const route = routesOver(ports).find((one) => one.method === method && one.path === path);
  if (route === undefined) throw new Error(`There is no route ${method} ${path}.`);
  const rawPath = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const event = {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    pathParameters: params,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      http: { method, path: rawPath },
      requestId: 'request-1',
      authorizer: { lambda: { caller: by, grants: GRANTS } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode = 0, headers = {}, body: text = 'null' } = await route.handle(event);
  return { status: statusCode, headers: headers as Answer['headers'], body: JSON.parse(text || 'null') };
}
