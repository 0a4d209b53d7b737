/** The ports of the SQL store on a database that is emptied first. */
import { getTableName, sql } from 'drizzle-orm';
import { type AnyPgTable, PgTable } from 'drizzle-orm/pg-core';
import type { Clock } from '../../src/ports/clock.ts';
import type { Database } from '../../src/store/database.ts';
import { listedDeploymentStore } from '../../src/store/deployment-pages.ts';
import { idempotencyStore } from '../../src/store/idempotency-store.ts';
import { outboxStore } from '../../src/store/outbox-store.ts';
import { pipelineRunStore } from '../../src/store/pipeline-run-store.ts';
import { reachableDatabase } from '../../src/store/reachable-database.ts';
import * as schema from '../../src/store/schema.ts';
import { serviceStore } from '../../src/store/service-store.ts';
import { turnStore } from '../../src/store/turn-store.ts';
import { upkeepStore } from '../../src/store/upkeep-store.ts';
import { verdictStore } from '../../src/store/verdict-store.ts';
import type { StorePorts } from './store-contract.ts';

export const tables: readonly AnyPgTable[] = Object.values(schema).filter((value) => value instanceof PgTable);

export async function emptied(database: Database): Promise<Database> {
  for (const table of tables) await database.orm.execute(sql`delete from ${sql.identifier(getTableName(table))}`);
  return database;
}

export function portsOf(database: Database, clock: Clock): StorePorts {
  return {
    deployments: listedDeploymentStore(database, clock),
    services: serviceStore(database),
    pipelineRuns: pipelineRunStore(database, clock),
    outbox: outboxStore(database),
    idempotency: idempotencyStore(database),
    verdicts: verdictStore(database),
    turns: turnStore(database, { clock, callsPerSecond: 10 }),
    reachable: reachableDatabase(database),
    upkeep: upkeepStore(database),
  };
}
