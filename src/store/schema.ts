/**
 * The tables as Drizzle sees them. src/store/migrations creates them, and a test keeps the two equal. A property has
 * the same name as in the domain, so that a row of `deployments` is a Deployment.
 */
import { bigint, boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { ENDED, IN_FLIGHT } from '../domain/deployment/deployment.ts';
import { ENTRY_KINDS } from '../domain/deployment/timeline.ts';
import { QUARANTINES, RUN_STATUSES } from '../domain/pipeline/pipeline-run.ts';
import {
  artifactText,
  baselineText,
  countsText,
  dataText,
  fingerprintsText,
  headersText,
  namesText,
  progressText,
  signalText,
  specText,
  stageRunsText,
  stepsText,
} from './document-columns.ts';

/** Epoch milliseconds. */
const time = (name: string) => bigint(name, { mode: 'number' });

export const services = pgTable('services', {
  name: text('name').primaryKey(),
  spec: specText('spec').notNull(),
  /** 0 only inside the transaction that registers the service. */
  revision: integer('revision').notNull(),
  updatedAt: time('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
});

export const serviceRevisions = pgTable(
  'service_revisions',
  {
    service: text('service').notNull(),
    revision: integer('revision').notNull(),
    /** Part of the key, because a service that is removed and registered again counts from 1 again. */
    at: time('at').notNull(),
    by: text('by').notNull(),
    spec: specText('spec').notNull(),
  },
  (table) => [primaryKey({ columns: [table.service, table.revision, table.at] })],
);

/** The services that name an alarm. An alarm's event is looked up here. */
export const serviceAlarms = pgTable(
  'service_alarms',
  { alarm: text('alarm').notNull(), service: text('service').notNull() },
  (table) => [
    primaryKey({ columns: [table.alarm, table.service] }),
    index('service_alarms_by_service').on(table.service),
  ],
);

/** The registered service of each target. When two services claim one target, the key gives it to one of them. */
export const targets = pgTable(
  'targets',
  { target: text('target').primaryKey(), service: text('service').notNull() },
  (table) => [index('targets_by_service').on(table.service)],
);

export const deployments = pgTable(
  'deployments',
  {
    id: text('id').primaryKey(),
    service: text('service').notNull(),
    kind: text('kind', { enum: ['rollout', 'rollback'] }).notNull(),
    status: text('status', { enum: [...IN_FLIGHT, ...ENDED] }).notNull(),
    spec: specText('spec').notNull(),
    specRevision: integer('spec_revision').notNull(),
    artifact: artifactText('artifact').notNull(),
    commit: text('commit'),
    reason: text('reason'),
    by: text('by').notNull(),
    requestKey: text('request_key'),
    stable: text('stable'),
    canary: text('canary'),
    fingerprints: fingerprintsText('fingerprints'),
    atPercent: doublePrecision('at_percent').notNull(),
    liveRevision: text('live_revision'),
    fence: bigint('fence', { mode: 'number' }).notNull(),
    steps: stepsText('steps').notNull(),
    progress: progressText('progress').notNull(),
    signal: signalText('signal'),
    ignoredAlarms: namesText('ignored_alarms').notNull(),
    openedAt: time('opened_at').notNull(),
    deadlineAt: time('deadline_at').notNull(),
    settledAt: time('settled_at'),
    watchUntil: time('watch_until'),
    because: text('because'),
    replaces: text('replaces'),
    replacedBy: text('replaced_by'),
    timelineLength: integer('timeline_length').notNull(),
    pipelineRun: text('pipeline_run'),
    baseline: baselineText('baseline'),
    /** The key of the spec's target; null in a row that an older Slipway wrote. */
    target: text('target'),
    /** The key for which only one deployment may be opened, such as the id of an event. */
    onceKey: text('once_key').unique(),
  },
  (table) => [
    index('deployments_by_age').on(table.openedAt, table.id),
    index('deployments_by_service').on(table.service, table.openedAt, table.id),
    index('deployments_by_status').on(table.status, table.openedAt, table.id),
    index('deployments_by_service_status').on(table.service, table.status, table.openedAt, table.id),
    index('deployments_by_version').on(table.service, table.canary, table.openedAt, table.id),
    index('deployments_by_watch').on(table.watchUntil),
    index('deployments_by_target').on(table.target, table.openedAt, table.id),
    index('deployments_by_service_fence').on(table.service, table.fence),
    index('deployments_by_target_fence').on(table.target, table.fence),
    index('deployments_by_target_version').on(table.target, table.canary, table.openedAt, table.id),
    index('deployments_by_target_stable').on(table.target, table.stable),
  ],
);

/**
 * One row for each service and one for each target, under its key, taken and released together. So a service has at
 * most one deployment in flight, and so has a target, with any service. A free lock keeps its row, so that the fencing
 * token only rises.
 */
export const locks = pgTable('locks', {
  service: text('service').primaryKey(),
  deploymentId: text('deployment_id'),
  fence: bigint('fence', { mode: 'number' }).notNull(),
});

export const timeline = pgTable(
  'timeline',
  {
    deploymentId: text('deployment_id').notNull(),
    sequence: integer('sequence').notNull(),
    at: time('at').notNull(),
    kind: text('kind', { enum: ENTRY_KINDS }).notNull(),
    by: text('by').notNull(),
    because: text('because').notNull(),
    data: dataText('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.sequence] })],
);

export const outbox = pgTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    channel: text('channel', { enum: ['event', 'notice'] }).notNull(),
    service: text('service').notNull(),
    deploymentId: text('deployment_id').notNull(),
    severity: text('severity', { enum: ['info', 'warning', 'page'] }).notNull(),
    at: time('at').notNull(),
    subject: text('subject').notNull(),
    body: text('body').notNull(),
    /**
     * A column of its own instead of `published_at is null`: only an equality keeps the index in order, because partial
     * indexes are not possible.
     */
    published: boolean('published').notNull(),
    publishedAt: time('published_at'),
  },
  (table) => [
    index('outbox_by_age').on(table.published, table.at, table.id),
    index('outbox_by_deployment').on(table.deploymentId, table.published, table.at, table.id),
  ],
);

export const pipelineRuns = pgTable(
  'pipeline_runs',
  {
    id: text('id').primaryKey(),
    service: text('service').notNull(),
    revision: text('revision'),
    status: text('status', { enum: RUN_STATUSES }).notNull(),
    stages: stageRunsText('stages').notNull(),
    deploymentId: text('deployment_id'),
    quarantine: text('quarantine', { enum: QUARANTINES }).notNull(),
    quarantinedFor: text('quarantined_for'),
    by: text('by').notNull(),
    reason: text('reason'),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    /** The ids of the events that made the run. */
    events: namesText('events').notNull(),
    timelineLength: integer('timeline_length').notNull(),
  },
  (table) => [index('pipeline_runs_by_quarantine').on(table.service, table.quarantine, table.startedAt, table.id)],
);

export const waits = pgTable('waits', {
  deploymentId: text('deployment_id').primaryKey(),
  token: text('token').notNull(),
});

export const incidents = pgTable(
  'incidents',
  {
    id: text('id').primaryKey(),
    service: text('service').notNull(),
    alarm: text('alarm').notNull(),
    status: text('status', { enum: ['open', 'closed'] }).notNull(),
    deploymentId: text('deployment_id'),
    openedAt: time('opened_at').notNull(),
    closedAt: time('closed_at'),
    pagedAt: time('paged_at'),
    because: text('because').notNull(),
  },
  (table) => [
    index('incidents_by_service').on(table.service, table.openedAt, table.id),
    index('incidents_by_status').on(table.status, table.openedAt, table.id),
  ],
);

export const remediations = pgTable(
  'remediations',
  {
    incidentId: text('incident_id').notNull(),
    rung: integer('rung').notNull(),
    service: text('service').notNull(),
    action: dataText('action').notNull(),
    status: text('status').notNull(),
    startedAt: time('started_at').notNull(),
    verifyUntil: time('verify_until'),
    settledAt: time('settled_at'),
    because: text('because').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incidentId, table.rung] }),
    index('remediations_by_service').on(table.service, table.startedAt),
  ],
);

