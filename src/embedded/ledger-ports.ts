/** The ports over the database in the data folder. */
import { daysKept } from '../operations/nets/forget-old-rows.ts';
import type { Database } from '../store/database.ts';
import { listedDeploymentStore } from '../store/deployment-pages.ts';
import { idempotencyStore } from '../store/idempotency-store.ts';
import { outboxStore } from '../store/outbox-store.ts';
import { pipelineRunStore } from '../store/pipeline-run-store.ts';
import { serviceStore } from '../store/service-store.ts';
import { turnStore } from '../store/turn-store.ts';
import { upkeepStore } from '../store/upkeep-store.ts';
import { verdictStore } from '../store/verdict-store.ts';
import type { Scheduler } from '../twin/scheduler.ts';

/** The default of the stack. */
const FORWARD_CALLS_PER_SECOND = 10;
const RETENTION = daysKept({ outbox: 7, evidence: 90 });

export function storePorts(database: Database, clock: Scheduler) {
  return {
    deployments: listedDeploymentStore(database, clock),
    pipelineRuns: pipelineRunStore(database, clock),
    services: serviceStore(database),
    outbox: outboxStore(database),
    verdicts: verdictStore(database),
    turns: turnStore(database, { clock, callsPerSecond: FORWARD_CALLS_PER_SECOND }),
    idempotency: idempotencyStore(database),
    // Only `reconcile` needs these two.
    upkeep: upkeepStore(database),
    retention: RETENTION,
  };
}
