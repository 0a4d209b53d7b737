/** The ledger with its pages of deployments. `ListedDeployments` in src/ports says what it promises. */
import { and, desc, eq, type SQL, Subquery, sql } from 'drizzle-orm';
import type { Deployment } from '../domain/deployment/deployment.ts';
import { readCursor, writeCursor } from '../domain/deployment/ledger.ts';
import type { Page } from '../domain/deployment/page.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentQuery, ListedDeployments } from '../ports/deployments.ts';
import { attempt, type Database, type Orm, prepared } from './database.ts';
import { deploymentColumns } from './deployment-rows.ts';
import { deploymentStore } from './deployment-store.ts';
import { deployments } from './schema.ts';

export function listedDeploymentStore(database: Database, clock: Clock): ListedDeployments {
  return {
    ...deploymentStore(database, clock),
    list: (query) => attempt('list deployments', () => readPage(database.orm, query)),
  };
}

const pages = {
  all: prepared((orm) => selectPage(orm, { name: 'page_all' })),
  byService: prepared((orm) =>
    selectPage(orm, { name: 'page_by_service', filter: eq(deployments.service, sql.placeholder('service')) }),
  ),
  byServices: prepared((orm) =>
    selectPage(orm, {
      name: 'page_by_services',
      filter: sql`${deployments.service} = any(${sql.placeholder('services')}::text[])`,
    }),
  ),
  byStatuses: prepared((orm) =>
    selectRanges(orm, {
      name: 'page_by_statuses',
      asked: sql`unnest(${sql.placeholder('statuses')}::text[]) as a(status)`,
      isAsked: sql`${deployments.status} = a.status`,
    }),
  ),
  byServicesAndStatuses: prepared((orm) =>
    selectRanges(orm, {
      name: 'page_by_services_and_statuses',
      asked: sql`unnest(${sql.placeholder('services')}::text[]) as s(service), unnest(${sql.placeholder('statuses')}::text[]) as a(status)`,
      isAsked: sql`${deployments.service} = s.service and ${deployments.status} = a.status`,
    }),
  ),
};

const before = sql`(${deployments.openedAt}, ${deployments.id}) < (${sql.placeholder('openedAt')}::bigint, ${sql.placeholder('id')}::text)`;
const newestFirst = [desc(deployments.openedAt), desc(deployments.id)];

function selectPage(orm: Orm, { name, filter }: { name: `page_${string}`; filter?: SQL | undefined }) {
  return orm
    .select(deploymentColumns)
    .from(deployments)
    .where(and(filter, before))
    .orderBy(...newestFirst)
    .limit(sql.placeholder('limit'))
    .prepare(name);
}

/**
 * Reads the newest rows of each status that the query names, from its own range of an index, and merges them. For a
 * list of statuses in one condition, PostgreSQL may read the whole table: it does not know the list when it plans a
 * prepared statement. One statement, because a deployment may change its status between two.
 */
function selectRanges(orm: Orm, { name, asked, isAsked }: { name: `page_${string}`; asked: SQL; isAsked: SQL }) {
  const newest = sql`select * from ${deployments} where ${isAsked} and ${before} order by ${sql.join(newestFirst, sql`, `)} limit ${sql.placeholder('limit')}`;
  // Named as the table, so that the columns of the table are the columns of the merged rows.
  const merged = new Subquery(
    sql`select newest.* from ${asked} cross join lateral (${newest}) as newest`,
    deploymentColumns,
    'deployments',
  );
  return orm
    .select(deploymentColumns)
    .from(merged)
    .orderBy(...newestFirst)
    .limit(sql.placeholder('limit'))
    .prepare(name);
}

/** No deployment is opened later than this, so the first page starts here. */
const NEWEST = { openedAt: Number.MAX_SAFE_INTEGER, id: '' };

async function readPage(orm: Orm, query: DeploymentQuery): Promise<Page<Deployment>> {
  const { service, services = service === undefined ? undefined : [service], statuses, cursor, limit } = query;
  const from = cursor === undefined ? NEWEST : readCursor(cursor);
  // With one service in the query, the caller may see all of its rows or none.
  const asked = service === undefined ? services : services?.filter((one) => one === service);
  if (service !== undefined && asked?.length === 0) return pageOf([], limit);
  // One more row than asked for tells whether another page follows.
  const values = { ...from, limit: limit + 1, service, services: asked, statuses };
  return pageOf(await pages[filterOf(query)](orm).execute(values), limit);
}

function filterOf({ service, services, statuses }: DeploymentQuery): keyof typeof pages {
  if (service === undefined && services === undefined) return statuses === undefined ? 'all' : 'byStatuses';
  if (statuses !== undefined) return 'byServicesAndStatuses';
  return service === undefined ? 'byServices' : 'byService';
}

function pageOf(rows: readonly Deployment[], limit: number): Page<Deployment> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}
