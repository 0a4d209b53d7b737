/**
 * One run of the pipeline that builds, tests and delivers a revision. AWS tells of it in events that come at least once
 * and in any order; `followRun` makes the same run of them, whatever the order, and of an event that comes twice, nothing.
 */
import type { Measurement } from '../deployment/measurement.ts';
import type { EntryDraft } from '../deployment/timeline.ts';

export const RUN_STATUSES = ['running', 'succeeded', 'failed', 'stopped', 'superseded'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const STAGE_STATUSES = ['running', 'succeeded', 'failed', 'stopped'] as const;
export type StageStatus = (typeof STAGE_STATUSES)[number];

/** `inForce`: nothing gets into the stage Deploy until a person releases the service. */
export const QUARANTINES = ['none', 'inForce', 'released'] as const;
export type Quarantine = (typeof QUARANTINES)[number];

/** A stage of the run, as of its last attempt. */
export interface StageRun {
  readonly name: string;
  readonly status: StageStatus;
  /** Null while its end is all that is known of it. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface PipelineRun {
  /** The id of CodePipeline's execution. */
  readonly id: string;
  readonly service: string;
  /** The commit; null until the stage Source has fetched it. */
  readonly revision: string | null;
  readonly status: RunStatus;
  readonly stages: readonly StageRun[];
  /** The latest deployment that the stage Deploy opened. */
  readonly deploymentId: string | null;
  readonly quarantine: Quarantine;
  /** The deployment for whose rollback the revision was quarantined last. */
  readonly quarantinedFor: string | null;
  /** Who asked for it, as far as it is known. */
  readonly by: string;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The events that it was made of, by id, the newest last. */
  readonly events: readonly string[];
  readonly timelineLength: number;
}

/** What an event says. `because` is AWS's own word, where it has one. */
export type RunFact =
  | { readonly about: 'run'; readonly status: RunStatus; readonly by: string | null }
  | { readonly about: 'stage'; readonly stage: string; readonly status: StageStatus }
  | { readonly about: 'revision'; readonly revision: string }
  | { readonly about: 'action'; readonly stage: string; readonly action: string; readonly because: string }
  | { readonly about: 'build'; readonly build: string; readonly succeeded: boolean; readonly because: string };

export interface RunEvent {
  readonly id: string;
  readonly runId: string;
  /** When it happened, to the second. */
  readonly at: number;
  readonly fact: RunFact;
}

/** What is written of one run, in one transaction. */
export interface RunChange {
  readonly run: PipelineRun;
  readonly entries: readonly EntryDraft[];
}

export type FollowedRun = RunChange & { readonly measurements: readonly Measurement[] };

export const PIPELINE = 'pipeline';

/** More than a run with a dozen retries sends. */
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

/** Null: the event was followed before. */
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
    // It began, or a stage of it was tried again. The event of the beginning may come after that of the end.
    const isLate = run.endedAt !== null && at <= run.endedAt;
    const goesOn = isLate ? {} : ({ status, endedAt: null } as const);
    const startedAt = Math.min(run.startedAt, at);
    const because = run.reason ?? `The pipeline of ${run.service} runs.`;
    return {
      run: { ...goesOn, by, startedAt },
      entries: [{ kind: 'PipelineStarted', by, because, data: { at } }],
    };
  }
  // The end of an attempt before the present one changes nothing any more.
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
  const after = status === 'running' ? begun(before, { name, at }) : ended(before, { name, status, at });
  const stages = before === null ? [...run.stages, after] : run.stages.map((one) => (one === before ? after : one));
  return {
    run: { stages },
    entries: [stageEntry(run, { name, status, at })],
    measurements: stageMeasurements(run, { before, after, status }),
  };
}

/** A stage that is tried again begins anew; a beginning that comes after its end only says how long it took. */
function begun(before: StageRun | null, { name, at }: { readonly name: string; readonly at: number }): StageRun {
  if (before?.endedAt != null && at <= before.endedAt) return { ...before, startedAt: before.startedAt ?? at };
  return { name, status: 'running', startedAt: at, endedAt: null };
}

interface StageEnd {
  readonly name: string;
  readonly status: StageStatus;
  readonly at: number;
}

/** The end of an attempt before the present one changes nothing any more. */
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

/** How a stage ended, and how long it took as soon as both its ends are known: each once. */
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
