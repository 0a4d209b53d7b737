/**
 * The append-only timeline of a deployment or of a pipeline run: who did what, why and when. It is the audit trail.
 * Every event and notice that leaves Slipway is made from one of its entries, in the same transaction.
 */
import { type Deployment, hasMovedNothing } from './deployment.ts';

export const DEPLOYMENT_KINDS = [
  'DeploymentOpened',
  'RolloutPlanned',
  'VersionPublished',
  'HookPassed',
  'HookFailed',
  'TrafficShifted',
  'TrafficTakenBack',
  'TrafficMovedByOthers',
  'BakeStarted',
  'JudgeWaits',
  'ApprovalRequested',
  'ApprovalGiven',
  'HoldStarted',
  'StepDelayed',
  'FirstErrorSeen',
  'VerdictReached',
  'AlarmsMissing',
  'SignalReceived',
  'SignalTakenUp',
  'Promoted',
  'TaskFailed',
  'ExecutionAbandoned',
  'RollBackFailed',
  'DeploymentPromoted',
  'WatchEnded',
  'DeploymentRolledBack',
  'DeploymentSuperseded',
  'DeploymentFailed',
  'DeploymentUnchanged',
] as const;
/** The kinds of entries of a pipeline run, which has its own timeline. */
export const PIPELINE_KINDS = [
  'PipelineRequested',
  'PipelineStarted',
  'PipelineStageStarted',
  'PipelineStageSucceeded',
  'PipelineStageFailed',
  'PipelineStageStopped',
  'PipelineActionFailed',
  'PipelineBuildSucceeded',
  'PipelineBuildFailed',
  'PipelineEnded',
  'DeliveryOpened',
  'RevisionQuarantined',
  'RevisionReleased',
] as const;
export const ENTRY_KINDS = [...DEPLOYMENT_KINDS, ...PIPELINE_KINDS] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** The kinds that each record one change of the live split; `data.canaryPercent` is the share after the change. */
export const TRAFFIC_KINDS = ['TrafficShifted', 'TrafficTakenBack', 'Promoted'] as const satisfies EntryKind[];

export function isTrafficChange({ kind }: { readonly kind: EntryKind }): boolean {
  return (TRAFFIC_KINDS as readonly EntryKind[]).includes(kind);
}

/** True when calls may have moved, by Slipway or by another tool or person. */
export function mayMoveCalls(entry: { readonly kind: EntryKind }): boolean {
  return isTrafficChange(entry) || entry.kind === 'TrafficMovedByOthers';
}

