/**
 * One account for several processes: the twin of the cloud and the shipped state machines, in real time. Each task,
 * event and tick runs in any one of the processes, as Lambda would choose. Only the database coordinates the processes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServiceSpec } from '../../../src/domain/service/service-spec.ts';
import { type RehearsalCloud, rehearsalCloud } from '../../../src/twin/cloud/cloud.ts';
import { rulesFromServerless } from '../../../src/twin/events/event-rules.ts';
import { seededRandom } from '../../../src/twin/random.ts';
import { realScheduler } from '../../../src/twin/scheduler.ts';
import { loadMachines } from '../../../src/twin/workflow/asl.ts';
import { type RehearsalWorkflows, rehearsalWorkflows } from '../../../src/twin/workflow/runner.ts';
import { statusEvent } from '../../../src/twin/workflow/status-event.ts';
import { quietAlarm } from '../../operations/a-scene.ts';
import { type Answer, type Call, processLink } from './process-link.ts';

export interface OneAccount {
  readonly cloud: RehearsalCloud;
  readonly workflows: RehearsalWorkflows;
  /** The ids of the messages that were published. */
  readonly published: ReadonlySet<string>;
  /** The addresses at which the API of each process listens. */
  readonly addresses: readonly string[];
  /** Runs a tick in one of the processes. */
  tick(functionKey: string): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('function-process.ts', import.meta.url));
const SERVERLESS = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
const BEHAVIOUR = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
/** More often than in AWS, so that a run of some seconds has several ticks. */
const TICKS_MS = { observeRollouts: 5_000, reconcile: 7_000 };
export const VERSIONS = 6;

export interface AccountOrder {
  /** The database that all processes share. */
  readonly url: string;
  readonly processes: number;
  readonly specs: readonly ServiceSpec[];
}

export async function oneAccount({ url, processes, specs }: AccountOrder): Promise<OneAccount> {
  const random = seededRandom('chaos');
  const scheduler = realScheduler(1, ignore);
  const cloud = rehearsalCloud({
    scheduler,
    random,
    mode: 'virtual',
    behaviours: { good: BEHAVIOUR },
    controlPlane: { callsPerSecond: 1_000_000 },
    delays: (events) => [events.uniform() * 20, 200],
    retryDelaysMs: [1_000, 2_000],
    rules: rulesFromServerless(SERVERLESS, { 'self:service': 'slipway', 'sls:stage': 'dev' }),
  });
  for (const spec of specs) addService(cloud, spec);
  const links: Call[] = [];
  const anyOf = (): Call => links[Math.floor(random.uniform() * links.length)] as Call;
  const workflows = rehearsalWorkflows({
    machines: loadMachines(),
    scheduler,
    random: random.fork('workflows'),
    runTask: (functionKey, payload) => anyOf()('task', functionKey, payload),
    runBuild: () => Promise.reject(new Error('There is no cluster here.')),
    onStatusChange: (change) => cloud.bus.putEvent(statusEvent(change)),
  });
  const published = new Set<string>();
  const served = await Promise.all(
    Array.from({ length: processes }, () => started({ url, answer: answers({ cloud, workflows, published }) })),
  );
  links.push(...served.map(({ call }) => call));
  for (const functionKey of ['remediateAlarm', 'settleAbandonedRollout'])
    cloud.bus.bind(functionKey, (event) => anyOf()('event', functionKey, event));
  const tick = (functionKey: string) => anyOf()('tick', functionKey).then(ignore, ignore);
  const cancels = Object.entries(TICKS_MS).map(([functionKey, everyMs]) =>
    scheduler.every(everyMs, () => tick(functionKey)),
  );
  return {
    cloud,
    workflows,
    published,
    addresses: served.map(({ port }) => `http://127.0.0.1:${port}`),
    tick,
    async close() {
      for (const cancel of cancels) cancel();
      workflows.close();
      await cloud.close();
      await Promise.all(served.map(({ child }) => ended(child)));
    },
  };
}

function ignore(): void {}

function addService({ lambda, alarms }: RehearsalCloud, { target, alarms: names }: ServiceSpec): void {
  if (target.kind !== 'lambda') throw new Error('A target of the chaos is a Lambda function.');
  lambda.putFunction({ name: target.function });
  for (let version = 1; version <= VERSIONS; version += 1)
    lambda.publishVersion({ functionName: target.function, code: { kind: 'modelled', behaviour: BEHAVIOUR } });
  lambda.putAlias({ functionName: target.function, alias: target.alias, functionVersion: '1' });
  const dimensions = { FunctionName: target.function };
  for (const name of names) alarms.putAlarm({ ...quietAlarm, dimensions, name }, 'OK');
}

/** The calls of the account that a process may make, as `port.method`. */
function answers({
  cloud,
  workflows,
  published,
}: Pick<OneAccount, 'cloud' | 'workflows'> & { published: Set<string> }) {
  const ports = { ...cloud.ports, workflows } as unknown as Record<string, Record<string, Answerer>>;
  return async (name: string, given: readonly unknown[]): Promise<unknown> => {
    const [port = '', method = ''] = name.split('.');
    const value = await ports[port]?.[method]?.(...given);
    if (name === 'publisher.publish') for (const id of value as readonly string[]) published.add(id);
    return value;
  };
}
type Answerer = (...given: readonly unknown[]) => Promise<unknown>;

interface Served {
  readonly child: ChildProcess;
  readonly call: Call;
  readonly port: number;
}

function started({ url, answer }: { readonly url: string; readonly answer: Answer }): Promise<Served> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = fork(PROGRAM, [url], {
    serialization: 'advanced',
    env,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => reject(new Error(`A process ended by itself, with ${code}.`)));
    const call = processLink(child, async (name, given) => {
      if (name !== 'ready') return answer(name, given);
      resolve({ child, call, port: Number(given[0]) });
      return null;
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit').once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
