/**
 * The ports of one invocation: each call takes its time and may be struck by a fault, and a crash ends the whole
 * invocation. Ports are wrapped when they are first used, since a task uses a few of them only.
 */
import type { FaultSource, Life } from '../cloud/faults.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import type { Ports } from '../workflow/tasks.ts';
import type { Caller, Tamper } from './installation.ts';
import type { MoveLog } from './move-log.ts';

export interface PortsOrder {
  readonly real: Ports;
  readonly faults: { readonly ledger: FaultSource; readonly outside: FaultSource };
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

const LEDGER: readonly (keyof Ports)[] = ['deployments', 'services', 'outbox', 'verdicts'];
const OUTSIDE: readonly (keyof Ports)[] = [
  'traffic',
  'versions',
  'alarms',
  'metrics',
  'hooks',
  'publisher',
  'workflows',
];

/** Makes the ports of each invocation. What is the same for all of them is made once. */
export function invocationPorts(order: PortsOrder): (invocation: Invocation) => Ports {
  const { real, faults, moves, tamper } = order;
  const latentOnce = new Map([...LEDGER, ...OUTSIDE].map((name) => [name, latent(real[name], order)]));
  return ({ caller, life }) => {
    const attributed = { ...real, traffic: moves.attributed(real.traffic, caller) };
    const inner = tamper === undefined ? attributed : tamper(attributed);
    const latentOf = (name: keyof Ports) =>
      inner[name] === real[name] ? (latentOnce.get(name) ?? inner[name]) : latent(inner[name], order);
    const ports: Record<string, unknown> = { clock: inner.clock, ids: inner.ids };
    for (const name of LEDGER) lazily(ports, { name, make: () => faults.ledger.wrap(latentOf(name), life) });
    for (const name of OUTSIDE) lazily(ports, { name, make: () => faults.outside.wrap(latentOf(name), life) });
    return ports as unknown as Ports;
  };
}

function lazily(ports: Record<string, unknown>, { name, make }: { name: string; make: () => unknown }): void {
  const get = () => {
    const value = make();
    Object.defineProperty(ports, name, { value, enumerable: true });
    return value;
  };
  Object.defineProperty(ports, name, { get, enumerable: true, configurable: true });
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
