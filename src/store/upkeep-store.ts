/**
 * Deletes rows that are no longer needed, a limited number at a time and by their keys: DSQL has neither `ctid` nor
 * `DELETE ... LIMIT`.
 */
import { and, eq, lte, sql } from 'drizzle-orm';
import { ENDED } from '../domain/deployment/deployment.ts';
import type { Forgotten, Upkeep } from '../ports/upkeep.ts';
import { attempt, type Database, type Orm, prepared } from './database.ts';
import { evidence, idempotency, outbox, waits } from './schema.ts';

export function upkeepStore({ orm }: Database): Upkeep {
  return {
    async forget({ kind, before, limit }) {
      const rows = await attempt(`forget old rows (${kind})`, () => deletions[kind](orm).execute({ before, limit }));
      return rows.length;
    },
  };
}

const before = sql.placeholder('before');
const limit = sql.placeholder('limit');
const ended = ENDED.map((status) => `'${status}'`).join(', ');

const deletions = {
  outbox: prepared((orm) =>
    orm
      .delete(outbox)
      .where(
        and(
          eq(outbox.published, true),
          sql`${outbox.id} in (select "id" from "outbox" where "published" = true and "at" <= ${before} order by "at", "id" limit ${limit})`,
        ),
      )
      .returning({ key: outbox.id })
      .prepare('outbox_forget'),
  ),
  evidence: prepared((orm) =>
    orm
      .delete(evidence)
      .where(
        sql`(${evidence.deploymentId}, ${evidence.startsAt}) in (
          select e."deployment_id", e."starts_at" from "evidence" e left join "deployments" d on d."id" = e."deployment_id"
          where e."starts_at" <= ${before} and (d."id" is null or d."settled_at" <= ${before})
          order by e."starts_at" limit ${limit})`,
      )
      .returning({ key: evidence.deploymentId })
      .prepare('evidence_forget'),
  ),
  keys: prepared((orm) =>
    orm
      .delete(idempotency)
      .where(
        and(
          // Repeated outside the subquery: a key that is claimed again at this moment is a new row with the same key.
          lte(idempotency.claimedAt, before),
          sql`${idempotency.key} in (select "key" from "idempotency" where "claimed_at" <= ${before} order by "claimed_at" limit ${limit})`,
        ),
      )
      .returning({ key: idempotency.key })
      .prepare('idempotency_forget'),
  ),
  /**
   * Older versions of Slipway left these rows behind. The statement uses `before` only so that all four statements have
   * the same parameters.
   */
  waits: prepared((orm) =>
    orm
      .delete(waits)
      .where(
        sql`${waits.deploymentId} in (
          select w."deployment_id" from "waits" w left join "deployments" d on d."id" = w."deployment_id"
          where (d."id" is null or d."status" in (${sql.raw(ended)})) and ${before}::bigint is not null limit ${limit})`,
      )
      .returning({ key: waits.deploymentId })
      .prepare('waits_forget'),
  ),
} satisfies Record<Forgotten, (orm: Orm) => unknown>;
