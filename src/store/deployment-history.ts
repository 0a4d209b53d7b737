/**
 * The queries about the past of a target. Each takes one round trip and uses an index, and is built once for each
 * connection.
 */
import { and, asc, desc, eq, isNull, or, sql } from 'drizzle-orm';
import { IN_FLIGHT } from '../domain/deployment/deployment.ts';
import { TRAFFIC_KINDS } from '../domain/deployment/timeline.ts';
import { prepared } from './database.ts';
import { deploymentColumns } from './deployment-rows.ts';
import { deployments, serviceAlarms, timeline } from './schema.ts';

const words = (list: readonly string[]) => sql.raw(list.map((word) => `'${word}'`).join(', '));

/** The same order as `byLatest` in the domain. */
const latest = [desc(deployments.fence), desc(deployments.openedAt), desc(deployments.id)];

const tracedColumns = {
  deployment: deploymentColumns,
  movedAt: sql<
    number | null
  >`(select max(t.at) from ${timeline} t where t.deployment_id = ${deployments.id} and t.kind in (${words(TRAFFIC_KINDS)}))`.mapWith(
    timeline.at,
  ),
};

/** Deployments that are in flight or watched. A spec that names the alarm contains the alarm's name as JSON. */
const active = sql`
  select service, fence, spec from ${deployments} where status in (${words(IN_FLIGHT)})
  union all
  select service, fence, spec from ${deployments}
  where watch_until > ${sql.placeholder('now')} and status = 'promoted' and replaced_by is null`;

/** The services that the alarm concerns, each with the fence from which its deployments count. */
const concerned = sql`(
  with active as (${active}),
  named as (
    select service from ${serviceAlarms} where alarm = ${sql.placeholder('alarm')}
    union
    select service from active where position(${sql.placeholder('named')}::text in spec) > 0
  )
  select n.service, coalesce(
    (select min(a.fence) from active a where a.service = n.service),
    (select max(d.fence) from ${deployments} d where d.service = n.service)
  ) as since from named n
) concerned`;

export const selectByAlarm = prepared((orm) =>
  orm
    .select(tracedColumns)
    .from(deployments)
    .innerJoin(concerned, sql`${deployments.service} = concerned.service and ${deployments.fence} >= concerned.since`)
    .orderBy(asc(deployments.service), ...latest)
    .prepare('deployments_by_alarm'),
);

export const selectHistory = prepared((orm) =>
  orm
    .select(tracedColumns)
    .from(deployments)
    .where(eq(deployments.target, sql.placeholder('target')))
    .orderBy(...latest)
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
    .orderBy(...latest)
    .limit(1)
    .prepare('deployment_promoted'),
);

const version = sql.placeholder('version');

/**
 * The same condition as `wasLiveBy` in the domain. Returns the fingerprints of both versions, and the stable version,
 * which tells whose fingerprint is needed.
 */
export const selectLiveAs = prepared((orm) =>
  orm
    .selectDistinct({ stable: deployments.stable, fingerprints: deployments.fingerprints })
    .from(deployments)
    .where(
      and(
        eq(deployments.target, sql.placeholder('target')),
        or(
          and(eq(deployments.kind, 'rollout'), eq(deployments.stable, version)),
          and(eq(deployments.kind, 'rollout'), eq(deployments.status, 'promoted'), eq(deployments.canary, version)),
          and(eq(deployments.kind, 'rollback'), eq(deployments.canary, version)),
          and(eq(deployments.kind, 'rollback'), eq(deployments.status, 'rolledBack'), eq(deployments.stable, version)),
        ),
      ),
    )
    .prepare('deployment_live_as'),
);

export const selectByOnce = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .where(eq(deployments.onceKey, sql.placeholder('once')))
    .prepare('deployment_by_once'),
);
