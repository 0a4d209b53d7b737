/** What is asked about the past of a target, each one round trip on an index, built once a connection. */
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { IN_FLIGHT } from '../domain/deployment.ts';
import { TRAFFIC_KINDS } from '../domain/timeline.ts';
import { prepared } from './database.ts';
import { deploymentColumns } from './deployment-rows.ts';
import { deployments, serviceAlarms, timeline } from './schema.ts';

const words = (list: readonly string[]) => sql.raw(list.map((word) => `'${word}'`).join(', '));

const tracedColumns = {
  deployment: deploymentColumns,
  movedAt: sql<
    number | null
  >`(select max(t.at) from ${timeline} t where t.deployment_id = ${deployments.id} and t.kind in (${words(TRAFFIC_KINDS)}))`.mapWith(
    timeline.at,
  ),
};

/** In flight, or watched; a spec that names the alarm has its name as JSON in it. */
const active = sql`
  select service, opened_at, spec from ${deployments} where status in (${words(IN_FLIGHT)})
  union all
  select service, opened_at, spec from ${deployments}
  where watch_until > ${sql.placeholder('now')} and status = 'promoted' and replaced_by is null`;

/** The services, each with the moment from which its deployments count. */
const concerned = sql`(
  with active as (${active}),
  named as (
    select service from ${serviceAlarms} where alarm = ${sql.placeholder('alarm')}
    union
    select service from active where position(${sql.placeholder('named')}::text in spec) > 0
  )
  select n.service, coalesce(
    (select min(a.opened_at) from active a where a.service = n.service),
    (select max(d.opened_at) from ${deployments} d where d.service = n.service)
  ) as since from named n
) concerned`;

export const selectByAlarm = prepared((orm) =>
  orm
    .select(tracedColumns)
    .from(deployments)
    .innerJoin(
      concerned,
      sql`${deployments.service} = concerned.service and ${deployments.openedAt} >= concerned.since`,
    )
    .orderBy(asc(deployments.service), desc(deployments.openedAt), desc(deployments.id))
    .prepare('deployments_by_alarm'),
);

export const selectHistory = prepared((orm) =>
  orm
    .select(tracedColumns)
    .from(deployments)
    .where(eq(deployments.target, sql.placeholder('target')))
    .orderBy(desc(deployments.openedAt), desc(deployments.id))
    .limit(sql.placeholder('limit'))
    .prepare('deployments_of_target'),
);

export const selectPromoted = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .where(
      and(
        eq(deployments.target, sql.placeholder('target')),
        eq(deployments.canary, sql.placeholder('version')),
        eq(deployments.status, 'promoted'),
        isNull(deployments.replacedBy),
      ),
    )
    .orderBy(desc(deployments.openedAt), desc(deployments.id))
    .limit(1)
    .prepare('deployment_promoted'),
);
