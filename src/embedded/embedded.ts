/**
 * Slipway and a rehearsal cloud in one process; this is what `npm start` runs. It has the API, the shipped state
 * machines, the event listeners with the patterns of serverless.yml, and PGlite on disk. Example services are real
 * handlers under traffic.
 */
import { fileURLToPath } from 'node:url';
import { postToPublicHost } from '../aws/webhook.ts';
import type { Service } from '../domain/service/service-spec.ts';
import type { RequestAuthorizer } from '../functions/request-authorizer.ts';
import type { WriteLog } from '../functions/request-log.ts';
import { type KubectlClusterSettings, kubectlCluster } from '../kubernetes/kubectl-cluster.ts';
import { kubectlClusters } from '../kubernetes/kubectl-clusters.ts';
import { daysKept } from '../operations/nets/forget-old-rows.ts';
import { reconcile } from '../operations/nets/reconcile.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { Measures } from '../ports/measures.ts';
import type { Database } from '../store/database.ts';
import { listedDeploymentStore } from '../store/deployment-pages.ts';
import { idempotencyStore } from '../store/idempotency-store.ts';
import { migrate } from '../store/migrate.ts';
import { outboxStore } from '../store/outbox-store.ts';
import { openPglite } from '../store/pglite.ts';
import { pipelineRunStore } from '../store/pipeline-run-store.ts';
import { reachableDatabase } from '../store/reachable-database.ts';
import { serviceStore } from '../store/service-store.ts';
import { turnStore } from '../store/turn-store.ts';
import { upkeepStore } from '../store/upkeep-store.ts';
import { verdictStore } from '../store/verdict-store.ts';
import { systemIds } from '../system.ts';
import { type RehearsalCloud, rehearsalCloud } from '../twin/cloud/cloud.ts';
import { withinTimeout } from '../twin/cloud/lambda-failures.ts';
import { rulesFromServerless } from '../twin/events/event-rules.ts';
import { timeoutsFromServerless } from '../twin/lambda/function-timeouts.ts';
import { seededRandom } from '../twin/random.ts';
import { realScheduler, type Scheduler } from '../twin/scheduler.ts';
import { loadMachines } from '../twin/workflow/asl.ts';
import { type ProvisionMs, rehearsedBuilds } from '../twin/workflow/builds.ts';
import { eventListeners, tickers } from '../twin/workflow/listeners.ts';
import { type RehearsalWorkflows, rehearsalWorkflows } from '../twin/workflow/runner.ts';
import { statusEvent } from '../twin/workflow/status-event.ts';
import { isWorkflowTask, type Ports, workflowTasks } from '../twin/workflow/tasks.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { loadExecutions, saveExecutions } from './execution-file.ts';
import { firstErrorNotes, noteFirstError } from './first-error-notes.ts';
import { putRehearsedService, type Rehearsed, type RehearsedService } from './rehearse-service.ts';
import { keepCluster } from './rehearse-workload.ts';
import { rehearsedRoutes } from './rehearsed-routes.ts';
import type { ApiPorts } from './route-table.ts';
import { type ApiServer, apiServer } from './server/api-server.ts';

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
const STEM = 'slipway-rehearsal';
/** The default of the stack. */
const FORWARD_CALLS_PER_SECOND = 10;
const RETENTION = daysKept({ outbox: 7, evidence: 90 });
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
  /**
   * When left out, Kubernetes is simulated. Otherwise Kubernetes services are on the real cluster that kubectl finds.
   */
  readonly kubectl?: KubectlClusterSettings | undefined;
  /** How long a build waits for its machine. When left out, a time that suits a person at a terminal. */
  readonly provisionMs?: ProvisionMs | undefined;
  /** Reports a listener or a tick that failed. The cloud's own rules decide about the retry. */
  readonly onFailure: (what: string, error: unknown) => void;
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

/** Throws Conflict when the port is taken or the folder is in use; both messages say what to do. */
export async function startEmbedded(order: EmbeddedOrder): Promise<Embedded> {
  const folder = openDataFolder(order.dataDir);
  try {
    const database = await openPglite(folder.ledger);
    await migrate(database);
    return await compose(order, { folder, database });
  } catch (error) {
    folder.unlock();
    throw error;
  }
}

