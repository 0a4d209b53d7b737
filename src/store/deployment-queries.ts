/** The queries on the ledger. Each takes one round trip and uses an index, and is built once for each connection. */
import { and, asc, desc, eq, inArray, type SQL, Subquery, sql } from 'drizzle-orm';
import { type Deployment, IN_FLIGHT } from '../domain/deployment/deployment.ts';
import { readCursor, writeCursor } from '../domain/deployment/ledger.ts';
import type { Page } from '../domain/deployment/page.ts';
import type { DeploymentQuery } from '../ports/deployments.ts';
import { type Orm, prepared } from './database.ts';
import { deploymentColumns, isWatchedNow } from './deployment-rows.ts';
import { deployments, timeline, waits } from './schema.ts';

const recordedColumns = { deployment: deploymentColumns, waitToken: waits.token };

export const selectRecorded = prepared((orm) =>
  orm
    .select(recordedColumns)
    .from(deployments)
    .leftJoin(waits, eq(waits.deploymentId, deployments.id))
    .where(eq(deployments.id, sql.placeholder('id')))
    .prepare('deployment_read'),
);

export const selectInFlight = prepared((orm) =>
  orm
    .select(recordedColumns)
    .from(deployments)
    .leftJoin(waits, eq(waits.deploymentId, deployments.id))
    .where(inArray(deployments.status, [...IN_FLIGHT]))
    .orderBy(asc(deployments.openedAt), asc(deployments.id))
    .prepare('deployments_in_flight'),
);

export const selectWatched = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .where(isWatchedNow())
    .orderBy(asc(deployments.openedAt), asc(deployments.id))
    .prepare('deployments_watched'),
);

export const selectTimeline = prepared((orm) =>
  orm
    .select()
    .from(timeline)
    .where(eq(timeline.deploymentId, sql.placeholder('id')))
    .orderBy(asc(timeline.sequence))
    .prepare('timeline_read'),
);

const ofService = eq(deployments.service, sql.placeholder('service'));
const ofServices = sql`${deployments.service} = any(${sql.placeholder('services')}::text[])`;
const pages = {
  all: prepared((orm) => selectPage(orm, { name: 'page_all' })),
  byService: prepared((orm) => selectPage(orm, { name: 'page_by_service', filter: ofService })),
  byServices: prepared((orm) => selectPage(orm, { name: 'page_by_services', filter: ofServices })),
  byStatuses: prepared((orm) => selectStatuses(orm, { name: 'page_by_statuses' })),
  byServiceAndStatuses: prepared((orm) =>
    selectStatuses(orm, { name: 'page_by_service_and_statuses', filter: ofService }),
  ),
  byServicesAndStatuses: prepared((orm) =>
    selectStatuses(orm, { name: 'page_by_services_and_statuses', filter: ofServices }),
  ),
};

interface PageFilter {
  readonly name: `page_${string}`;
  readonly filter?: SQL | undefined;
}

const before = sql`(${deployments.openedAt}, ${deployments.id}) < (${sql.placeholder('openedAt')}::bigint, ${sql.placeholder('id')}::text)`;
const newestFirst = [desc(deployments.openedAt), desc(deployments.id)];

function selectPage(orm: Orm, { name, filter }: PageFilter) {
  return orm
    .select(deploymentColumns)
    .from(deployments)
    .where(and(filter, before))
    .orderBy(...newestFirst)
    .limit(sql.placeholder('limit'))
    .prepare(name);
}

/**
 * Reads the newest rows of each status that the query names, and merges them. Each status has its own range of an
 * index. For a list of statuses in one condition, PostgreSQL may read the whole table: it does not know the list when it
 * plans a prepared statement. One statement, because a deployment may change its status between two.
 */
function selectStatuses(orm: Orm, { name, filter }: PageFilter) {
  const where = and(sql`${deployments.status} = asked.status`, filter, before);
  const newest = sql`select * from ${deployments} where ${where} order by ${sql.join(newestFirst, sql`, `)} limit ${sql.placeholder('limit')}`;
  const asked = sql`unnest(${sql.placeholder('statuses')}::text[]) as asked(status)`;
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

export async function readPage(orm: Orm, query: DeploymentQuery): Promise<Page<Deployment>> {
  const { service, services, statuses, cursor, limit } = query;
  const from = cursor === undefined ? NEWEST : readCursor(cursor);
  // One more row than asked for tells whether another page follows.
  const values = { ...from, limit: limit + 1, service, services, statuses };
  const rows = await pages[filterOf(query)](orm).execute(values);
  // With one service in the query, the caller may see all of its rows or none.
  const isHidden = service !== undefined && services?.includes(service) === false;
  return pageOf(isHidden ? [] : rows, limit);
}

function filterOf({ service, services, statuses }: DeploymentQuery): keyof typeof pages {
  if (service !== undefined) return statuses === undefined ? 'byService' : 'byServiceAndStatuses';
  if (services !== undefined) return statuses === undefined ? 'byServices' : 'byServicesAndStatuses';
  return statuses === undefined ? 'all' : 'byStatuses';
}

function pageOf(rows: readonly Deployment[], limit: number): Page<Deployment> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}
