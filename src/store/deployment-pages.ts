/** The ledger with its pages of deployments. `ListedDeployments` in src/ports says what it promises. */
import { and, desc, eq, type SQL, Subquery, sql } from 'drizzle-orm';
import { type Deployment, ENDED, IN_FLIGHT } from '../domain/deployment/deployment.ts';
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
 * Reads the newest rows of each status that the query names, and merges them. Each status is written out, so PostgreSQL
 * knows how rare it is and takes the index of the status. With a list or a join it takes the index of the time, and
 * reads the whole table for a status that no row has. One statement, because a deployment may change its status between
 * two.
 */
function selectStatuses(orm: Orm, { name, filter }: PageFilter) {
  const ofStatus = [...IN_FLIGHT, ...ENDED].map((status) => {
    const literal = sql.raw(`'${status}'`);
    const isAsked = sql`${literal} = any(${sql.placeholder('statuses')}::text[])`;
    const where = and(isAsked, sql`${deployments.status} = ${literal}`, filter, before);
    return sql`(select * from ${deployments} where ${where} order by ${sql.join(newestFirst, sql`, `)} limit ${sql.placeholder('limit')})`;
  });
  // Named as the table, so that the columns of the table are the columns of the merged rows.
  const merged = new Subquery(sql.join(ofStatus, sql` union all `), deploymentColumns, 'deployments');
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
  const { service, services, statuses, cursor, limit } = query;
  const from = cursor === undefined ? NEWEST : readCursor(cursor);
  // With one service in the query, the caller may see all of its rows or none.
  if (service !== undefined && services?.includes(service) === false) return pageOf([], limit);
  // One more row than asked for tells whether another page follows.
  const values = { ...from, limit: limit + 1, service, services, statuses };
  return pageOf(await pages[filterOf(query)](orm).execute(values), limit);
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
