/**
 * The service of each target: one row for each target, written in the transaction that registers the service. So when
 * two services ask for one target at the same moment, only one gets it. A service that leaves a target ends its watch
 * there.
 */
import { and, eq, sql } from 'drizzle-orm';
import { LEFT, planWatchEnd, targetInFlight, targetTaken } from '../domain/deployment/ledger.ts';
import type { Service, ServiceSpec } from '../domain/service/service-spec.ts';
import { targetKey } from '../domain/service/target.ts';
import { type Orm, prepared } from './database.ts';
import { isWatchedNow, readForUpdate, writeChange } from './deployment-rows.ts';
import { deployments, locks, services, targets } from './schema.ts';

/**
 * Throws Conflict when another registered service has the target. The claim of a service that is removed, or has left
 * the target, does not count.
 */
export async function claimTarget(orm: Orm, { name, target }: ServiceSpec): Promise<void> {
  const key = targetKey(target);
  const claim = { target: key, service: name };
  const [, [claimed]] = await Promise.all([insertClaim(orm).execute(claim), selectClaim(orm).execute({ target: key })]);
  const service = claimed?.service ?? name;
  if (service === name) return;
  const [owner] = await selectOwner(orm).execute({ service });
  if (owner !== undefined && targetKey(owner.spec.target) === key) throw targetTaken({ target, service });
  await updateClaim(orm).execute(claim);
}

interface Moving {
  readonly stored: Service;
  readonly spec: ServiceSpec;
  readonly by: string;
  readonly at: number;
}

/** Throws Conflict when the target changes while a deployment is in flight. */
export async function moveService(orm: Orm, { stored, spec, by, at }: Moving): Promise<void> {
  const { name } = stored;
  if (targetKey(stored.spec.target) === targetKey(spec.target)) return;
  const deploymentId = await leaveTarget(orm, { name, by, because: LEFT.moved(name, spec.target), at });
  if (deploymentId !== null) throw targetInFlight({ name, deploymentId });
}

interface Leaving {
  readonly name: string;
  readonly by: string;
  readonly because: string;
  readonly at: number;
}

/**
 * Ends the watches of a service and frees its target. Returns the deployment in flight that forbids this; null when
 * there is none.
 */
export async function leaveTarget(orm: Orm, { name, ...end }: Leaving): Promise<string | null> {
  const watched = await selectWatchedIds(orm).execute({ name, now: end.at });
  // By id and before the lock: all transactions use this order.
  const ids = watched.map(({ id }) => id).sort();
  const recorded = await Promise.all(ids.map((id) => readForUpdate(orm, id)));
  const [lock] = await touchLock(orm).execute({ name });
  if (lock?.deploymentId) return lock.deploymentId;
  const writes = recorded.flatMap((each) => (each === null ? [] : [planWatchEnd(each.deployment, end)]));
  await Promise.all([deleteClaims(orm).execute({ name }), ...writes.flatMap((write) => writeChange(orm, write))]);
  return null;
}

const insertClaim = prepared((orm) =>
  orm
    .insert(targets)
    .values({ target: sql.placeholder('target'), service: sql.placeholder('service') })
    .onConflictDoNothing()
    .prepare('target_claim'),
);

const selectClaim = prepared((orm) =>
  orm
    .select()
    .from(targets)
    .where(eq(targets.target, sql.placeholder('target')))
    .for('update')
    .prepare('target_claimed'),
);

const updateClaim = prepared((orm) =>
  orm
    .update(targets)
    .set({ service: sql`${sql.placeholder('service')}` })
    .where(eq(targets.target, sql.placeholder('target')))
    .prepare('target_take_over'),
);

const deleteClaims = prepared((orm) =>
  orm
    .delete(targets)
    .where(eq(targets.service, sql.placeholder('name')))
    .prepare('target_free'),
);

const selectOwner = prepared((orm) =>
  orm
    .select({ spec: services.spec })
    .from(services)
    .where(eq(services.name, sql.placeholder('service')))
    .prepare('target_owner'),
);

const selectWatchedIds = prepared((orm) =>
  orm
    .select({ id: deployments.id })
    .from(deployments)
    .where(and(eq(deployments.service, sql.placeholder('name')), isWatchedNow()))
    .prepare('deployments_watched_of_service'),
);

/**
 * Writes the row and does not only read it. Before its first deployment a service has no lock row, and a missing row
 * cannot be locked. The first deployment writes the same row, so only one of the two transactions commits.
 */
const touchLock = prepared((orm) =>
  orm
    .insert(locks)
    .values({ service: sql.placeholder('name'), deploymentId: null, fence: 0 })
    .onConflictDoUpdate({ target: locks.service, set: { fence: sql`${locks.fence}` } })
    .returning({ deploymentId: locks.deploymentId })
    .prepare('service_lock'),
);
