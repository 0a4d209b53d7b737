/** Migrates a database to the tables of this version. Repeatable, also with concurrent processes. */
import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { SlipwayError } from '../domain/errors.ts';
import { AT_ONCE, persistently } from '../domain/persistently.ts';
import { attempt, type Database } from './database.ts';
import { readColumns, strangerIn } from './expected-tables.ts';
import { hasState } from './failures.ts';
import { fillTargets } from './fill-targets.ts';
import { heldUp } from './held-up.ts';
import { migrations } from './migrations/all.ts';

export { migrations };

const applied = pgTable('migrations', { version: text('version').primaryKey() });

export async function migrate(database: Database): Promise<void> {
  await refuseStrangers(database);
  await defineTables(database);
  await fillTargets(database);
}

/** Runs before anything is written: Slipway could not remove what it added to another owner's table. */
async function refuseStrangers({ orm }: Database): Promise<void> {
  const found = await attempt('read which tables there are', () => readColumns(orm));
  const stranger = strangerIn(found.filter(({ isHere }) => isHere));
  if (stranger === null) return;
  const next =
    'Nothing was changed. Give Slipway a database or a schema of its own in DATABASE_URL, and migrate there.';
  throw new SlipwayError('Broken', `${stranger} ${next}`);
}

async function defineTables(database: Database): Promise<void> {
  const known = await attempt('read which migrations have run', () => appliedVersions(database));
  const due = migrations.filter(({ version }) => !known.has(version));
  if (due.length === 0) return;
  await define(database, 'CREATE TABLE IF NOT EXISTS migrations (version text PRIMARY KEY)');
  for (const { version, statements } of due) {
    // One statement at a time, each repeatable: DSQL accepts one definition in a transaction, so a crash can leave half
    // a migration.
    for (const statement of statements) await define(database, statement);
    await attempt(`record migration ${version}`, () =>
      database.orm.insert(applied).values({ version }).onConflictDoNothing(),
    );
  }
}

/** On DSQL an index is built in the background, and the statement must say ASYNC. */
export function inDialect(statement: string, dialect: Database['dialect']): string {
  return dialect === 'dsql' ? statement.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX ASYNC ') : statement;
}

async function appliedVersions({ orm }: Database): Promise<ReadonlySet<string>> {
  try {
    return new Set((await orm.select().from(applied)).map(({ version }) => version));
  } catch (error) {
    if (hasState(error, ['42P01'])) return new Set();
    throw error;
  }
}

/**
 * `IF NOT EXISTS` can still fail when two processes create the same object at the same moment. The second try finds the
 * object.
 */
const LOST_THE_RACE = ['23505', '42P07', '42710', 'XX000'];
const LOCK_NOT_AVAILABLE = ['55P03'];
const DEFINE_ATTEMPTS = 5;

async function define(database: Database, statement: string): Promise<void> {
  const what = `run migration "${statement.split('\n')[0]}"`;
  const isWorthAnother = (error: unknown) => hasState(error, LOST_THE_RACE) && !hasState(error, LOCK_NOT_AVAILABLE);
  const once = () => run(database, inDialect(statement, database.dialect));
  await attempt(what, async () => {
    try {
      await persistently({ tries: DEFINE_ATTEMPTS, ...AT_ONCE, isWorthAnother }, once);
    } catch (error) {
      throw hasState(error, LOCK_NOT_AVAILABLE) ? await heldUp(database, { what, statement, cause: error }) : error;
    }
  });
}

async function run(database: Database, statement: string): Promise<void> {
  if (database.define === undefined) await database.orm.execute(sql.raw(statement));
  else await database.define(statement);
}
