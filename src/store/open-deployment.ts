/**
 * Opens a deployment in one transaction: locks, row, timeline, outbox, and the marks on the deployments that it ends or
 * undoes. All transactions lock rows in the same order, so there are no deadlocks: deployments by id, then the
 * service's lock, then the target's.
 */
import { eq, getTableColumns, or, sql } from 'drizzle-orm';
import { type Deployment, isInFlight } from '../domain/deployment/deployment.ts';
import { isKeyRemembered } from '../domain/deployment/keyed-request.ts';
import {
  noSuchDeployment,
  onceOf,
  openedBefore,
  planOpening,
  planSuperseding,
  planUndoing,
} from '../domain/deployment/ledger.ts';
import { outOfTheWay, refusal } from '../domain/deployment/next-step.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { targetKey } from '../domain/service/target.ts';
import type { Opened, Opening, Recorded } from '../ports/deployments.ts';
import { placeholders } from './columns.ts';
import { type Orm, prepared } from './database.ts';
import { deploymentColumns, readForUpdate, writeChange, writeEntries, writeWait } from './deployment-rows.ts';
import { deployments, locks } from './schema.ts';

export async function openWithin(orm: Orm, { opening, at }: { opening: Opening; at: number }): Promise<Opened> {
  const { deployment, superseding, undoing } = opening;
  const once = onceOf(opening);
  const [known, others] = await Promise.all([isKnown(orm, { opening, once, at }), readOthers(orm, opening)]);
  if (known) throw openedBefore(once ?? deployment.id);
  const superseded = superseding && pick(others, superseding.deploymentId);
  const undone = undoing === undefined ? undefined : pick(others, undoing);

  const target = targetKey(deployment.spec.target);
  const fence = await takeLocks(orm, { opening, target, from: superseded });
  const found = { undone: undone?.deployment, superseded: superseded?.deployment };
  const plan = planOpening(opening, { fence: fence ?? 0, at, ...found });
  // This comes before the answer that the lock is held: undoing a promotion twice is a Conflict, whoever holds the
  // lock.
  const undoneWrite = undone && planUndoing(undone.deployment, { opened: plan.deployment, at });
  if (fence === null) throw heldBy(await readHolder(orm, { opening, target, from: superseded, at }));

  const inserted = insertDeployment(orm).execute({ ...plan.deployment, target, onceKey: once });
  const ends =
    superseding && superseded && isInFlight(superseded.deployment)
      ? planSuperseding(superseded.deployment, { opened: plan.deployment, because: superseding.because, at })
      : undefined;
  const [rows] = await Promise.all([
    inserted,
    ...writeEntries(orm, plan),
    // The stored token of a deployment that ends is deleted. Only the answer of this function still has the token.
    ...(ends ? [...writeChange(orm, ends), writeWait(orm, { deploymentId: ends.deployment.id, token: null })] : []),
    ...(undoneWrite ? writeChange(orm, undoneWrite) : []),
  ]);
  if (rows.length === 0) throw openedBefore(once ?? deployment.id);
  return { opened: true, deployment: plan.deployment, waitToken: superseded?.waitToken ?? null };
}

interface Once {
  readonly opening: Opening;
  readonly once: string | null;
  readonly at: number;
}

/**
 * The key of a request is forgotten after a day, and the deployment that it opened gives the key up. The id of an event
 * is never forgotten.
 */
async function isKnown(orm: Orm, { opening, once, at }: Once): Promise<boolean> {
  if (once === null) return false;
  const [known] = await selectOnce(orm).execute({ once });
  if (known === undefined) return false;
  if (opening.once !== undefined || isKeyRemembered(known, at)) return true;
  await forgetOnce(orm).execute({ id: known.id });
  return false;
}

const selectOnce = prepared((orm) =>
  orm
    .select({ id: deployments.id, openedAt: deployments.openedAt })
    .from(deployments)
    .where(eq(deployments.onceKey, sql.placeholder('once')))
    .prepare('deployment_once'),
);

