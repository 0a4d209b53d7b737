/**
 * Opening a deployment: lock, row, timeline, outbox, and the marks on the deployments that it ends or undoes, in one
 * transaction. Rows are locked in one order everywhere, deployments by id and then the service's lock: no deadlocks.
 */
import { eq, getTableColumns, sql } from 'drizzle-orm';
import { type Deployment, isInFlight } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { noSuchDeployment, openedBefore, planOpening, planSuperseding, planUndoing } from '../domain/ledger.ts';
import type { Opened, Opening, Recorded } from '../ports.ts';
import { placeholders } from './columns.ts';
import { type Orm, prepared } from './database.ts';
import { deploymentColumns, readForUpdate, writeChange, writeEntries } from './deployment-rows.ts';
import { deployments, locks } from './schema.ts';

export async function openWithin(orm: Orm, { opening, at }: { opening: Opening; at: number }): Promise<Opened> {
  const { deployment, superseding, undoing, once } = opening;
  const [known, others] = await Promise.all([isKnown(orm, once), readOthers(orm, opening)]);
  if (known && once !== undefined) throw openedBefore(once);
  const superseded = superseding && pick(others, superseding.deploymentId);
  const undone = undoing === undefined ? undefined : pick(others, undoing);

  const fence = await takeLock(orm, { opening, from: superseded });
  const plan = planOpening(opening, { fence: fence ?? 0, at, undone: undone?.deployment });
  // Before the answer that the lock is held: what was undone already is a Conflict, whoever holds the lock.
  const undoneWrite = undone && planUndoing(undone.deployment, { opened: plan.deployment, at });
  if (fence === null) return { opened: false, inFlight: await readHolder(orm, opening) };

  const inserted = insertDeployment(orm).execute({ ...plan.deployment, onceKey: once ?? null });
  const ends =
    superseding && superseded && isInFlight(superseded.deployment)
      ? planSuperseding(superseded.deployment, { opened: plan.deployment, because: superseding.because, at })
      : undefined;
  const [rows] = await Promise.all([
    inserted,
    ...writeEntries(orm, plan),
    ...(ends ? writeChange(orm, ends) : []),
    ...(undoneWrite ? writeChange(orm, undoneWrite) : []),
  ]);
  if (rows.length === 0) throw openedBefore(once ?? deployment.id);
  return { opened: true, deployment: plan.deployment, waitToken: superseded?.waitToken ?? null };
}

async function isKnown(orm: Orm, once: string | undefined): Promise<boolean> {
  return once !== undefined && (await selectOnce(orm).execute({ once })).length > 0;
}

const selectOnce = prepared((orm) =>
  orm
    .select({ id: deployments.id })
    .from(deployments)
    .where(eq(deployments.onceKey, sql.placeholder('once')))
    .prepare('deployment_once'),
);

async function readOthers(orm: Orm, { superseding, undoing }: Opening): Promise<ReadonlyMap<string, Recorded | null>> {
  const ids = new Set([superseding?.deploymentId, undoing].filter((id) => id !== undefined));
  const entries = [...ids].sort().map(async (id) => [id, await readForUpdate(orm, id)] as const);
  return new Map(await Promise.all(entries));
}

function pick(others: ReadonlyMap<string, Recorded | null>, id: string): Recorded {
  const recorded = others.get(id);
  if (!recorded) throw noSuchDeployment(id);
  return recorded;
}

/** The new fencing token; null when another deployment holds the lock. */
async function takeLock(orm: Orm, { opening, from }: { opening: Opening; from: Recorded | undefined }) {
  const { id, service } = opening.deployment;
  const [row] = await upsertLock(orm).execute({ id, service, from: from?.deployment.id ?? '' });
  return row?.fence ?? null;
}

const upsertLock = prepared((orm) =>
  orm
    .insert(locks)
    .values({ service: sql.placeholder('service'), deploymentId: sql.placeholder('id'), fence: 1 })
    .onConflictDoUpdate({
      target: locks.service,
      set: { deploymentId: sql`excluded.deployment_id`, fence: sql`${locks.fence} + 1` },
      setWhere: sql`${locks.deploymentId} is null or ${locks.deploymentId} = ${sql.placeholder('from')}`,
    })
    .returning({ fence: locks.fence })
    .prepare('lock_take'),
);

/** The refused upsert has locked the lock's row all the same, so its holder cannot change before this transaction ends. */
async function readHolder(orm: Orm, { deployment: { service }, once }: Opening): Promise<Deployment> {
  // Whoever opened it under the same key may have committed while we waited for the lock.
  if (once !== undefined && (await isKnown(orm, once))) throw openedBefore(once);
  const [holder] = await selectHolder(orm).execute({ service });
  if (holder !== undefined) return holder;
  throw new SlipwayError(
    'Transient',
    `The lock of service ${service} changed hands while it was asked for. Try again.`,
  );
}

const selectHolder = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .innerJoin(locks, eq(locks.deploymentId, deployments.id))
    .where(eq(locks.service, sql.placeholder('service')))
    .prepare('lock_holder'),
);

const insertDeployment = prepared((orm) =>
  orm
    .insert(deployments)
    .values(placeholders(getTableColumns(deployments)))
    .onConflictDoNothing({ target: deployments.onceKey })
    .returning({ id: deployments.id })
    .prepare('deployment_insert'),
);