export const idempotency = pgTable(
  'idempotency',
  {
    key: text('key').primaryKey(),
    requestHash: text('request_hash').notNull(),
    claimedAt: time('claimed_at').notNull(),
    /** This field and the next two are null until the request is answered. */
    status: integer('status'),
    body: text('body'),
    headers: headersText('headers'),
  },
  (table) => [index('idempotency_by_age').on(table.claimedAt)],
);

/**
 * The rows that GET /ready writes again and again. There are a few, so that concurrent requests seldom write the same
 * row.
 */
export const probes = pgTable('probes', {
  slot: integer('slot').primaryKey(),
  times: bigint('times', { mode: 'number' }).notNull(),
});

/** Each row is the moment of one call to Lambda's control plane, held by one forward step. */
export const controlPlaneTurns = pgTable('control_plane_turns', {
  at: time('at').primaryKey(),
  claimant: text('claimant').notNull(),
});

export const freezes = pgTable(
  'freezes',
  {
    id: text('id').primaryKey(),
    /** Null when the freeze holds for all services. */
    service: text('service'),
    startsAt: time('starts_at').notNull(),
    endsAt: time('ends_at').notNull(),
    reason: text('reason').notNull(),
    by: text('by').notNull(),
  },
  (table) => [index('freezes_by_end').on(table.endsAt)],
);

export const evidence = pgTable(
  'evidence',
  {
    deploymentId: text('deployment_id').notNull(),
    startsAt: time('starts_at').notNull(),
    canaryRequests: doublePrecision('canary_requests').notNull(),
    canaryErrors: doublePrecision('canary_errors').notNull(),
    canaryDurationP99Ms: doublePrecision('canary_duration_p99_ms'),
    stableRequests: doublePrecision('stable_requests').notNull(),
    stableErrors: doublePrecision('stable_errors').notNull(),
    stableDurationP99Ms: doublePrecision('stable_duration_p99_ms'),
    /** The numbers of requests slower than each of the baseline's latencies. */
    canarySlower: countsText('canary_slower'),
    stableSlower: countsText('stable_slower'),
    /** The part of the errors that were server errors. */
    canaryServerErrors: doublePrecision('canary_server_errors'),
    stableServerErrors: doublePrecision('stable_server_errors'),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.startsAt] }),
    index('evidence_by_age').on(table.startsAt),
  ],
);