export interface EntryDraft {
  readonly kind: EntryKind;
  readonly by: string;
  readonly because: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface TimelineEntry extends EntryDraft {
  /** The id of the deployment or of the pipeline run. */
  readonly deploymentId: string;
  /** 1, 2, 3 ... without a gap within a deployment. */
  readonly sequence: number;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * A message that must be published at least once. Its id stays the same at every attempt, so that a reader can drop
 * duplicates.
 */
export interface OutboxMessage {
  readonly id: string;
  readonly channel: 'event' | 'notice';
  readonly service: string;
  readonly deploymentId: string;
  readonly severity: Severity;
  readonly at: number;
  /** For a notice, the line that a person reads; for an event, its detail-type. */
  readonly subject: string;
  /** The JSON detail of an event, or the text of a notice. */
  readonly body: string;
}

export interface OutboxQuery {
  readonly deploymentId?: string;
  readonly after?: Pick<OutboxMessage, 'at' | 'id'> | undefined;
  readonly limit: number;
}
export type Severity = 'info' | 'warning' | 'page';

/** The messages of an entry: always an event, and a notice when a person should know. */
export function messagesFor(entry: TimelineEntry, deployment: Deployment): OutboxMessage[] {
  return messagesOf(entry, {
    service: deployment.service,
    severity: severityOf(entry.kind, hasMovedNothing(deployment)),
    event: { subject: 'Slipway Deployment Changed', body: JSON.stringify(eventDetail(entry, deployment)) },
    notice: () => noticeText(entry, deployment),
  });
}

export interface MessageText {
  readonly service: string;
  /** Null when the entry has only an event and no notice. The severity of its kind when left out. */
  readonly severity?: Severity | null;
  readonly event: Pick<OutboxMessage, 'subject' | 'body'>;
  readonly notice: () => string;
}

/** Makes the messages for an entry of any timeline. */
export function messagesOf(entry: TimelineEntry, { service, event, notice, ...text }: MessageText): OutboxMessage[] {
  const { deploymentId } = entry;
  const { severity = severityOf(entry.kind) } = text;
  const stem = messageStem(entry);
  const common = { service, deploymentId, severity: severity ?? 'info', at: entry.at } as const;
  const sent: OutboxMessage = { ...common, id: `${stem}-event`, channel: 'event', ...event };
  if (severity === null) return [sent];
  const subject = `[${severity}] ${service}: ${titleOf(entry.kind)}`;
  return [sent, { ...common, id: `${stem}-notice`, channel: 'notice', subject, body: notice() }];
}

function eventDetail(entry: TimelineEntry, deployment: Deployment) {
  const { service, kind, status, artifact, stable, canary, atPercent, openedAt } = deployment;
  return {
    schema: 1,
    service,
    deployment: {
      id: entry.deploymentId,
      kind,
      status,
      artifact,
      stable,
      canary,
      atPercent,
      openedAt: new Date(openedAt).toISOString(),
    },
    entry: entryDetail(entry),
  };
}

/** The beginning of the ids of an entry's messages. */
export function messageStem({ deploymentId, sequence }: Pick<TimelineEntry, 'deploymentId' | 'sequence'>): string {
  return `${deploymentId}-${String(sequence).padStart(4, '0')}`;
}

export function entryDetail({ sequence, kind, at, by, because, data }: TimelineEntry) {
  return { sequence, kind, at: new Date(at).toISOString(), by, because, data };
}

function noticeText(entry: TimelineEntry, { service, stable, canary, atPercent }: Deployment): string {
  return [
    `${service}: ${titleOf(entry.kind)}.`,
    entry.because,
    `Version before: ${stable ?? 'unknown'}. New version: ${canary ?? 'not published'}. Traffic on the new version: ${atPercent} %.`,
    `By ${entry.by} at ${new Date(entry.at).toISOString()}. Details: GET /deployments/${entry.deploymentId}`,
  ].join('\n');
}

/**
 * Null when the entry has only an event and no notice. A failed deployment that moved no call wakes nobody at night: the
 * version before answers as it did.
 */
function severityOf(kind: EntryKind, isHarmless = false): Severity | null {
  switch (kind) {
    case 'DeploymentOpened':
    case 'ApprovalRequested':
    case 'ApprovalGiven':
    case 'DeploymentPromoted':
    case 'DeploymentSuperseded':
    case 'DeploymentUnchanged':
    case 'RevisionReleased':
      return 'info';
    case 'PipelineStageFailed':
    case 'RevisionQuarantined':
    case 'HoldStarted':
    case 'TrafficTakenBack':
    case 'DeploymentRolledBack':
    case 'ExecutionAbandoned':
    case 'WatchEnded':
      return 'warning';
    case 'TrafficMovedByOthers':
    case 'AlarmsMissing':
    case 'RollBackFailed':
      return 'page';
    case 'DeploymentFailed':
      return isHarmless ? 'warning' : 'page';
    case 'RolloutPlanned':
    case 'VersionPublished':
    case 'HookPassed':
    case 'HookFailed':
    case 'TrafficShifted':
    case 'BakeStarted':
    case 'JudgeWaits':
    case 'StepDelayed':
    case 'FirstErrorSeen':
    case 'VerdictReached':
    case 'SignalReceived':
    case 'SignalTakenUp':
    case 'Promoted':
    case 'TaskFailed':
    case 'PipelineRequested':
    case 'PipelineStarted':
    case 'PipelineStageStarted':
    case 'PipelineStageSucceeded':
    case 'PipelineStageStopped':
    case 'PipelineActionFailed':
    case 'PipelineBuildSucceeded':
    case 'PipelineBuildFailed':
    case 'PipelineEnded':
    case 'DeliveryOpened':
      return null;
  }
}

/** Returns the kind in words, such as `deployment rolled back` for `DeploymentRolledBack`. */
export function titleOf(kind: EntryKind): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
