/**
 * Slipway and a rehearsal cloud in one process; this is what `npm start` runs. It has the API, the shipped state
 * machines, the event listeners with the patterns of serverless.yml, and PGlite on disk. Example services are real
 * handlers under traffic.
 */
import { fileURLToPath } from 'node:url';
import { postToPublicHost } from '../aws/webhook.ts';
import type { OutboxMessage } from '../domain/deployment/timeline.ts';
import type { Service } from '../domain/service/service-spec.ts';
import type { RequestAuthorizer } from '../functions/request-authorizer.ts';
import type { WriteLog } from '../functions/request-log.ts';
import { type KubectlClusterSettings, kubectlCluster } from '../kubernetes/kubectl-cluster.ts';
import { kubectlClusters } from '../kubernetes/kubectl-clusters.ts';
import { reconcile } from '../operations/nets/reconcile.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { Measures } from '../ports/measures.ts';
import type { Database } from '../store/database.ts';
import { reachableDatabase } from '../store/reachable-database.ts';
import { systemIds } from '../system.ts';
import { type RehearsalCloud, rehearsalCloud } from '../twin/cloud/cloud.ts';
import { withinTimeout } from '../twin/cloud/lambda-failures.ts';
import { rulesFromServerless } from '../twin/events/event-rules.ts';
import type { FirstError } from '../twin/handlers/first-errors.ts';
import { timeoutsFromServerless } from '../twin/lambda/function-timeouts.ts';
import { seededRandom } from '../twin/random.ts';
import { type Cancel, realScheduler, type Scheduler } from '../twin/scheduler.ts';
import { loadMachines } from '../twin/workflow/asl.ts';
import { type ProvisionMs, rehearsedBuilds } from '../twin/workflow/builds.ts';
import { eventListeners, tickers } from '../twin/workflow/listeners.ts';
import { type RehearsalWorkflows, rehearsalWorkflows } from '../twin/workflow/runner.ts';
import { statusEvent } from '../twin/workflow/status-event.ts';
import { isWorkflowTask, type Ports, workflowTasks } from '../twin/workflow/tasks.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type Endings, endings } from './endings.ts';
import { loadExecutions, saveExecutions } from './execution-file.ts';
import { firstErrorNotes, noteFirstError } from './first-error-notes.ts';
import { storePorts } from './ledger-ports.ts';
import { openLedger } from './open-ledger.ts';
import { putRehearsedService, type Rehearsed, type RehearsedService } from './rehearse-service.ts';
import { keepCluster } from './rehearse-workload.ts';
import { rehearsedRoutes } from './rehearsed-routes.ts';
import { releaseMemory } from './release-memory.ts';
import { requireCluster } from './require-cluster.ts';
import type { ApiPorts } from './route-table.ts';
import { type ApiServer, apiServer } from './server/api-server.ts';
import { requireFreePort } from './server/free-port.ts';
import { type StateDisk, stateDisk } from './state-disk.ts';

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
const STEM = 'slipway-rehearsal';
/**
 * In a rollout, a person waits less than in AWS for a build to start. In a rollback, a build takes as long as in AWS.
 */
const PROVISION_MS: ProvisionMs = { ec2: 1_000, lambda: 2_500 };
/**
 * Metrics in periods of ten seconds are available at once, so the judge runs as often. In AWS a schedule runs at most
 * once a minute.
 */
const TICKERS = { ...tickers, observeRollouts: { ...tickers.observeRollouts, everyMs: 10_000 } };

/** No CloudWatch takes metrics here, and the terminal is for people. */
const UNMEASURED: Measures = { record: () => {} };

export interface EmbeddedOrder {
  /** 0 means any free port. */
  readonly port: number;
  /** The folder that keeps the state over a restart. */
  readonly dataDir: string;
  /** The handlers that may run are below this folder: the bucket `local`. */
  readonly root: string;
  readonly log: WriteLog;
  /** When left out, every caller on this machine is an admin. */
  readonly authorize?: RequestAuthorizer | undefined;
  /** Host names that callers may use besides those of the loopback address. */
  readonly hostNames?: readonly string[] | undefined;
  /**
   * When left out, Kubernetes is simulated. Otherwise Kubernetes services are on the real cluster that kubectl finds.
   */
  readonly kubectl?: KubectlClusterSettings | undefined;
  /** Registered before the port opens. When one cannot be, nothing starts. */
  readonly services?: readonly RehearsedService[] | undefined;
  /** How long a build waits for its machine. When left out, a time that suits a person at a terminal. */
  readonly provisionMs?: ProvisionMs | undefined;
  /** Reports a listener or a tick that failed. The cloud's own rules decide about the retry. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** Called with each message that Slipway publishes, also during the start. */
  readonly onMessage?: ((message: OutboxMessage) => void) | undefined;
  /** Shows a text about a service, of one or more lines, to a person at the terminal. */
  readonly tell?: ((service: string, text: string) => void) | undefined;
}

