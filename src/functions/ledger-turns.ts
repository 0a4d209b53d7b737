/**
 * Turns at Lambda's control plane for functions that take forward steps. All of them share the calls that the stack
 * allows.
 */
import { config } from '../config.ts';
import type { Turns } from '../ports/turns.ts';
import type { Database } from '../store/database.ts';
import { turnStore } from '../store/turn-store.ts';
import { systemClock } from '../system.ts';

export function ledgerTurns(database: Database): Turns {
  return turnStore(database, { clock: systemClock, callsPerSecond: config.FORWARD_CALLS_PER_SECOND });
}
