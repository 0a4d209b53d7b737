/**
 * Creates the tables of this version. On Aurora DSQL it also creates the database role with which the functions of the
 * stack use them. Every statement is repeatable, so the next try repairs a crash in the middle.
 */
import { and, eq, getTableName, inArray, sql } from 'drizzle-orm';
import { type PgTable, pgSchema, pgTable, text } from 'drizzle-orm/pg-core';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { persistently } from '../domain/persistently.ts';
import type { LedgerTables } from '../ports/ledger-tables.ts';
import { systemPause } from '../system.ts';
import { attempt, type Database, type Orm } from './database.ts';
import { hasState } from './failures.ts';
import { migrate } from './migrate.ts';
import * as schema from './schema.ts';

/** The user in the database's address. */
const ROLE = 'slipway';
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** The permissions of a new IAM role take up to a minute until they hold everywhere in AWS. */
const PATIENCE = { tries: 13, everyMs: 5_000 };

export function ledgerTables(database: Database, patience = PATIENCE): LedgerTables {
  return {
    async prepare(roleArns) {
      const strange = roleArns.find((arn) => !ROLE_ARN.test(arn));
      if (strange !== undefined) {
        throw new SlipwayError(
          'InvalidRequest',
          `${strange} is not the ARN of an IAM role. Correct resources/migrations.yml.`,
        );
      }
      await persistently(waiting(patience), () => migrate(database));
      if (database.dialect === 'dsql') await admit(database, roleArns);
    },
  };
}

function waiting({ tries, everyMs }: typeof PATIENCE) {
  const isWorthAnother = (error: unknown) => isSlipwayError(error, 'Transient');
  return { tries, delayMs: everyMs, delayMsMax: everyMs, sleep: systemPause.sleep, isWorthAnother };
}

const databaseRoles = pgTable('pg_roles', { name: text('rolname') });
const mappings = pgSchema('sys').table('iam_pg_role_mappings', { arn: text('arn'), role: text('pg_role_name') });

/** Reads the existing grants first: DSQL's documents do not say what a repeated grant does. */
async function admit({ orm }: Database, roleArns: readonly string[]): Promise<void> {
  const run = (statement: string) => runOnce(orm, statement);
  const found = await attempt('read the roles of the database', () =>
    orm.select().from(databaseRoles).where(eq(databaseRoles.name, ROLE)),
  );
  if (found.length === 0) await run(`CREATE ROLE ${ROLE} WITH LOGIN`);
  for (const statement of privileges()) await run(statement);
  if (roleArns.length === 0) return;
  const known = await attempt('read who may take the role slipway', () =>
    orm
      .select()
      .from(mappings)
      .where(and(eq(mappings.role, ROLE), inArray(mappings.arn, [...roleArns]))),
  );
  const admitted = new Set(known.map(({ arn }) => arn));
  // Grants of removed functions stay. Such a function may still run while the stack is updated, and without its IAM
  // role the grant has no effect.
  for (const arn of roleArns) if (!admitted.has(arn)) await run(`AWS IAM GRANT ${ROLE} TO '${arn}'`);
}

/** A concurrent caller did the same first, so the work is done. */
const DONE_ALREADY = ['42710', '23505'];

async function runOnce(orm: Orm, statement: string): Promise<void> {
  await attempt(`run "${statement}"`, async () => {
    try {
      await orm.execute(sql.raw(statement));
    } catch (error) {
      if (!hasState(error, DONE_ALREADY)) throw error;
    }
  });
}

/**
 * The role may not define tables, use the table of migrations, or change existing timeline entries, because the
 * timeline is the audit trail. Every role may use the schema public. DSQL refuses a grant on that schema with 0A000, as
 * it refuses grants on other system objects.
 */
function privileges(): readonly string[] {
  const tables: readonly PgTable[] = Object.values(schema);
  return tables.map((table) => {
    const may = table === schema.timeline ? 'SELECT, INSERT' : 'SELECT, INSERT, UPDATE, DELETE';
    return `GRANT ${may} ON ${getTableName(table)} TO ${ROLE}`;
  });
}
