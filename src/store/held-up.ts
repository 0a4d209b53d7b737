/**
 * Names the sessions that keep a migration from its table. It asks the catalogue directly after the migration stopped
 * waiting.
 */
import { sql } from 'drizzle-orm';
import { SlipwayError } from '../domain/errors.ts';
import type { Database } from './database.ts';

interface Waiting {
  readonly what: string;
  readonly statement: string;
  readonly cause: unknown;
}

interface Holder {
  readonly pid: number;
  readonly name: string;
  readonly query: string;
  readonly seconds: number;
}

const QUERY_LENGTH_MAX = 120;

/** Returns a Transient error: finished statements stay, and the same migration continues from there. */
export async function heldUp(database: Database, { what, statement, cause }: Waiting): Promise<SlipwayError> {
  const table = /(?:TABLE|ON) (?:IF NOT EXISTS )?(\w+)/.exec(statement.replace(/^CREATE.*INDEX/, ''))?.[1] ?? '';
  const holders = await readHolders(database, table).catch(() => []);
  const who =
    holders.length === 0
      ? 'Another session held it, and has ended since. Run the migrations again.'
      : `${holders.map(described).join(' ')} Wait until it ends, or end it with select pg_terminate_backend(${holders[0]?.pid}); then run the migrations again.`;
  const fact = `Could not ${what}: table ${table} is held by another session, and a migration waits two seconds at most, because every other session queues behind it.`;
  return new SlipwayError('Transient', `${fact} ${who} What has run is kept.`, { cause });
}

function described({ pid, name, query, seconds }: Holder): string {
  const text = query.replace(/\s+/g, ' ').slice(0, QUERY_LENGTH_MAX);
  return `Session ${pid} (${name || 'without a name'}) has held it for ${seconds} s; its last statement is "${text}".`;
}

async function readHolders({ orm }: Database, table: string): Promise<readonly Holder[]> {
  const { rows } = (await orm.execute(
    sql`select pid, application_name as name, query, extract(epoch from now() - coalesce(xact_start, state_change, now()))::int as seconds
      from pg_stat_activity
      where pid <> pg_backend_pid() and pid in (select pid from pg_locks where granted and relation = to_regclass(${table}))
      order by seconds desc limit 3`,
  )) as unknown as { rows: Holder[] };
  return rows;
}
