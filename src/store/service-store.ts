/** The registered services, every revision of their specs, and the alarms that they name. */
import { asc, eq, getTableColumns, sql } from 'drizzle-orm';
import { isSameSpec, LEFT, noSuchService, stillInFlight, targetElsewhere } from '../domain/deployment/ledger.ts';
import type { Service, ServiceSpec } from '../domain/service/service-spec.ts';
import { targetKey } from '../domain/service/target.ts';
import type { Services } from '../ports/services.ts';
import { columnsBut, placeholders } from './columns.ts';
import { attempt, type Database, type Orm, prepared, transact } from './database.ts';
import { serviceAlarms, serviceRevisions, services } from './schema.ts';
import { claimTarget, leaveTarget, moveService } from './target-claims.ts';

export function serviceStore(database: Database): Services {
  const { orm } = database;
  return {
    write: (order) =>
      transact(database, { what: `write service ${order.spec.name}`, work: (within) => writeWithin(within, order) }),
    async read(name) {
      const [service] = await attempt(`read service ${name}`, () => selectService(orm).execute({ name }));
      if (service === undefined) throw noSuchService(name);
      return service;
    },
    async list() {
      const all = await attempt('list services', () => selectServices(orm).execute());
      // The database's own order depends on its locale.
      return all.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    remove: (order) =>
      transact(database, { what: `remove service ${order.name}`, work: (within) => removeWithin(within, order) }),
  };
}

const selectServices = prepared((orm) =>
  orm.select().from(services).orderBy(asc(services.name)).prepare('services_list'),
);

const selectService = prepared((orm) =>
  orm
    .select()
    .from(services)
    .where(eq(services.name, sql.placeholder('name')))
    .prepare('service_read'),
);

interface WriteOrder {
  readonly spec: ServiceSpec;
  readonly by: string;
  readonly at: number;
  readonly takingFrom?: string | undefined;
}

async function writeWithin(orm: Orm, { spec, by, at, takingFrom }: WriteOrder): Promise<Service> {
  const { name } = spec;
  // An empty revision comes first, so that two callers who register the same new service queue for one row.
  const fresh = { name, spec, revision: 0, updatedAt: at, updatedBy: by };
  const [, [stored]] = await Promise.all([insertService(orm).execute(fresh), selectForUpdate(orm).execute({ name })]);
  if (stored === undefined) throw noSuchService(name);
  if (stored.revision > 0 && isSameSpec(stored.spec, spec)) return stored;
  if (stored.revision > 0) await moveService(orm, { stored, spec, by, at });
  if (takingFrom !== undefined && takingFrom !== name) await takeTarget(orm, { spec, by, at, name: takingFrom });
  await claimTarget(orm, spec);
  const service = { ...fresh, revision: stored.revision + 1 };
  await Promise.all([updateService(orm).execute(service), writeRevision(orm, service), ...replaceAlarms(orm, spec)]);
  return service;
}

const insertService = prepared((orm) =>
  orm
    .insert(services)
    .values(placeholders(getTableColumns(services)))
    .onConflictDoNothing()
    .prepare('service_insert'),
);

const selectForUpdate = prepared((orm) =>
  orm
    .select()
    .from(services)
    .where(eq(services.name, sql.placeholder('name')))
    .for('update')
    .prepare('service_for_update'),
);

const updateService = prepared((orm) =>
  orm
    .update(services)
    .set(placeholders(columnsBut(services, ['name'])))
    .where(eq(services.name, sql.placeholder('name')))
    .prepare('service_update'),
);

/**
 * A service that is removed and registered again within one millisecond has two first revisions. The later one is kept.
 */
function writeRevision(orm: Orm, { name, revision, updatedAt: at, updatedBy: by, spec }: Service): Promise<unknown> {
  return upsertRevision(orm).execute({ service: name, revision, at, by, spec });
}

const upsertRevision = prepared((orm) => {
  const { service, revision, at } = serviceRevisions;
  return orm
    .insert(serviceRevisions)
    .values(placeholders(getTableColumns(serviceRevisions)))
    .onConflictDoUpdate({ target: [service, revision, at], set: { by: sql`excluded.by`, spec: sql`excluded.spec` } })
    .prepare('service_revision_upsert');
});

function replaceAlarms(orm: Orm, { name, alarms }: Pick<ServiceSpec, 'name' | 'alarms'>): Promise<unknown>[] {
  return [
    deleteAlarms(orm).execute({ name }),
    ...[...new Set(alarms)].map((alarm) => insertAlarm(orm).execute({ alarm, service: name })),
  ];
}

const deleteAlarms = prepared((orm) =>
  orm
    .delete(serviceAlarms)
    .where(eq(serviceAlarms.service, sql.placeholder('name')))
    .prepare('service_alarms_delete'),
);

const insertAlarm = prepared((orm) =>
  orm
    .insert(serviceAlarms)
    .values(placeholders(getTableColumns(serviceAlarms)))
    .prepare('service_alarm_insert'),
);

/** A service that no longer exists has no target to give up. Then the claim decides. */
async function takeTarget(orm: Orm, { spec, name, by, at }: RemoveOrder & Pick<WriteOrder, 'spec'>): Promise<void> {
  const [owner] = await selectForUpdate(orm).execute({ name });
  if (owner === undefined) return;
  const { target } = spec;
  if (targetKey(owner.spec.target) !== targetKey(target))
    throw targetElsewhere({ name, has: owner.spec.target, target });
  await removeWithin(orm, { name, by, at, because: LEFT.taken(name, spec.name) });
}

async function removeWithin(orm: Orm, { name, by, at, because = LEFT.removed(name) }: RemoveOrder): Promise<void> {
  const [stored] = await selectForUpdate(orm).execute({ name });
  if (stored === undefined) throw noSuchService(name);
  const deploymentId = await leaveTarget(orm, { name, by, because, at });
  if (deploymentId !== null) throw stillInFlight({ name, deploymentId });
  await Promise.all([deleteService(orm).execute({ name }), ...replaceAlarms(orm, { name, alarms: [] })]);
}

interface RemoveOrder {
  readonly name: string;
  readonly by: string;
  readonly at: number;
  readonly because?: string;
}

const deleteService = prepared((orm) =>
  orm
    .delete(services)
    .where(eq(services.name, sql.placeholder('name')))
    .prepare('service_delete'),
);
