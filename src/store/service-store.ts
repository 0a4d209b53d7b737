/** Registered services, every revision of their specs, and which alarms they name. */
import { asc, eq, sql } from 'drizzle-orm';
import { isSameSpec, noSuchService, stillInFlight } from '../domain/ledger.ts';
import type { Service, ServiceSpec } from '../domain/service-spec.ts';
import type { Services } from '../ports.ts';
import { attempt, type Database, type Orm, prepared, transact } from './database.ts';
import { locks, serviceAlarms, serviceRevisions, services } from './schema.ts';

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
      const all = await attempt('list services', () => orm.select().from(services).orderBy(asc(services.name)));
      // The database's own order depends on its locale.
      return all.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    remove: (name) =>
      transact(database, { what: `remove service ${name}`, work: (within) => removeWithin(within, name) }),
  };
}

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
}

async function writeWithin(orm: Orm, { spec, by, at }: WriteOrder): Promise<Service> {
  const { name } = spec;
  // An empty revision first: two who register the same new service then queue for one row.
  const fresh = { name, spec, revision: 0, updatedAt: at, updatedBy: by };
  const [, [stored]] = await Promise.all([
    orm.insert(services).values(fresh).onConflictDoNothing().execute(),
    orm.select().from(services).where(eq(services.name, name)).for('update').execute(),
  ]);
  if (stored === undefined) throw noSuchService(name);
  if (stored.revision > 0 && isSameSpec(stored.spec, spec)) return stored;
  const service = { ...fresh, revision: stored.revision + 1 };
  await Promise.all([
    orm.update(services).set(service).where(eq(services.name, name)).execute(),
    writeRevision(orm, service),
    ...replaceAlarms(orm, spec),
  ]);
  return service;
}

/** Removed and registered again within one millisecond, a service has two first revisions: the later one is kept. */
function writeRevision(orm: Orm, { name, revision, updatedAt: at, updatedBy: by, spec }: Service): Promise<unknown> {
  const { service, revision: number, at: time } = serviceRevisions;
  return orm
    .insert(serviceRevisions)
    .values({ service: name, revision, at, by, spec })
    .onConflictDoUpdate({ target: [service, number, time], set: { by, spec } })
    .execute();
}

function replaceAlarms(orm: Orm, { name, alarms }: Pick<ServiceSpec, 'name' | 'alarms'>): Promise<unknown>[] {
  const rows = [...new Set(alarms)].map((alarm) => ({ alarm, service: name }));
  const cleared = orm.delete(serviceAlarms).where(eq(serviceAlarms.service, name)).execute();
  return rows.length === 0 ? [cleared] : [cleared, orm.insert(serviceAlarms).values(rows).execute()];
}

async function removeWithin(orm: Orm, name: string): Promise<void> {
  const [[stored], [lock]] = await Promise.all([
    orm.select({ name: services.name }).from(services).where(eq(services.name, name)).for('update').execute(),
    orm.select().from(locks).where(eq(locks.service, name)).for('update').execute(),
  ]);
  if (stored === undefined) throw noSuchService(name);
  if (lock?.deploymentId) throw stillInFlight({ name, deploymentId: lock.deploymentId });
  await Promise.all([
    orm.delete(services).where(eq(services.name, name)).execute(),
    ...replaceAlarms(orm, { name, alarms: [] }),
  ]);
}
