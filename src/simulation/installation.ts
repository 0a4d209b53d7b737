/**
 * A whole installation in virtual time: the cloud, the ledger's twin, the shipped state machines and the event
 * listeners, connected as in serverless.yml. Every invocation of a function gets its own ports, with its own latencies,
 * faults and crashes; nothing else reaches the cloud or the ledger.
 */
import { fileURLToPath } from 'node:url';
import type { ClusterOrder } from '../domain/orders/cluster-order.ts';
import { runClusterOrder } from '../operations/workload/run-cluster-order.ts';
import type { CloudOrder } from '../twin/cloud/account.ts';
import { type RehearsalCloud, rehearsalCloud } from '../twin/cloud/cloud.ts';
import type { Life } from '../twin/cloud/fault-plan.ts';
import { withinTimeout } from '../twin/cloud/lambda-failures.ts';
import type { BusEvent } from '../twin/events/bus-event.ts';
import { type EventRule, rulesFromServerless } from '../twin/events/event-rules.ts';
import { type FunctionTimeouts, timeoutsFromServerless } from '../twin/lambda/function-timeouts.ts';
import { type Ledger, rehearsalLedger } from '../twin/ledger/ledger.ts';
import type { Random } from '../twin/random.ts';
import type { Scheduler } from '../twin/scheduler.ts';
import { loadMachines, type Machines } from '../twin/workflow/asl.ts';
import { rehearsedBuilds } from '../twin/workflow/builds.ts';
import { eventListeners, tickers } from '../twin/workflow/listeners.ts';
import { type RehearsalWorkflows, rehearsalWorkflows } from '../twin/workflow/runner.ts';
import { statusEvent } from '../twin/workflow/status-event.ts';
import { isWorkflowTask, type Ports, workflowTasks } from '../twin/workflow/tasks.ts';
import type { Caller, Tamper } from './caller.ts';
import type { HandledEvent, NetFailure } from './checkers/checked-world.ts';
import { hostsOf } from './hosts.ts';
import { type Faults, type Invocation, invocationPorts } from './invocation-ports.ts';
import { type MoveLog, moveLog } from './move-log.ts';
import { netLog } from './net-log.ts';

export interface InstallationOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly cloud: Pick<CloudOrder, 'behaviours' | 'delays' | 'webhooks' | 'controlPlane' | 'pipeline' | 'gatewayLag'>;
  /** The longest time that a call of a port takes without a fault. */
  readonly latencyMaxMs: number;
  readonly tamper?: Tamper;
  /** How often the clock looks at the rollouts; when left out, as in AWS. */
  readonly lookEveryMs?: number | undefined;
  /**
   * How far the clock of each machine on which functions run is ahead of true time. When left out, one machine has the
   * true time.
   */
  readonly clocksAheadMs?: readonly number[];
  /** Sees every invocation of a function before it runs. */
  readonly onInvoke?: (caller: Caller) => void;
  /** True when a requested build gets no machine. */
  readonly isBuildRefused?: () => boolean;
  /** Sees every event of AWS in the moment in which it is sent. */
  readonly onEvent?: (event: BusEvent) => void;
}

export interface Installation {
  readonly cloud: RehearsalCloud;
  readonly ledger: Ledger;
  readonly workflows: RehearsalWorkflows;
  readonly moves: MoveLog;
  /**
   * Runs an operation in a function of its own. It ends by the function's timeout at the latest. Rejects with the name
   * of the error that ended it.
   */
  invoke<T>(caller: Caller, operation: (ports: Ports) => Promise<T>): Promise<T>;
  /** The number of running invocations. */
  busy(): number;
  /** The listeners and ticks that threw, oldest first; the list only grows. */
  netFailures(): readonly NetFailure[];
  /** The alarm events that were handled, oldest first; the list only grows. */
  handled(): readonly HandledEvent[];
}