export interface Embedded {
  readonly port: number;
  readonly cloud: RehearsalCloud;
  readonly workflows: RehearsalWorkflows;
  readonly ports: Ports;
  /** Registers a service with everything that it would already have in AWS. */
  readonly register: (order: RehearsedService & { readonly by: string }) => Promise<Service>;
  close(): Promise<void>;
}

type EmbeddedPorts = Ports & ApiPorts;

/**
 * Either everything runs at the end, or nothing: the port is opened last. Throws Conflict when the port is taken or the
 * folder is in use, and Broken when the state in the folder cannot be read.
 */
export async function startEmbedded(order: EmbeddedOrder): Promise<Embedded> {
  await requireFreePort(order.port);
  const folder = openDataFolder(order.dataDir);
  const ending = endings();
  ending.add(folder.unlock);
  try {
    const disk = stateDisk(folder.path, (text) => order.onFailure('the data folder', text));
    ending.add(disk.close);
    const database = await openLedger(folder.ledger, disk);
    ending.add(database.close);
    releaseMemory();
    return await compose(order, { folder, database, disk, ending });
  } catch (error) {
    await ending.run().catch(() => {});
    throw error;
  }
}

interface Foundation {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly disk: StateDisk;
  readonly ending: Endings;
}

async function compose(order: EmbeddedOrder, foundation: Foundation): Promise<Embedded> {
  const { folder, database, disk, ending } = foundation;
  const scheduler = realScheduler(1, (error) => order.onFailure('a timer of the rehearsal cloud', error));
  const random = seededRandom(systemIds.next('seed'));
  const firstErrors = firstErrorNotes();
  ending.add(firstErrors.rest);
  const cloud = cloudIn({ order, folder, disk, scheduler, random, onFirstError: firstErrors.hear });
  ending.add(cloud.close);
  const real = order.kubectl === undefined ? null : kubectlCluster(order.kubectl);
  const cluster = real ?? cloud.ports.cluster;
  const clusters = order.kubectl === undefined ? cloud.ports.clusters : kubectlClusters(order.kubectl);
  const own = { cluster, clusters, clock: scheduler, ids: systemIds };
  const outside = { ...storePorts(database, scheduler), ...cloud.ports, ...own };
  const rehearsed: Rehearsed = {
    cloud,
    cluster: real === null ? outside : null,
    root: order.root,
    notes: new Map(),
    tell: order.tell ?? (() => {}),
  };
  if (real !== null) {
    ending.add(real.close);
    await requireCluster(real, order.kubectl?.environment.KUBECONFIG);
  }
  await keepCluster(cloud, { path: folder.cluster, file: disk.keep(folder.cluster) });
  const { provisionMs } = order;
  const workflows = runMachines({ folder, disk, scheduler, cloud, random, outside, provisionMs });
  // A bake that is still waiting would keep the process alive until its end.
  ending.add(workflows.close);
  // The state machines run in this process, so they are always reachable.
  const reachable = { database: reachableDatabase(database), workflows: { check: async () => {} } };
  const ports: EmbeddedPorts = { ...outside, workflows, reachable };
  firstErrors.begin((found) => noteFirstError(order, { ports, found }));
  const register: Embedded['register'] = (service) => putRehearsedService(rehearsed)(ports, service);
  // All are waited for: none may go on while the parts below it end.
  const registered = (order.services ?? []).map((service) => register({ ...service, by: 'npm start' }));
  await Promise.allSettled(registered);
  await Promise.all(registered);
  const cancels = listen(order, { ports, cloud, scheduler });
  for (const cancel of cancels) ending.add(cancel);
  // Repairs what an earlier process left. No other process can be starting a deployment now.
  await reconcile(ports, { startedWithinMs: 0 });
  const server = await serve(order, { ports, rehearsed, disk });
  ending.add(server.close);
  ending.add(firstErrors.end);
  releaseMemory();
  return { port: server.port, cloud, workflows, ports, register, close: ending.run };
}

