/**
 * Checks for GET /ready that the database can do what a deployment needs. It must accept a write, have free space, and
 * have the tables of this version. The check's own writes stay within a few rows.
 */
import { sql } from 'drizzle-orm';
import { SlipwayError } from '../domain/errors.ts';
import type { Reachable } from '../ports/reachable.ts';
import { attempt, type Database, prepared } from './database.ts';
import { missingIn, readColumns, strangerIn } from './expected-tables.ts';
import { hasState, toDrop } from './failures.ts';
import { probes } from './schema.ts';

const SLOTS = 16;
/**
 * The check for free space makes a table and drops it. Readiness probes may come every second, so the result is kept
 * for this long.
 */
const ROOM_KNOWN_MS = 10_000;

export function reachableDatabase(database: Database): Reachable {
  const room = { knownUntil: 0 };
  return {
    async check() {
      const what = 'write to the database';
      const slot = Math.floor(Math.random() * SLOTS);
      await attempt(what, async () => {
        await requireTables(database);
        await upsertProbe(database.orm).execute({ slot });
        if (performance.now() >= room.knownUntil) await requireRoom(database);
        room.knownUntil = performance.now() + ROOM_KNOWN_MS;
      });
    },
  };
}

async function requireTables({ orm }: Database): Promise<void> {
  const found = await readColumns(orm);
  const stranger = strangerIn(found);
  if (stranger !== null) {
    const next = 'Give Slipway a database or a schema of its own in DATABASE_URL, and run the migrations there.';
    throw new SlipwayError('Broken', `${stranger} ${next}`);
  }
  const missing = missingIn(found);
  if (missing === null) return;
  throw new SlipwayError('Broken', `The tables are missing, ${missing} for one: run the migrations.`);
}

/**
 * A row that fits into existing space does not prove that the disk has room. So this check requests new pages and frees
 * them again. Aurora DSQL has no disk that fills up, and does not accept two definitions together.
 */
async function requireRoom({ define, dialect }: Database): Promise<void> {
  if (dialect === 'dsql') return;
  const table = `slipway_room_${Math.random().toString(36).slice(2)}`;
  const rows = 'select md5(at::text) as filling from generate_series(1, 200) as at';
  try {
    await define?.(`create table ${table} as ${rows}; drop table ${table}`);
  } catch (error) {
    // Some roles may not make tables, and some servers do not allow it. Then the row that was written must be enough.
    if (toDrop(error) !== 'none' && !hasState(error, HELD)) throw error;
  }
}

const HELD = ['55P03'];

const upsertProbe = prepared((orm) =>
  orm
    .insert(probes)
    .values({ slot: sql.placeholder('slot'), times: 1 })
    .onConflictDoUpdate({ target: probes.slot, set: { times: sql`${probes.times} + 1` } })
    .prepare('probe_upsert'),
);
