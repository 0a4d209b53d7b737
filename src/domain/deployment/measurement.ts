/**
 * What Slipway counts and times about its own work: numbers for an alarm or a dashboard, never for a decision. What each
 * name means, and where it is measured, is in docs/decisions/0020-what-is-measured-and-logged.md.
 */
import type { EntryKind } from './timeline.ts';

const DIMENSION_LENGTH_MAX = 1_024;
/** Printable ASCII, more than blanks, and no colon in front. */
const DIMENSION = /^(?!:)[ -~]*[!-~][ -~]*$/;
/** CloudWatch takes 30, and the stage is one. */
const DIMENSIONS_MAX = 29;

export interface Measurement {
  readonly name: MeasurementName;
  /** Finite, and 0 or more. */
  readonly value: number;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** Besides the stage, which every measurement has. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** The entries that end a deployment, or begin it, and the failure of a way back: each is counted under its own name. */
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

/** What became known of a deployment. */
export interface Change {
  readonly service: string;
  readonly kind: EntryKind;
  readonly at: number;
  /** Null where the message was written before it said so. */
  readonly openedAt: number | null;
}

export function measurementsOf({ service, kind, at, openedAt }: Change): Measurement[] {
  if (!isCounted(kind)) return [];
  const dimensions = { Service: service };
  const count: Measurement = { name: kind, value: 1, unit: 'Count', dimensions };
  if (!isEnd(kind) || openedAt === null) return [count];
  return [count, { name: 'DeploymentDuration', value: Math.max(0, at - openedAt), unit: 'Milliseconds', dimensions }];
}

/** Whether CloudWatch keeps it: it drops a metric with another value or dimension, and says so to nobody. */
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

/** From the moment in which the alarm changed its state to the answer of the call that took the traffic back. */
export function timeToWeightZero(order: {
  readonly service: string;
  readonly alarmedAt: number;
  readonly backAt: number;
}): Measurement {
  const { service, alarmedAt, backAt } = order;
  // Two clocks: CloudWatch's may be ahead of ours.
  const value = Math.max(0, backAt - alarmedAt);
  return { name: 'TimeToWeightZero', value, unit: 'Milliseconds', dimensions: { Service: service } };
}

/** Gauges: what still has to be done, 0 too, so that an alarm sees the difference between nothing to do and no news. */
export function backlog(found: {
  readonly now: number;
  readonly deadlines: readonly number[];
  /** When the oldest message was written that is not out yet; null when all are. */
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
