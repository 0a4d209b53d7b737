/**
 * The ports of one invocation. Each call takes time and may be struck by a fault, and a crash ends the whole
 * invocation. Ports are wrapped at their first use, because a task uses only a few of them.
 */
import type { Clusters } from '../ports/clusters.ts';
import type { FaultSource, Life } from '../twin/cloud/fault-plan.ts';
import type { InvocationFaults } from '../twin/cloud/lambda-failures.ts';
import type { Random } from '../twin/random.ts';
import { type Scheduler, sleep } from '../twin/scheduler.ts';
import type { Ports } from '../twin/workflow/tasks.ts';
import type { Caller, Tamper } from './caller.ts';
import type { Hosts } from './hosts.ts';
import type { MoveLog } from './move-log.ts';

/** A task on the cluster makes a hundred calls where another task makes three, so its calls are struck more rarely. */
export interface Faults {
  readonly ledger: FaultSource;
  readonly outside: FaultSource;
  readonly cluster: FaultSource;
  /** The faults between Step Functions and a task's function; none when left out. */
  readonly invocations?: InvocationFaults;
  /**
   * How often a function cannot reach an API server, so that the task on the cluster does everything. Never when left
   * out.
   */
  readonly noWayShare?: number;
}

export interface PortsOrder {
  readonly hosts: Hosts;
  readonly faults: Faults;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latencyMaxMs: number;
  readonly moves: MoveLog;
  readonly tamper?: Tamper;
}

export interface Invocation {
  readonly caller: Caller;
  readonly life: Life;
}

const LEDGER: ReadonlySet<keyof Ports> = new Set([
  'deployments',
  'services',
  'outbox',
  'verdicts',
  'turns',
  'pipelineRuns',
  'idempotency',
] as const);
const OUTSIDE: readonly (keyof Ports)[] = [
  'traffic',
  'versions',
  'owners',
  'alarms',
  'metrics',
  'hooks',
  'publisher',
  'cluster',
  'workflows',
  'pipelines',
  'deliveries',
];

/** Makes the ports of each invocation. Parts that are the same for all invocations are made once. */
export function invocationPorts(order: PortsOrder): (invocation: Invocation) => Ports {
  const { hosts, faults, moves, tamper, scheduler } = order;
  const pause = (ms: number) => sleep(scheduler, ms);
  const latentOn = new Map(hosts.all.map((host) => [host, latentPorts(host, order)]));
  return ({ caller, life }) => {
    const real = hosts.draw();
    const latentOnce = latentOn.get(real) ?? latentPorts(real, order);
    const attributed = { ...real, ...moves.attributed(real, caller) };
    const inner = tamper === undefined ? attributed : tamper(attributed, pause);
    const latentOf = (name: keyof Ports) =>
      inner[name] === real[name] ? (latentOnce.get(name) ?? inner[name]) : latent(inner[name], order);
    const { clock, ids, measures, pause: waits, patience, artifacts } = inner;
    // A look at code hides its own failures, and models have no code to look at.
    const made: Partial<Record<keyof Ports, unknown>> = { clock, ids, measures, pause: waits, patience, artifacts };
    const sourceOf = (name: keyof Ports) =>
      LEDGER.has(name) ? faults.ledger : name === 'cluster' ? faults.cluster : faults.outside;
    const wrapped = (name: keyof Ports) =>
      name === 'clusters' ? reached(inner.clusters, { life, order }) : sourceOf(name).wrap(latentOf(name), life);
    const get = (_: object, name: string | symbol) => {
      const port = name as keyof Ports;
      // An operation may ask for a port that a rehearsal does not have.
      if (!(port in inner)) return undefined;
      made[port] ??= wrapped(port);
      return made[port];
    };
    return new Proxy(real, { get }) as Ports;
  };
}

function latentPorts(host: Ports, order: PortsOrder): ReadonlyMap<keyof Ports, object> {
  return new Map([...LEDGER, ...OUTSIDE].map((name) => [name, latent(host[name], order)]));
}

/** Only a request to an API server can fail. Finding the server cannot fail, because that asks AWS nothing. */
function reached({ reach }: Clusters, { life, order }: { readonly life: Life; readonly order: PortsOrder }): Clusters {
  const { outside, noWayShare = 0 } = order.faults;
  return {
    async reach(name) {
      const found = order.random.chance(noWayShare) ? null : await reach(name);
      return found === null ? null : outside.wrap(latent(found, order), life);
    },
  };
}

type Method = (...values: unknown[]) => Promise<unknown>;

function latent<Port extends object>(port: Port, { scheduler, random, latencyMaxMs }: PortsOrder): Port {
  const methods = Object.entries(port).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const method: Method = async (...values) => {
      await sleep(scheduler, 1 + random.integer(latencyMaxMs));
      return (value as Method).apply(port, values);
    };
    return [name, method];
  });
  return Object.fromEntries(methods);
}
