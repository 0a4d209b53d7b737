/**
 * One run of the pipeline that builds, tests and delivers a revision. AWS sends its events at least once and in any
 * order. `followRun` makes the same run of them in every order, and ignores an event that comes twice.
 */
import type { Measurement } from '../deployment/measurement.ts';
import type { EntryDraft } from '../deployment/timeline.ts';

export const RUN_STATUSES = ['running', 'succeeded', 'failed', 'stopped', 'superseded'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const STAGE_STATUSES = ['running', 'succeeded', 'failed', 'stopped'] as const;
export type StageStatus = (typeof STAGE_STATUSES)[number];

/** `inForce`: no run enters the stage Deploy until a person releases the service. */
export const QUARANTINES = ['none', 'inForce', 'released'] as const;
export type Quarantine = (typeof QUARANTINES)[number];

/** A stage of the run, by its last attempt. */
export interface StageRun {
  readonly name: string;
  readonly status: StageStatus;
  /** Null while only the end of the stage is known. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface PipelineRun {
  /** The id of the execution in CodePipeline. */
  readonly id: string;
  readonly service: string;
  /** The commit; null until the stage Source has fetched it. */
  readonly revision: string | null;
  readonly status: RunStatus;
  readonly stages: readonly StageRun[];
  /** The latest deployment that the stage Deploy opened; null before the first. */
  readonly deploymentId: string | null;
  readonly quarantine: Quarantine;
  /** The deployment whose rollback last quarantined the revision; null when none did. */
  readonly quarantinedFor: string | null;
  /** The caller that asked for the run; `pipeline` when Slipway does not know. */
  readonly by: string;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The ids of the events that made the run, the newest last. */
  readonly events: readonly string[];
  readonly timelineLength: number;
}

/** What an event says. `because` holds AWS's own words, when the event has any. */
export type RunFact =
  | { readonly about: 'run'; readonly status: RunStatus; readonly by: string | null }
  | { readonly about: 'stage'; readonly stage: string; readonly status: StageStatus }
  | { readonly about: 'revision'; readonly revision: string }
  | { readonly about: 'action'; readonly stage: string; readonly action: string; readonly because: string }
  | { readonly about: 'build'; readonly build: string; readonly succeeded: boolean; readonly because: string };

export interface RunEvent {
  readonly id: string;
  readonly runId: string;
  /** The time of the event, in epoch milliseconds but exact only to the second. */
  readonly at: number;
  readonly fact: RunFact;
}

/** The parts of a run that one transaction writes. */
export interface RunChange {
  readonly run: PipelineRun;
  readonly entries: readonly EntryDraft[];
}

export type FollowedRun = RunChange & { readonly measurements: readonly Measurement[] };

export const PIPELINE = 'pipeline';

/** More events than a run with a dozen retries sends. */
const EVENTS_KEPT = 400;
const BECAUSE_LENGTH_MAX = 1_000;

export function newRun({ id, service, at }: { readonly id: string; readonly service: string; readonly at: number }) {
  return {
    id,
    service,
    revision: null,
    status: 'running',
    stages: [],
    deploymentId: null,
    quarantine: 'none',
    quarantinedFor: null,
    by: PIPELINE,
    reason: null,
    startedAt: at,
    endedAt: null,
    events: [],
    timelineLength: 0,
  } as const satisfies PipelineRun;
}

/** Returns null when the run has already followed the event. */
export function followRun(run: PipelineRun, { id, at, fact }: RunEvent): FollowedRun | null {
  if (run.events.includes(id)) return null;
  const events = [...run.events, id].slice(-EVENTS_KEPT);
  const { entries, measurements = [], ...change } = changeOf(run, { fact, at });
  return { run: { ...run, ...change.run, events }, entries, measurements };
}

interface Followed {
  readonly run?: Partial<PipelineRun>;
  readonly entries: readonly EntryDraft[];
  readonly measurements?: readonly Measurement[];
}

function changeOf(run: PipelineRun, { fact, at }: { readonly fact: RunFact; readonly at: number }): Followed {
  switch (fact.about) {
    case 'run':
      return runChange(run, { fact, at });
    case 'stage':
      return stageChange(run, { fact, at });
    case 'revision':
      return { run: { revision: fact.revision }, entries: [] };
    case 'action': {
      const { stage, action } = fact;
      const because = cut(`${action}: ${fact.because}`);
      return { entries: [{ kind: 'PipelineActionFailed', by: PIPELINE, because, data: { stage, action, at } }] };
    }
    case 'build': {
      const kind = fact.succeeded ? 'PipelineBuildSucceeded' : 'PipelineBuildFailed';
      const because = cut(`${fact.build}: ${fact.because}`);
      return { entries: [{ kind, by: PIPELINE, because, data: { build: fact.build, at } }] };
    }
  }
}

function runChange(
  run: PipelineRun,
  { fact, at }: { readonly fact: RunFact & { readonly about: 'run' }; readonly at: number },
): Followed {
  const { status } = fact;
  const by = run.by === PIPELINE ? (fact.by ?? PIPELINE) : run.by;
  if (status === 'running') {
    // The run began, or one of its stages started again. The event of the beginning may come after the event of the
    // end.
    const isLate = run.endedAt !== null && at <= run.endedAt;
    const goesOn = isLate ? {} : ({ status, endedAt: null } as const);
    const startedAt = Math.min(run.startedAt, at);
    const because = run.reason ?? `The pipeline of ${run.service} runs.`;
    return {
      run: { ...goesOn, by, startedAt },
      entries: [{ kind: 'PipelineStarted', by, because, data: { at } }],
    };
  }
  // The end of an earlier attempt no longer changes the run.
  const isOld = run.endedAt !== null && at < run.endedAt;
  const because = `The pipeline of ${run.service} has ${status === 'superseded' ? 'been superseded' : status}, after ${stagesInWords(run)}.`;
  return {
    run: isOld ? {} : { status, endedAt: at },
    entries: [{ kind: 'PipelineEnded', by: PIPELINE, because, data: { status, at } }],
  };
}

function stagesInWords({ stages }: PipelineRun): string {
  const words = stages.map(({ name, status }) => `${name} ${status}`);
  return words.length === 0 ? 'no stage that is known' : words.join(', ');
}

function stageChange(
  run: PipelineRun,
  { fact, at }: { readonly fact: RunFact & { readonly about: 'stage' }; readonly at: number },
): Followed {
  const { stage: name, status } = fact;
  const before = run.stages.find((stage) => stage.name === name) ?? null;
  const after = status === 'running' ? startedStage(before, { name, at }) : ended(before, { name, status, at });
  const stages = before === null ? [...run.stages, after] : run.stages.map((one) => (one === before ? after : one));
  return {
    run: { stages },
    entries: [stageEntry(run, { name, status, at })],
    measurements: stageMeasurements(run, { before, after, status }),
  };
}

/**
 * A stage that is retried begins again. When the beginning comes after its own end, it only tells how long the stage
 * took.
 */
function startedStage(before: StageRun | null, { name, at }: { readonly name: string; readonly at: number }): StageRun {
  if (before?.endedAt != null && at <= before.endedAt) return { ...before, startedAt: before.startedAt ?? at };
  return { name, status: 'running', startedAt: at, endedAt: null };
}

interface StageEnd {
  readonly name: string;
  readonly status: StageStatus;
  readonly at: number;
}

/** The end of an earlier attempt no longer changes the stage. */
function ended(before: StageRun | null, { name, status, at }: StageEnd): StageRun {
  const last = before?.startedAt ?? before?.endedAt ?? null;
  if (before !== null && last !== null && at < last) return before;
  return { name, status, startedAt: before?.startedAt ?? null, endedAt: at };
}

function stageEntry({ by, revision }: PipelineRun, { name, status, at }: StageEnd): EntryDraft {
  const data = { stage: name, at };
  const of = revision === null ? '' : ` of revision ${revision}`;
  switch (status) {
    case 'running':
      return { kind: 'PipelineStageStarted', by: PIPELINE, because: `Stage ${name}${of} began.`, data };
    case 'succeeded':
      return { kind: 'PipelineStageSucceeded', by: PIPELINE, because: `Stage ${name}${of} succeeded.`, data };
    case 'stopped':
      return { kind: 'PipelineStageStopped', by: PIPELINE, because: `Stage ${name}${of} was stopped.`, data };
    case 'failed': {
      const because = `Stage ${name}${of} failed. It was asked for by ${by}. The entries around this one say why.`;
      return { kind: 'PipelineStageFailed', by: PIPELINE, because, data };
    }
  }
}

interface StageStep {
  readonly before: StageRun | null;
  readonly after: StageRun;
  readonly status: StageStatus;
}

/**
 * Measures how a stage ended, and how long it took once both its start and its end are known. Each is measured once.
 */
function stageMeasurements({ service }: PipelineRun, { before, after, status }: StageStep): Measurement[] {
  const dimensions = { Service: service, PipelineStage: after.name };
  const { startedAt, endedAt } = after;
  const isKnown = startedAt !== null && endedAt !== null;
  const wasKnown = before?.startedAt === startedAt && before.endedAt === endedAt;
  return [
    ...(status === 'succeeded' || status === 'failed'
      ? [{ name: 'PipelineStageFailed', value: status === 'failed' ? 1 : 0, unit: 'Count', dimensions } as const]
      : []),
    ...(isKnown && !wasKnown
      ? [{ name: 'PipelineStageDuration', value: endedAt - startedAt, unit: 'Milliseconds', dimensions } as const]
      : []),
  ];
}

function cut(text: string): string {
  return text.length <= BECAUSE_LENGTH_MAX ? text : `${text.slice(0, BECAUSE_LENGTH_MAX - 3)}...`;
}
