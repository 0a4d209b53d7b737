/**
 * Deletes rows of the ledger that are not needed any more. Each tick of the clock deletes up to a limit; the next tick
 * goes on.
 */
import { KEY_REMEMBERED_MS } from '../../domain/deployment/keyed-request.ts';
import type { Clock } from '../../ports/clock.ts';
import { FORGOTTEN, type Forgotten, type Upkeep } from '../../ports/upkeep.ts';

/** How long rows are kept, in milliseconds. */
export interface Retention {
  /** For a published message, since it was written. */
  readonly outboxMs: number;
  /**
   * For evidence, since its period and since the end of its deployment. During this time `explain` shows the evidence
   * behind a verdict.
   */
  readonly evidenceMs: number;
}

export interface ForgetOldRowsPorts {
  readonly upkeep: Upkeep;
  readonly retention: Retention;
  readonly clock: Clock;
}

const DAY_MS = 24 * 3_600_000;
/** Ten thousand rows of each kind in five minutes: more than thirty times what a hundred rollouts write in a day. */
const ROWS_AT_ONCE = 500;
const ROUNDS_MAX = 20;

export function daysKept({ outbox, evidence }: { readonly outbox: number; readonly evidence: number }): Retention {
  return { outboxMs: outbox * DAY_MS, evidenceMs: evidence * DAY_MS };
}

export async function forgetOldRows({ upkeep, retention, clock }: ForgetOldRowsPorts): Promise<number> {
  const keptMs: Record<Forgotten, number> = {
    outbox: retention.outboxMs,
    evidence: retention.evidenceMs,
    keys: KEY_REMEMBERED_MS,
    waits: 0,
  };
  let forgotten = 0;
  for (const kind of FORGOTTEN) {
    const before = clock.now() - keptMs[kind];
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const rows = await upkeep.forget({ kind, before, limit: ROWS_AT_ONCE });
      forgotten += rows;
      if (rows < ROWS_AT_ONCE) break;
    }
  }
  return forgotten;
}