const forgetOnce = prepared((orm) =>
  orm
    .update(deployments)
    .set({ onceKey: null })
    .where(eq(deployments.id, sql.placeholder('id')))
    .prepare('deployment_forget_once'),
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

/** Thrown, so that the transaction rolls back and releases the one lock that it took. */
function heldBy(inFlight: Deployment): SlipwayError {
  const fact = `Deployment ${inFlight.id} of ${inFlight.service} is in flight.`;
  return refusal(fact, { ...outOfTheWay(inFlight), details: { [HOLDER]: inFlight } });
}

const HOLDER = 'holder';

/** Turns the error that `openWithin` throws for a held lock into an answer. Throws any other error again. */
export function refusedOpening(error: unknown): Opened {
  if (isSlipwayError(error) && HOLDER in error.details)
    return { opened: false, inFlight: error.details[HOLDER] as Deployment };
  throw error;
}

interface Asked {
  readonly opening: Opening;
  readonly target: string;
  readonly from: Recorded | undefined;
}

/** Returns the new fencing token; null when another deployment holds a lock. */
async function takeLocks(orm: Orm, { opening, target, from }: Asked): Promise<number | null> {
  const { id, service } = opening.deployment;
  const order = { id, from: from?.deployment.id ?? '' };
  // One round trip, in this order: the second statement sees the fence that the first one set.
  const [[ofService], [ofTarget]] = await Promise.all([
    upsertLock(orm).execute({ ...order, key: service, other: target }),
    upsertLock(orm).execute({ ...order, key: target, other: service }),
  ]);
  return ofService === undefined || ofTarget === undefined ? null : ofTarget.fence;
}

/** The new fence is above both rows, so that the two rise together. */
const upsertLock = prepared((orm) => {
  const other = sql`coalesce((select o.fence from ${locks} o where o.service = ${sql.placeholder('other')}), 0)`;
  return orm
    .insert(locks)
    .values({
      service: sql.placeholder('key'),
      deploymentId: sql.placeholder('id'),
      fence: sql`greatest(${other}, 1)`,
    })
    .onConflictDoUpdate({
      target: locks.service,
      set: { deploymentId: sql`excluded.deployment_id`, fence: sql`greatest(${locks.fence} + 1, excluded.fence)` },
      setWhere: sql`${locks.deploymentId} is null or ${locks.deploymentId} = ${sql.placeholder('from')}`,
    })
    .returning({ fence: locks.fence })
    .prepare('lock_take');
});

/** The refused upsert has still locked the row, so the holder cannot change before this transaction ends. */
async function readHolder(orm: Orm, { opening, target, from, at }: Asked & Pick<Once, 'at'>): Promise<Deployment> {
  const { deployment } = opening;
  const once = onceOf(opening);
  // A concurrent request with the same key may have committed while this transaction waited for the lock.
  if (once !== null && (await isKnown(orm, { opening, once, at }))) throw openedBefore(once);
  const holders = await selectHolders(orm).execute({ service: deployment.service, target });
  const holder = holders.find(({ id }) => id !== from?.deployment.id);
  if (holder !== undefined) return holder;
  throw new SlipwayError(
    'Transient',
    `The lock of service ${deployment.service} changed hands while it was asked for. Try again.`,
  );
}

const selectHolders = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .innerJoin(locks, eq(locks.deploymentId, deployments.id))
    .where(or(eq(locks.service, sql.placeholder('service')), eq(locks.service, sql.placeholder('target'))))
    .prepare('lock_holders'),
);

const insertDeployment = prepared((orm) =>
  orm
    .insert(deployments)
    .values(placeholders(getTableColumns(deployments)))
    .onConflictDoNothing({ target: deployments.onceKey })
    .returning({ id: deployments.id })
    .prepare('deployment_insert'),
);
