/**
 * The fields that Slipway reads of the EventBridge events of the pipeline and its builds. Each event gives one fact
 * about one run, or none. A build names its run in the variable PIPELINE_RUN, which the pipeline sets.
 */
import * as z from 'zod/mini';
import type { RunEvent, RunFact, RunStatus, StageStatus } from '../../../domain/pipeline/pipeline-run.ts';

const envelope = { id: z.string(), time: z.string() };
const ofRun = { 'execution-id': z.string(), state: z.string() };

const RunChanged = z.object({
  ...envelope,
  'detail-type': z.literal('CodePipeline Pipeline Execution State Change'),
  detail: z.object({
    ...ofRun,
    'execution-trigger': z.optional(
      z.object({ 'trigger-type': z.optional(z.string()), 'trigger-detail': z.optional(z.string()) }),
    ),
  }),
});

const StageChanged = z.object({
  ...envelope,
  'detail-type': z.literal('CodePipeline Stage Execution State Change'),
  detail: z.object({ ...ofRun, stage: z.string() }),
});

const ActionChanged = z.object({
  ...envelope,
  'detail-type': z.literal('CodePipeline Action Execution State Change'),
  detail: z.object({
    ...ofRun,
    stage: z.string(),
    action: z.string(),
    type: z.object({ category: z.string() }),
    'execution-result': z.optional(
      z.object({
        'external-execution-id': z.optional(z.string()),
        'external-execution-summary': z.optional(z.string()),
        'external-execution-url': z.optional(z.string()),
        'error-code': z.optional(z.string()),
      }),
    ),
  }),
});

const Phase = z.object({
  'phase-type': z.string(),
  'phase-status': z.optional(z.string()),
  'phase-context': z.optional(z.array(z.string())),
});

const BuildChanged = z.object({
  ...envelope,
  'detail-type': z.literal('CodeBuild Build State Change'),
  detail: z.object({
    'project-name': z.string(),
    'build-status': z.string(),
    'additional-information': z.object({
      environment: z.object({ 'environment-variables': z.array(z.object({ name: z.string(), value: z.string() })) }),
      logs: z.optional(z.object({ 'deep-link': z.optional(z.string()) })),
      phases: z.optional(z.array(Phase)),
    }),
  }),
});

export const PipelineStateChange = z.discriminatedUnion('detail-type', [
  RunChanged,
  StageChanged,
  ActionChanged,
  BuildChanged,
]);
export type PipelineStateChange = z.infer<typeof PipelineStateChange>;

/** Returns null for an event that adds nothing to a run. */
export function runEventOf(event: PipelineStateChange): RunEvent | null {
  const runId = runOf(event);
  const fact = factOf(event);
  return runId === null || fact === null ? null : { id: event.id, runId, at: Date.parse(event.time), fact };
}

const RUN_VARIABLE = 'PIPELINE_RUN';

function runOf(event: PipelineStateChange): string | null {
  if (event['detail-type'] !== 'CodeBuild Build State Change') return event.detail['execution-id'];
  const variables = event.detail['additional-information'].environment['environment-variables'];
  return variables.find(({ name }) => name === RUN_VARIABLE)?.value ?? null;
}

function factOf(event: PipelineStateChange): RunFact | null {
  switch (event['detail-type']) {
    case 'CodePipeline Pipeline Execution State Change': {
      const status = RUN_STATES[event.detail.state];
      const { 'trigger-type': type, 'trigger-detail': detail } = event.detail['execution-trigger'] ?? {};
      const by = type === undefined ? null : `${type}${detail === undefined ? '' : ` ${detail}`}`;
      return status === undefined ? null : { about: 'run', status, by };
    }
    case 'CodePipeline Stage Execution State Change': {
      const status = STAGE_STATES[event.detail.state];
      return status === undefined ? null : { about: 'stage', stage: event.detail.stage, status };
    }
    case 'CodePipeline Action Execution State Change':
      return actionFact(event.detail);
    case 'CodeBuild Build State Change':
      return buildFact(event.detail);
  }
}

/** A state that is missing here, such as STOPPING, is followed by a state that counts. */
const STAGE_STATES: Readonly<Record<string, StageStatus>> = {
  STARTED: 'running',
  RESUMED: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'stopped',
  STOPPED: 'stopped',
};

/** CodePipeline may also give up a run for a later one. */
const RUN_STATES: Readonly<Record<string, RunStatus>> = { ...STAGE_STATES, SUPERSEDED: 'superseded' };

function actionFact(detail: z.infer<typeof ActionChanged>['detail']): RunFact | null {
  const { stage, action, state, type } = detail;
  const result = detail['execution-result'] ?? {};
  if (state === 'SUCCEEDED' && type.category === 'Source') {
    const revision = result['external-execution-id'];
    return revision === undefined ? null : { about: 'revision', revision };
  }
  if (state !== 'FAILED' && state !== 'ABANDONED') return null;
  const said = [result['external-execution-summary'], result['error-code'], result['external-execution-url']];
  const because = said.filter((text) => text !== undefined && text !== '').join(' ');
  return { about: 'action', stage, action, because: because === '' ? `it ended as ${state}` : because };
}

function buildFact(detail: z.infer<typeof BuildChanged>['detail']): RunFact | null {
  const { 'project-name': build, 'build-status': status, 'additional-information': more } = detail;
  if (status === 'IN_PROGRESS') return null;
  const succeeded = status === 'SUCCEEDED';
  const failed = (more.phases ?? []).filter(({ 'phase-status': phase = 'SUCCEEDED' }) => phase !== 'SUCCEEDED');
  const phases = failed.map((phase) => {
    const said = (phase['phase-context'] ?? []).filter((text) => text.trim() !== ':' && text !== '');
    return `the phase ${phase['phase-type']} ended as ${phase['phase-status']}: ${said.join('; ') || 'no reason given'}.`;
  });
  const log = more.logs?.['deep-link'];
  const because = [`it ended as ${status}.`, ...phases, ...(log === undefined ? [] : [`Its log: ${log}`])].join(' ');
  return { about: 'build', build, succeeded, because };
}
