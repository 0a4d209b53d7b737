/** Brings a database to the tables of this version. Safe to run twice, and by several processes at once. */
import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { attempt, type Database } from './database.ts';
import { hasState } from './failures.ts';
import { fillTargets } from './fill-targets.ts';
import { ledger } from './migrations/0001-ledger.ts';
import { pipelineRuns } from './migrations/0002-pipeline-runs.ts';
import { latency } from './migrations/0003-latency.ts';
import { targets } from './migrations/0004-targets.ts';
import { controlPlane } from './migrations/0005-control-plane.ts';
import { fences } from './migrations/0006-fences.ts';

export const migrations = [ledger, pipelineRuns, latency, targets, controlPlane, fences] as const;

const applied = pgTable('migrations', { version: text('version').primaryKey() });

export async function migrate(database: Database): Promise<void> {
  await defineTables(database);
  await fillTargets(database);
}

async function defineTables(database: Database): Promise<void> {
  const known = await attempt('read which migrations have run', () => appliedVersions(database));
  const due = migrations.filter(({ version }) => !known.has(version));
  if (due.length === 0) return;
  await define(database, 'CREATE TABLE IF NOT EXISTS migrations (version text PRIMARY KEY)');
  for (const { version, statements } of due) {
    // One at a time and each repeatable: DSQL takes one definition a transaction, so a crash leaves half a migration.
    for (const statement of statements) await define(database, statement);
    await attempt(`record migration ${version}`, () =>
      database.orm.insert(applied).values({ version }).onConflictDoNothing(),
    );
  }
}

/** On DSQL an index is built in the background, and says so. */
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

/** `IF NOT EXISTS` still fails when two create the same thing at one moment; the second try finds it there. */
const LOST_THE_RACE = ['23505', '42P07', '42710', 'XX000'];
const DEFINE_ATTEMPTS = 5;

async function define({ orm, dialect }: Database, statement: string): Promise<void> {
  await attempt(`run migration "${statement.split('\n')[0]}"`, async () => {
    for (let attempts = 1; ; attempts++) {
      try {
        await orm.execute(sql.raw(inDialect(statement, dialect)));
        return;
      } catch (error) {
        if (attempts === DEFINE_ATTEMPTS || !hasState(error, LOST_THE_RACE)) throw error;
      }
    }
  });
}