async function compose(
  order: EmbeddedOrder,
  { folder, database }: { folder: DataFolder; database: Database },
): Promise<Embedded> {
  const scheduler = realScheduler(1, (error) => order.onFailure('a timer of the rehearsal cloud', error));
  const random = seededRandom(systemIds.next('seed'));
  const firstErrors = firstErrorNotes();
  const cloud = rehearsalCloud({
    scheduler,
    random: random.fork('cloud'),
    mode: 'real',
    root: order.root,
    stateFile: folder.world,
    noticesFile: folder.notices,
    // Only webhooks are not simulated: they are really called, with the rules that hold in AWS.
    webhooks: (request) => postToPublicHost(request),
    onFirstError: firstErrors.hear,
    rules: rulesFromServerless(SERVERLESS, { 'self:service': 'slipway', 'sls:stage': 'rehearsal' }),
  });
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
  await keepCluster(cloud, folder.cluster);
  const workflows = runMachines({ folder, scheduler, cloud, random, outside, provisionMs: order.provisionMs });
  // The state machines run in this process, so they are always reachable.
  const reachable = { database: reachableDatabase(database), workflows: { check: async () => {} } };
  const ports: EmbeddedPorts = { ...outside, workflows, reachable };
  firstErrors.begin((found) => noteFirstError(order, { ports, found }));
  const server = await serve(order, { ports, rehearsed });
  const stop = await listen(order, { ports, cloud, scheduler });
  return {
    port: server.port,
    cloud,
    workflows,
    ports,
    register: (service) => putRehearsedService(rehearsed)(ports, service),
    async close() {
      firstErrors.end();
      await server.close();
      stop();
      // A bake that is still waiting would keep the process alive until its end.
      workflows.close();
      await cloud.close();
      real?.close();
      await firstErrors.rest();
      await database.close();
      folder.unlock();
    },
  };
}

function storePorts(database: Database, clock: Scheduler) {
  return {
    deployments: listedDeploymentStore(database, clock),
    pipelineRuns: pipelineRunStore(database, clock),
    services: serviceStore(database),
    outbox: outboxStore(database),
    verdicts: verdictStore(database),
    turns: turnStore(database, { clock, callsPerSecond: FORWARD_CALLS_PER_SECOND }),
    idempotency: idempotencyStore(database),
    // Only `reconcile` needs these two.
    upkeep: upkeepStore(database),
    retention: RETENTION,
  };
}

interface Parts {
  readonly folder: DataFolder;
  readonly scheduler: Scheduler;
  readonly cloud: RehearsalCloud;
  readonly random: ReturnType<typeof seededRandom>;
  readonly outside: Omit<Ports, 'workflows'>;
  readonly provisionMs: ProvisionMs | undefined;
}

function runMachines({
  folder,
  scheduler,
  cloud,
  random,
  outside,
  provisionMs = PROVISION_MS,
}: Parts): RehearsalWorkflows {
  const timeouts = timeoutsFromServerless(SERVERLESS);
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
      saveExecutions(folder.executions, workflows.running());
      cloud.bus.putEvent(statusEvent(change, STEM));
    },
  });
  return workflows;
}

function serve(
  order: EmbeddedOrder,
  { ports, rehearsed }: { ports: EmbeddedPorts; rehearsed: Rehearsed },
): Promise<ApiServer> {
  const { port, log, authorize } = order;
  const routes = rehearsedRoutes(ports, { rehearsed, observed: { log, measures: UNMEASURED } });
  return apiServer({ routes, port, log, authorize });
}

/** Returns a function that stops everything. */
async function listen(
  { onFailure }: EmbeddedOrder,
  { ports, cloud, scheduler }: { ports: Ports; cloud: RehearsalCloud; scheduler: Scheduler },
): Promise<() => void> {
  for (const [functionKey, listener] of Object.entries(eventListeners)) {
    // The bus retries the event, and then keeps it as a dead letter. Without this report, a person would not notice.
    cloud.bus.bind(functionKey, (event) =>
      listener(ports, event).catch((error: unknown) => {
        onFailure(functionKey, error);
        throw error;
      }),
    );
  }
  const cancels = Object.entries(TICKERS).map(([functionKey, { everyMs, run }]) =>
    scheduler.every(everyMs, () =>
      run(ports).then(
        () => {},
        (error: unknown) => onFailure(functionKey, error),
      ),
    ),
  );
  // Repairs what an earlier process left. No other process can be starting a deployment now.
  await reconcile(ports, { startedWithinMs: 0 });
  return () => {
    for (const cancel of cancels) cancel();
  };
}
