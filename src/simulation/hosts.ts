/**
 * The machines on which functions run. Each has its own clock, and everything that Slipway writes there has times of
 * that clock: entries, deadlines, ids. The cloud's own times (alarms, events, metrics) are true.
 */

import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Ledger } from '../twin/ledger/ledger.ts';
import type { Random } from '../twin/random.ts';
import type { Ports } from '../twin/workflow/tasks.ts';

export interface HostsOrder {
  /** The true time. */
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly random: Random;
  /** How far the clock of each host is ahead of true time, in milliseconds. */
  readonly aheadMs: readonly number[];
  /** The ports that are the same on every host. */
  readonly outside: Omit<Ports, OfAHost>;
}

type OfAHost =
  | 'deployments'
  | 'services'
  | 'outbox'
  | 'verdicts'
  | 'turns'
  | 'pipelineRuns'
  | 'idempotency'
  | 'clock'
  | 'ids';

export interface Hosts {
  readonly all: readonly Ports[];
  /** Draws the host of one invocation. */
  draw(): Ports;
}

export function hostsOf({ clock, ledger, random, aheadMs, outside }: HostsOrder): Hosts {
  const ids = idsOn();
  const all = aheadMs.map((ms): Ports => {
    const own = ms === 0 ? clock : { now: () => clock.now() + ms };
    const { deployments, services, outbox, verdicts, turns, pipelineRuns, idempotency } = ledger.on(own);
    const tables = { deployments, services, outbox, verdicts, turns, pipelineRuns, idempotency };
    return { ...outside, ...tables, clock: own, ids: ids(own) };
  });
  const [first] = all;
  if (first === undefined) throw new Error('An installation needs a host.');
  return { all, draw: () => (all.length === 1 ? first : (all[random.integer(all.length)] ?? first)) };
}

/**
 * Makes ids by the time of the host, as the system does, and the same ids in every replay. Two hosts never make the
 * same id.
 */
function idsOn(): (clock: Clock) => Ids {
  let made = 0;
  return ({ now }) => ({
    next(stem) {
      made += 1;
      return `${stem}-${now().toString(36).padStart(9, '0')}${String(made).padStart(6, '0')}`;
    },
  });
}
