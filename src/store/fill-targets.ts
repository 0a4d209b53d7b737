/**
 * Fills in targets for rows from before migration 0004: deployments get their key, registered services their claim.
 * Repeatable, and repeated at each migration: an older Slipway may run again after a stack update was rolled back.
 */
import { and, asc, inArray, isNull } from 'drizzle-orm';
import { targetKey } from '../domain/service/target.ts';
import { attempt, type Database } from './database.ts';
import { deployments, services, targets } from './schema.ts';

/** Far below DSQL's limit of 3,000 rows in one transaction. */
const ROWS_AT_ONCE = 500;

export async function fillTargets({ orm }: Database): Promise<void> {
  await attempt('give deployments their targets', async () => {
    for (;;) {
      const { id, spec, target } = deployments;
      const rows = await orm.select({ id, spec }).from(deployments).where(isNull(target)).limit(ROWS_AT_ONCE);
      for (const [key, some] of Map.groupBy(rows, (row) => targetKey(row.spec.target))) {
        const ids = some.map((row) => row.id);
        await orm
          .update(deployments)
          .set({ target: key })
          .where(and(inArray(id, ids), isNull(target)));
      }
      if (rows.length < ROWS_AT_ONCE) return;
    }
  });
  await attempt('give services their targets', async () => {
    // When two services already have one target, the first by name keeps the target. The other one gets a Conflict at
    // its next change.
    for (const { name, spec } of await orm.select().from(services).orderBy(asc(services.name))) {
      const claim = { target: targetKey(spec.target), service: name };
      await orm.insert(targets).values(claim).onConflictDoNothing();
    }
  });
}
