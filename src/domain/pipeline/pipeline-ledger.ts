/**
 * Plans what the ledger writes for a change of a pipeline run. The store and its twin both write what `planRunChange`
 * returns.
 */

import { entryDetail, messagesOf, type OutboxMessage, type TimelineEntry, titleOf } from '../deployment/timeline.ts';
import { SlipwayError } from '../errors.ts';
import type { PipelineRun, RunChange } from './pipeline-run.ts';

export interface RunWrite {
  readonly run: PipelineRun;
  readonly entries: readonly TimelineEntry[];
  readonly messages: readonly OutboxMessage[];
}

/**
 * `stored` is null for an unknown run. A change cannot replace the id, the service or the timeline length: their stored
 * values stay.
 */
export function planRunChange(
  stored: PipelineRun | null,
  { run: wanted, entries: drafts, at }: RunChange & { readonly at: number },
): RunWrite {
  const { id, service } = stored ?? wanted;
  const length = stored?.timelineLength ?? 0;
  const run = { ...wanted, id, service, timelineLength: length + drafts.length };
  const entries = drafts.map(
    (draft, index): TimelineEntry => ({
      ...draft,
      data: draft.data ?? {},
      deploymentId: id,
      sequence: length + index + 1,
      at,
    }),
  );
  return { run, entries, messages: entries.flatMap((entry) => messagesForRun(entry, run)) };
}

function messagesForRun(entry: TimelineEntry, run: PipelineRun): OutboxMessage[] {
  const { id, service, revision, status, deploymentId, quarantine } = run;
  const detail = {
    schema: 1,
    service,
    run: { id, revision, status, deploymentId, quarantine },
    entry: entryDetail(entry),
  };
  return messagesOf(entry, {
    service,
    event: { subject: 'Slipway Pipeline Changed', body: JSON.stringify(detail) },
    notice: () =>
      [
        `${service}: ${titleOf(entry.kind)}.`,
        entry.because,
        `Revision: ${revision ?? 'not known yet'}. The run was asked for by ${run.by}.`,
        nextStep(entry, run),
        `By ${entry.by} at ${new Date(entry.at).toISOString()}. Details: GET /pipeline-runs/${id}`,
      ].join('\n'),
  });
}

function nextStep({ kind }: TimelineEntry, { service }: PipelineRun): string {
  if (kind === 'RevisionQuarantined')
    return `Nothing gets into the stage Deploy until POST /services/${service}/release.`;
  return kind === 'RevisionReleased'
    ? 'The run that waits before the stage Deploy goes on.'
    : 'Mend it and deploy a new revision, or repeat the stage in CodePipeline.';
}

export function noSuchRun(id: string): SlipwayError {
  return new SlipwayError('NotFound', `There is no pipeline run ${id}. POST /deploy with a revision answers with one.`);
}
