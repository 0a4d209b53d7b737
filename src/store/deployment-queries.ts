/** The queries on the ledger. Each takes one round trip and uses an index, and is built once for each connection. */
import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
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
const ofStatus = eq(deployments.status, sql.placeholder('status'));
const pages = {
  all: prepared((orm) => selectPage(orm, { name: 'page_all' })),
  byService: prepared((orm) => selectPage(orm, { name: 'page_by_service', filter: ofService })),
  byServices: prepared((orm) => selectPage(orm, { name: 'page_by_services', filter: ofServices })),
  byStatus: prepared((orm) => selectPage(orm, { name: 'page_by_status', filter: ofStatus })),
  byBoth: prepared((orm) => selectPage(orm, { name: 'page_by_both', filter: and(ofService, ofStatus) })),
  byServicesAndStatus: prepared((orm) =>
    selectPage(orm, { name: 'page_by_services_and_status', filter: and(ofServices, ofStatus) }),
  ),
};

function selectPage(orm: Orm, { name, filter }: { name: `page_${string}`; filter?: SQL | undefined }) {
  const before = sql`(${deployments.openedAt}, ${deployments.id}) < (${sql.placeholder('openedAt')}::bigint, ${sql.placeholder('id')}::text)`;
  return orm
    .select(deploymentColumns)
    .from(deployments)
    .where(and(filter, before))
    .orderBy(desc(deployments.openedAt), desc(deployments.id))
    .limit(sql.placeholder('limit'))
    .prepare(name);
}

/** No deployment is opened later than this, so the first page starts here. */
const NEWEST = { openedAt: Number.MAX_SAFE_INTEGER, id: '' };

export async function readPage(orm: Orm, query: DeploymentQuery): Promise<Page<Deployment>> {
  const { service, services, status, cursor, limit } = query;
  const from = cursor === undefined ? NEWEST : readCursor(cursor);
  // One more row than asked for tells whether another page follows.
  const values = { ...from, limit: limit + 1, service, services, status };
  const rows = await pages[filterOf(query)](orm).execute(values);
  // With one service in the query, the caller may see all of its rows or none.
  const isHidden = service !== undefined && services?.includes(service) === false;
  return pageOf(isHidden ? [] : rows, limit);
}

function filterOf({ service, services, status }: DeploymentQuery): keyof typeof pages {
  if (service !== undefined) return status === undefined ? 'byService' : 'byBoth';
  if (services !== undefined) return status === undefined ? 'byServices' : 'byServicesAndStatus';
  return status === undefined ? 'all' : 'byStatus';
}

function pageOf(rows: readonly Deployment[], limit: number): Page<Deployment> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null };
}
