/**
 * Turns at Lambda's control plane: one row for each call, and no row that everybody writes. A free moment is claimed by one
 * statement; only when somebody else holds it, all claims are read, and one of several free moments is taken by chance.
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

/** Each one with twice as many moments to choose from: a hundred claimants at one moment part within six or seven. */
const ROUNDS = 10;
/** Below what Aurora DSQL takes in one transaction. */
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

/** Null when somebody else was quicker. What it got then is given back in the next round, which finds it. */
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

/** One statement for all of the moments, so that it is one round trip. */
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
