/** The evidence of verdicts: one row for each period. The last recorded values of a period count. */
import { asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { PeriodRow } from '../domain/verdict/period-row.ts';
import type { Verdicts } from '../ports/verdicts.ts';
import { columnsBut, placeholders } from './columns.ts';
import { attempt, type Database, prepared } from './database.ts';
import { evidence } from './schema.ts';

type Row = typeof evidence.$inferSelect;

export function verdictStore({ orm }: Database): Verdicts {
  return {
    async record(deploymentId, rows) {
      if (rows.length === 0) return;
      // Each row has its own statement, and no statement waits for another. So the last values of a period are chosen
      // here, before the writes.
      const byPeriod = new Map(rows.map((row) => [row.startsAt, rowOf(deploymentId, row)]));
      await attempt(`record evidence of ${deploymentId}`, () =>
        Promise.all([...byPeriod.values()].map((row) => upsertEvidence(orm).execute({ ...row }))),
      );
    },
    async list(deploymentId) {
      const rows = await attempt(`list evidence of ${deploymentId}`, () =>
        selectEvidence(orm).execute({ deploymentId }),
      );
      return rows.map(periodOf);
    },
  };
}

const upsertEvidence = prepared((orm) => {
  const values = columnsBut(evidence, ['deploymentId', 'startsAt']);
  const asInserted = Object.entries(values).map(([name, column]) => [
    name,
    sql`excluded.${sql.identifier(column.name)}`,
  ]);
  return orm
    .insert(evidence)
    .values(placeholders(getTableColumns(evidence)))
    .onConflictDoUpdate({ target: [evidence.deploymentId, evidence.startsAt], set: Object.fromEntries(asInserted) })
    .prepare('evidence_upsert');
});

const selectEvidence = prepared((orm) =>
  orm
    .select()
    .from(evidence)
    .where(eq(evidence.deploymentId, sql.placeholder('deploymentId')))
    .orderBy(asc(evidence.startsAt))
    .prepare('evidence_list'),
);

function rowOf(deploymentId: string, { startsAt, canary, stable }: PeriodRow): Row {
  return {
    deploymentId,
    startsAt,
    canaryRequests: canary.requests,
    canaryErrors: canary.errors,
    canaryDurationP99Ms: canary.durationP99Ms,
    stableRequests: stable.requests,
    stableErrors: stable.errors,
    stableDurationP99Ms: stable.durationP99Ms,
    canarySlower: canary.slower ?? null,
    stableSlower: stable.slower ?? null,
    canaryServerErrors: canary.serverErrors ?? null,
    stableServerErrors: stable.serverErrors ?? null,
  };
}

function periodOf(row: Row): PeriodRow {
  return {
    startsAt: row.startsAt,
    canary: {
      requests: row.canaryRequests,
      errors: row.canaryErrors,
      durationP99Ms: row.canaryDurationP99Ms,
      ...(row.canarySlower !== null && { slower: row.canarySlower }),
      ...(row.canaryServerErrors !== null && { serverErrors: row.canaryServerErrors }),
    },
    stable: {
      requests: row.stableRequests,
      errors: row.stableErrors,
      durationP99Ms: row.stableDurationP99Ms,
      ...(row.stableSlower !== null && { slower: row.stableSlower }),
      ...(row.stableServerErrors !== null && { serverErrors: row.stableServerErrors }),
    },
  };
}
