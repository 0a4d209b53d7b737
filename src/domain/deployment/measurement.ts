/**
 * What Slipway counts and times about its own work. These numbers are for alarms and dashboards, and no decision uses
 * them. docs/decisions/0020-what-is-measured-and-logged.md says what each name means and where it is measured.
 */
import type { EntryKind } from './timeline.ts';

const DIMENSION_LENGTH_MAX = 1_024;
/** Printable ASCII, not only blanks, and no colon at the start. */
const DIMENSION = /^(?!:)[ -~]*[!-~][ -~]*$/;
/** CloudWatch allows 30 dimensions, and the stage is one of them. */
const DIMENSIONS_MAX = 29;

export interface Measurement {
  readonly name: MeasurementName;
  /** Finite, and 0 or more. */
  readonly value: number;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** In addition to the stage, which every measurement has. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** The entries that begin or end a deployment, and the failure of a rollback. Each is counted under its own name. */
export const COUNTED_KINDS = [
  'DeploymentOpened',
  'DeploymentPromoted',
  'DeploymentRolledBack',
  'DeploymentSuperseded',
  'DeploymentFailed',
  'RollBackFailed',
] as const satisfies EntryKind[];
type CountedKind = (typeof COUNTED_KINDS)[number];

export type MeasurementName =
  | CountedKind
  | 'DeploymentDuration'
  | 'TimeToWeightZero'
  | 'RolloutStageDuration'
  | 'RolloutsPastDeadline'
  | 'OutboxAge'
  | 'RequestsRefused'
  | 'PipelineStageDuration'
  | 'PipelineStageFailed';

/** An entry of a deployment's timeline, as far as the measurements need it. */
export interface Change {
  readonly service: string;
  readonly kind: EntryKind;
  readonly at: number;
  /** Null for a message that an older Slipway wrote without it. */
  readonly openedAt: number | null;
}

export function measurementsOf({ service, kind, at, openedAt }: Change): Measurement[] {
  if (!isCounted(kind)) return [];
  const dimensions = { Service: service };
  const count: Measurement = { name: kind, value: 1, unit: 'Count', dimensions };
  if (!isEnd(kind) || openedAt === null) return [count];
  return [count, { name: 'DeploymentDuration', value: Math.max(0, at - openedAt), unit: 'Milliseconds', dimensions }];
}

/** True when CloudWatch accepts the measurement. It silently drops a metric with another value or dimension. */
export function isMetric({ value, dimensions = {} }: Measurement): boolean {
  const entries = Object.entries(dimensions);
  const isDimension = ([name, word]: [string, string]) =>
    name !== 'Stage' && DIMENSION.test(word) && word.length <= DIMENSION_LENGTH_MAX;
  return Number.isFinite(value) && value >= 0 && entries.length <= DIMENSIONS_MAX && entries.every(isDimension);
}

function isCounted(kind: EntryKind): kind is CountedKind {
  return (COUNTED_KINDS as readonly EntryKind[]).includes(kind);
}

function isEnd(kind: CountedKind): boolean {
  return kind !== 'DeploymentOpened' && kind !== 'RollBackFailed';
}

/** The time from the moment when the alarm changed its state to the answer of the call that rolled the traffic back. */
export function timeToWeightZero(order: {
  readonly service: string;
  readonly alarmedAt: number;
  readonly backAt: number;
}): Measurement {
  const { service, alarmedAt, backAt } = order;
  // CloudWatch's clock may be ahead of ours.
  const value = Math.max(0, backAt - alarmedAt);
  return { name: 'TimeToWeightZero', value, unit: 'Milliseconds', dimensions: { Service: service } };
}

/**
 * Gauges of the work that is left. They are also written as 0, so that an alarm can tell "nothing to do" from "no
 * data".
 */
export function backlog(found: {
  readonly now: number;
  readonly deadlines: readonly number[];
  /** When the oldest unpublished message was written; null when all messages are published. */
  readonly oldestMessageAt: number | null;
}): Measurement[] {
  const { now, deadlines, oldestMessageAt } = found;
  const past = deadlines.filter((deadlineAt) => now >= deadlineAt).length;
  const ageMs = oldestMessageAt === null ? 0 : Math.max(0, now - oldestMessageAt);
  return [
    { name: 'RolloutsPastDeadline', value: past, unit: 'Count' },
    { name: 'OutboxAge', value: ageMs / 1_000, unit: 'Seconds' },
  ];
}