export function simulatedInstallation(order: InstallationOrder): Installation {
  const { scheduler, random } = order;
  const cloud = rehearsalCloud({
    ...order.cloud,
    scheduler,
    random: random.fork('cloud'),
    mode: 'virtual',
    rules: [...rules(), watcher(order.onEvent ?? ignore)],
  });
  const ledger = rehearsalLedger({ clock: scheduler });
  const moves = moveLog({ cloud, ledger, clock: scheduler });
  let busy = 0;
  const live = async <T>(invocation: Invocation, operation: (ports: Ports) => Promise<T>) => {
    busy += 1;
    order.onInvoke?.(invocation.caller);
    try {
      return await operation(portsFor(invocation));
    } finally {
      busy -= 1;
    }
  };
  const nets = netLog(scheduler);
  const invoke: Installation['invoke'] = (caller, operation) => {
    const invocation = { caller, life: caller.life ?? { crashed: false } };
    const running = live(invocation, (ports) => inTime({ scheduler, invocation }, () => operation(ports)));
    return nets.watched(invocation, running);
  };
  const workflows = rehearsalWorkflows({
    machines: machines(),
    scheduler,
    random: random.fork('workflows'),
    runTask: (functionKey, payload) => {
      const run = () => runTask(invoke, { functionKey, payload });
      return order.faults.invocations?.run(functionKey, run) ?? run();
    },
    runBuild: rehearsedBuilds({
      scheduler,
      random: random.fork('builds'),
      isRefused: order.isBuildRefused,
      runTask: (task, stopped) => live(buildOf(task, stopped), (ports) => runClusterOrder(ports, task)),
    }),
    onStatusChange: (change) => cloud.bus.putEvent(statusEvent(change)),
  });
  const hosts = hostsOf({
    clock: scheduler,
    ledger,
    random: random.fork('hosts'),
    aheadMs: order.clocksAheadMs ?? [0],
    outside: { ...cloud.ports, workflows },
  });
  const portsFor = invocationPorts({ ...order, random: random.fork('latency'), hosts, moves });
  listen({ cloud, invoke, scheduler, lookEveryMs: order.lookEveryMs });
  return { cloud, ledger, workflows, moves, invoke, busy: () => busy, netFailures: nets.list, handled: nets.handled };
}

const SERVERLESS = fileURLToPath(new URL('../../serverless.yml', import.meta.url));

/** Files are read once per process, because a thousand seeds share them. */
let machinesRead: Machines | undefined;

let rulesRead: EventRule[] | undefined;

let timeoutsRead: FunctionTimeouts | undefined;

function machines(): Machines {
  machinesRead ??= loadMachines();
  return machinesRead;
}

function rules(): EventRule[] {
  rulesRead ??= rulesFromServerless(SERVERLESS, { 'self:service': 'slipway', 'sls:stage': 'dev' });
  return rulesRead;
}

function timeouts(): FunctionTimeouts {
  timeoutsRead ??= timeoutsFromServerless(SERVERLESS);
  return timeoutsRead;
}

/** A function that takes too long is killed: it does nothing more, wherever it is. */
function inTime<T>(
  { scheduler, invocation: { caller, life } }: { readonly scheduler: Scheduler; readonly invocation: Invocation },
  run: () => Promise<T>,
): Promise<T> {
  const timeoutMs = timeouts().of(caller.functionKey);
  const onTimeout = () => {
    life.crashed = true;
    life.diedOf = 'Sandbox.Timedout';
  };
  return withinTimeout({ scheduler, timeoutMs, onTimeout }, run);
}

/** A rule that matches nothing, and so delivers nothing. It only sees the events. */
function watcher(onEvent: (event: BusEvent) => void): EventRule {
  const matches = (event: unknown) => {
    onEvent(event as BusEvent);
    return false;
  };
  return { functionKey: WATCHER, bus: 'default', pattern: {}, matches };
}

const WATCHER = 'watcher';

function runTask(invoke: Installation['invoke'], { functionKey, payload }: { functionKey: string; payload: unknown }) {
  if (!isWorkflowTask(functionKey))
    throw new Error(`The state machines name ${functionKey}, which is no workflow task.`);
  const { deploymentId } = payload as { readonly deploymentId: string };
  return invoke({ functionKey, deploymentId }, (ports) => workflowTasks[functionKey](ports, payload));
}

/** A build that is stopped does nothing more, wherever it is. */
function buildOf({ deploymentId }: ClusterOrder, stopped: AbortSignal): Invocation {
  const life: Life = { crashed: false };
  stopped.addEventListener('abort', () => {
    life.crashed = true;
  });
  return { caller: { functionKey: 'clusterTask', deploymentId }, life };
}

function listen({
  cloud,
  invoke,
  scheduler,
  lookEveryMs = tickers.observeRollouts.everyMs,
}: {
  cloud: RehearsalCloud;
  invoke: Installation['invoke'];
  scheduler: Scheduler;
  lookEveryMs: number | undefined;
}) {
  for (const [functionKey, listener] of Object.entries(eventListeners)) {
    cloud.bus.bind(functionKey, (event) =>
      invoke({ functionKey, deploymentId: null, ...alarmOf(event) }, (ports) => listener(ports, event)),
    );
  }
  cloud.bus.bind(WATCHER, async () => {});
  const timed = { ...tickers, observeRollouts: { ...tickers.observeRollouts, everyMs: lookEveryMs } };
  for (const [functionKey, { everyMs, run }] of Object.entries(timed)) {
    // A failed tick is not repeated, because the next tick does its work. The net log keeps the failure.
    scheduler.every(everyMs, () => invoke<unknown>({ functionKey, deploymentId: null }, run).then(ignore, ignore));
  }
}

function ignore(): void {}

function alarmOf({ detail }: BusEvent): Pick<Caller, 'alarm'> {
  const { alarmName } = detail as { readonly alarmName?: string };
  return alarmName === undefined ? {} : { alarm: alarmName };
}