interface CloudParts extends Pick<Parts, 'folder' | 'disk' | 'scheduler' | 'random'> {
  readonly order: EmbeddedOrder;
  readonly onFirstError: (found: FirstError) => void;
}

function cloudIn({ order, folder, disk, scheduler, random, onFirstError }: CloudParts): RehearsalCloud {
  return rehearsalCloud({
    scheduler,
    random: random.fork('cloud'),
    mode: 'real',
    root: order.root,
    stateFile: folder.world,
    keep: disk.keep,
    noticesFile: folder.notices,
    onMessage: order.onMessage,
    // Only webhooks are not simulated: they are really called, with the rules that hold in AWS.
    webhooks: (request) => postToPublicHost(request),
    onFirstError,
    isClusterReal: order.kubectl !== undefined,
    rules: rulesFromServerless(SERVERLESS, { 'self:service': 'slipway', 'sls:stage': 'rehearsal' }),
  });
}

interface Parts {
  readonly folder: DataFolder;
  readonly disk: StateDisk;
  readonly scheduler: Scheduler;
  readonly cloud: RehearsalCloud;
  readonly random: ReturnType<typeof seededRandom>;
  readonly outside: Omit<Ports, 'workflows'>;
  readonly provisionMs: ProvisionMs | undefined;
}

function runMachines({
  folder,
  disk,
  scheduler,
  cloud,
  random,
  outside,
  provisionMs = PROVISION_MS,
}: Parts): RehearsalWorkflows {
  const timeouts = timeoutsFromServerless(SERVERLESS);
  const executions = disk.keep(folder.executions);
  const workflows: RehearsalWorkflows = rehearsalWorkflows({
    machines: loadMachines(),
    scheduler,
    random: random.fork('workflows'),
    interrupted: loadExecutions(folder.executions),
    runTask(functionKey, payload) {
      if (!isWorkflowTask(functionKey))
        throw new Error(`The state machines name ${functionKey}, which is no workflow task.`);
      // Code in this process cannot be killed. Its task times out anyway, and is repeated.
      const limit = { scheduler, timeoutMs: timeouts.of(functionKey), onTimeout: () => {} };
      return withinTimeout(limit, () => workflowTasks[functionKey]({ ...outside, workflows }, payload));
    },
    runBuild: rehearsedBuilds({
      scheduler,
      random: random.fork('builds'),
      provisionMs,
      runTask: (task) => runClusterOrder(outside, task),
    }),
    onStatusChange: (change) => {
      // Saved on disk before any listener gets the event. A process that is killed in between reports the execution
      // once too often, and never loses it.
      saveExecutions(executions, workflows.running());
      cloud.bus.putEvent(statusEvent(change, STEM));
    },
  });
  return workflows;
}

function serve(
  order: EmbeddedOrder,
  { ports, rehearsed, disk }: { ports: EmbeddedPorts; rehearsed: Rehearsed; disk: StateDisk },
): Promise<ApiServer> {
  const { port, log, authorize, hostNames } = order;
  const routes = rehearsedRoutes(ports, { rehearsed, observed: { log, measures: UNMEASURED } });
  return apiServer({ routes, port, log, authorize, hostNames, refuseWrites: disk.trouble });
}

/** Returns what stops the tickers. */
function listen(
  { onFailure }: EmbeddedOrder,
  { ports, cloud, scheduler }: { ports: Ports; cloud: RehearsalCloud; scheduler: Scheduler },
): readonly Cancel[] {
  for (const [functionKey, listener] of Object.entries(eventListeners)) {
    // The bus retries the event, and then keeps it as a dead letter. Without this report, a person would not notice.
    cloud.bus.bind(functionKey, (event) =>
      listener(ports, event).catch((error: unknown) => {
        onFailure(functionKey, error);
        throw error;
      }),
    );
  }
  return Object.entries(TICKERS).map(([functionKey, { everyMs, run }]) =>
    scheduler.every(everyMs, () =>
      run(ports).then(
        () => {},
        (error: unknown) => onFailure(functionKey, error),
      ),
    ),
  );
}
