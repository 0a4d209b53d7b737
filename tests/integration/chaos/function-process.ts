/**
 * One of the processes that share a ledger. It serves the API and runs tasks, listeners and ticks, with its own pool.
 * The account and the state machines are in the process that started it.
 */

import { type ApiPorts, routeTable } from '../../../src/embedded/route-table.ts';
import { apiServer } from '../../../src/embedded/server/api-server.ts';
import type { Alarms } from '../../../src/ports/alarms.ts';
import type { Callers } from '../../../src/ports/callers.ts';
import type { Hooks } from '../../../src/ports/hooks.ts';
import type { Metrics } from '../../../src/ports/metrics.ts';
import type { Owners } from '../../../src/ports/owners.ts';
import type { Publisher } from '../../../src/ports/publisher.ts';
import type { Traffic } from '../../../src/ports/traffic.ts';
import type { Versions } from '../../../src/ports/versions.ts';
import type { Workflows } from '../../../src/ports/workflows.ts';
import { openDatabase } from '../../../src/store/postgres.ts';
import { turnStore } from '../../../src/store/turn-store.ts';
import { systemClock, systemIds, systemPatience, systemPause } from '../../../src/system.ts';
import { eventListeners, tickers } from '../../../src/twin/workflow/listeners.ts';
import { isWorkflowTask, type Ports, workflowTasks } from '../../../src/twin/workflow/tasks.ts';
import { portsOf } from '../../contracts/store-sql.ts';
import { type Call, processLink, remotePort } from './process-link.ts';

const CONNECTIONS_MAX = 10;
const FORWARD_CALLS_PER_SECOND = 1_000;
const ignore = () => {};
const [, , url = ''] = process.argv;
const database = openDatabase(url, { connectionsMax: CONNECTIONS_MAX });
const call = processLink(process, answer);
const ports = portsOver(call);
const server = await apiServer({
  routes: routeTable(ports, { log: ignore, measures: { record: ignore } }),
  port: 0,
  log: ignore,
});
void call('ready', server.port);

async function answer(name: string, [key, payload]: readonly unknown[]): Promise<unknown> {
  const functionKey = String(key);
  switch (name) {
    case 'task':
      if (!isWorkflowTask(functionKey)) throw new Error(`${functionKey} is no workflow task.`);
      return workflowTasks[functionKey](ports, payload);
    case 'event':
      await eventListeners[functionKey as keyof typeof eventListeners](ports, payload);
      return null;
    case 'tick':
      await tickers[functionKey as keyof typeof tickers].run(ports);
      return null;
    default:
      throw new Error(`There is nothing to do for ${name}.`);
  }
}

function portsOver(call: Call): Ports & ApiPorts {
  // The concurrent writers of this test compete for deployments, and not for turns.
  const turns = turnStore(database, { clock: systemClock, callsPerSecond: FORWARD_CALLS_PER_SECOND });
  const stores = { ...portsOf(database, systemClock), turns };
  const traffic = remotePort<Traffic>(call, {
    name: 'traffic',
    methods: ['read', 'readSplit', 'setSplit', 'takeBack', 'pin'],
  });
  const workflows = remotePort<Workflows>(call, {
    name: 'workflows',
    methods: ['start', 'startAgain', 'answer', 'status'],
  });
  const noPipeline = async (): Promise<never> => {
    throw new Error('There is no pipeline here.');
  };
  return {
    ...stores,
    traffic,
    workflows,
    versions: remotePort<Versions>(call, { name: 'versions', methods: ['publish', 'describe'] }),
    alarms: remotePort<Alarms>(call, { name: 'alarms', methods: ['read'] }),
    artifacts: { findProblem: async () => null },
    metrics: remotePort<Metrics>(call, { name: 'metrics', methods: ['read', 'readLatencies'] }),
    hooks: remotePort<Hooks>(call, { name: 'hooks', methods: ['run'] }),
    publisher: remotePort<Publisher>(call, { name: 'publisher', methods: ['publish'] }),
    owners: remotePort<Owners>(call, { name: 'owners', methods: ['read', 'tags'] }),
    callers: remotePort<Callers>(call, { name: 'callers', methods: ['read'] }),
    deliveries: { place: null, find: noPipeline },
    pipelines: { service: null, start: noPipeline, quarantine: noPipeline, release: noPipeline },
    // No target of this test is on a cluster.
    cluster: remotePort(call, { name: 'cluster', methods: [] }),
    clusters: remotePort(call, { name: 'clusters', methods: [] }),
    measures: { record: ignore },
    reachable: { database: stores.reachable, workflows: { check: async () => {} } },
    pause: systemPause,
    patience: systemPatience,
    clock: systemClock,
    ids: systemIds,
  };
}
