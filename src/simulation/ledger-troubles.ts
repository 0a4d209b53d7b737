/** What a seed does to the ledger and to the time: lost answers of writes, an unavailable database, two clocks. */
import type { FaultPlan, Span } from '../twin/cloud/fault-plan.ts';
import type { Random } from '../twin/random.ts';
import type { ClientHabits } from './clients.ts';

export interface LedgerTroubles {
  /** How far the clock of each machine on which functions run is ahead of true time. */
  readonly clocksAheadMs: readonly number[];
  readonly habits: ClientHabits;
  /** How many times a person deploys twice within seconds and rolls back at once. */
  readonly hastes: number;
  /** How many times a person retries a rollout that was rolled back. */
  readonly retries: number;
}

const APART_MAX_MS = 5_000;

/** Each draw has a fork of its own, so that it does not change the other draws of a seed. */
export function drawLedgerTroubles(random: Random): LedgerTroubles {
  return {
    clocksAheadMs: drawClocks(random.fork('clocks')),
    habits: { impatient: 0.1, answersLost: 0.05 },
    hastes: random.fork('hastes').chance(0.2) ? 1 : 0,
    retries: random.fork('retries').chance(0.1) ? 1 : 0,
  };
}

/** In a third of the seeds there is one true clock, so that bounds of time are checked to the millisecond. */
function drawClocks(random: Random): readonly number[] {
  if (random.chance(1 / 3)) return [0];
  const apartMs = random.integer(APART_MAX_MS + 1);
  const aheadMs = Math.round(apartMs * random.uniform());
  return [aheadMs, aheadMs - apartMs];
}

export interface LedgerFaultOrder {
  /** 0 means no faults. */
  readonly heaviness: number;
  /** The time in which faults may strike. */
  readonly active: Span;
}

const AWAY_MIN_MS = 1_000;
const AWAY_MAX_MS = 90_000;

/** These faults come in addition to those of the other ports. */
export function drawLedgerFaults(
  random: Random,
  { heaviness, active }: LedgerFaultOrder,
): Required<Pick<FaultPlan, 'chances' | 'away' | 'readOnly'>> {
  const spans = (): readonly Span[] => {
    if (heaviness === 0 || !random.chance(0.3)) return [];
    const from = active.from + random.integer(active.until - active.from);
    const until = from + AWAY_MIN_MS + random.integer(AWAY_MAX_MS - AWAY_MIN_MS);
    // Faults end with the active time.
    return [{ from, until: Math.min(until, active.until) }];
  };
  return {
    chances: [{ fault: 'lostAnswer', probability: 0.01 * heaviness }],
    away: spans(),
    readOnly: spans(),
  };
}
