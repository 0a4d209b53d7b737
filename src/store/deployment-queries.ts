/** The queries on the ledger. Each takes one round trip and uses an index, and is built once for each connection. */
import { asc, eq, inArray, sql } from 'drizzle-orm';
import { IN_FLIGHT } from '../domain/deployment/deployment.ts';
import { prepared } from './database.ts';
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
