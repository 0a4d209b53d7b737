/**
 * Turns at Lambda's control plane: one row for each call, and no row that all claimants write. One statement claims a
 * free moment. Only when another claimant holds it, this store reads all claims and picks one of several free moments
 * by chance.
 */
import { asc, gte, sql } from 'drizzle-orm';
import {
  chooseTurn,
  nextMoments,
  TURN_KEPT_MS,
  type Turn,
  type TurnOrder,
  turnFrom,
} from '../domain/deployment/turns.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Turns } from '../ports/turns.ts';
import { attempt, type Database, type Orm, prepared } from './database.ts';
import { controlPlaneTurns } from './schema.ts';

export interface TurnSettings {
  readonly clock: Clock;
  readonly callsPerSecond: number;
}

/**
 * Each round offers twice as many moments as the one before. A hundred concurrent claimants have all found their own
 * after six or seven rounds.
 */
const ROUNDS = 10;
/** Below the limit of Aurora DSQL for one transaction. */
const SWEPT_AT_ONCE = 1_000;
const SWEEPS_MAX = 50;

export function turnStore({ orm }: Database, settings: TurnSettings): Turns {
  const { clock } = settings;
  return {
    async claim(order) {
      const next = nextMoments({ ...settings, now: clock.now() }, order.calls);
      if (await claimAll(orm, { order, moments: next })) return turnFrom(next);
      for (let round = 1; round <= ROUNDS; round++) {
        const turn = await claimByChance(orm, { order, settings, choices: 2 ** round });
        if (turn !== null) return turn;
      }
      throw new SlipwayError(
        'Transient',
        `Could not claim a turn at Lambda's control plane for ${order.claimant}: others were quicker ${ROUNDS} times. Try again in a moment.`,
        { details: { throttled: true } },
      );
    },
    async sweep() {
      const before = clock.now() - TURN_KEPT_MS;
      for (let sweeps = 0; sweeps < SWEEPS_MAX; sweeps++) {
        const order = { before, limit: SWEPT_AT_ONCE };
        const swept = await attempt('forget turns that are over', () => deleteOver(orm).execute(order));
        if (swept.length < SWEPT_AT_ONCE) return;
      }
    },
  };
}

interface Round {
  readonly order: TurnOrder;
  readonly settings: TurnSettings;
  readonly choices: number;
}

/**
 * Returns null when another claimant was quicker. The next round finds the moments that were claimed anyway, and
 * releases them.
 */
async function claimByChance(orm: Orm, { order, settings, choices }: Round): Promise<Turn | null> {
  const now = settings.clock.now();
  const claims = await attempt('read who has which turn', () =>
    selectSince(orm).execute({ since: now - TURN_KEPT_MS }),
  );
  const pick = (count: number) => Math.floor(Math.random() * count);
  const choice = chooseTurn({ ...settings, order, claims, now, choices, pick });
  if (choice.release.length > 0) {
    await attempt('give a turn back', () =>
      release(orm).execute({ moments: choice.release, claimant: order.claimant }),
    );
  }
  if ('turn' in choice) return choice.turn;
  return (await claimAll(orm, { order, moments: choice.claim })) ? turnFrom(choice.claim) : null;
}

async function claimAll(
  orm: Orm,
  { order: { claimant, calls }, moments }: { readonly order: TurnOrder; readonly moments: readonly number[] },
): Promise<boolean> {
  const claimed = await attempt('claim a turn', () => insertFree(orm).execute({ moments, claimant }));
  return claimed.length === calls;
}

/** One statement for all moments, so that it takes one round trip. */
const insertFree = prepared((orm) =>
  orm
    .insert(controlPlaneTurns)
    .select(
      sql`select moment, ${sql.placeholder('claimant')}::text from unnest(${sql.placeholder('moments')}::bigint[]) as moment`,
    )
    .onConflictDoNothing()
    .returning({ at: controlPlaneTurns.at })
    .prepare('turns_claim'),
);

const selectSince = prepared((orm) =>
  orm
    .select()
    .from(controlPlaneTurns)
    .where(gte(controlPlaneTurns.at, sql.placeholder('since')))
    .orderBy(asc(controlPlaneTurns.at))
    .prepare('turns_since'),
);

const release = prepared((orm) =>
  orm
    .delete(controlPlaneTurns)
    .where(
      sql`${controlPlaneTurns.at} = any(${sql.placeholder('moments')}::bigint[]) and ${controlPlaneTurns.claimant} = ${sql.placeholder('claimant')}`,
    )
    .prepare('turns_release'),
);

const deleteOver = prepared((orm) =>
  orm
    .delete(controlPlaneTurns)
    .where(
      sql`${controlPlaneTurns.at} in (select "at" from "control_plane_turns" where "at" < ${sql.placeholder('before')} order by "at" limit ${sql.placeholder('limit')})`,
    )
    .returning({ at: controlPlaneTurns.at })
    .prepare('turns_sweep'),
);
