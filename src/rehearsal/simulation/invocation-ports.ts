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
  readonly caller: Caller;
  readonly life: Life;
  readonly faults: { readonly ledger: FaultSource; readonly outside: FaultSource };
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latencyMaxMs: number;
  readonly moves: MoveLog;
  readonly tamper?: Tamper;
}

const LEDGER: readonly (keyof Ports)[] = ['deployments', 'services', 'outbox', 'verdicts'];
const OUTSIDE: readonly (keyof Ports)[] = ['traffic', 'versions', 'alarms', 'metrics', 'hooks', 'publisher', 'workflows'];

export function portsOf(order: PortsOrder): Ports {
  const { real, faults, life, caller, moves, tamper } = order;
  const attributed = { ...real, traffic: moves.attributed(real.traffic, caller) };
  const inner = tamper === undefined ? attributed : tamper(attributed);
  const ports: Record<string, unknown> = { clock: inner.clock, ids: inner.ids };
  for (const name of LEDGER) lazily(ports, { name, make: () => faults.ledger.wrap(latent(inner[name], order), life) });
  for (const name of OUTSIDE) lazily(ports, { name, make: () => faults.outside.wrap(latent(inner[name], order), life) });
  return ports as unknown as Ports;
}

function lazily(ports: Record<string, unknown>, { name, make }: { name: string; make: () => unknown }): void {
  const get = () => {
    const value = make();
    Object.defineProperty(ports, name, { value });
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
