/**
 * What AWS says of the pipeline, its stages, actions and builds, goes into the timeline of the run, with the notices and the
 * metrics that come of it. The events come at least once and in any order; one that comes twice changes nothing.
 */

import { messageStem, type OutboxMessage } from '../../domain/deployment/timeline.ts';
import { type FollowedRun, followRun, newRun, type RunEvent } from '../../domain/pipeline/pipeline-run.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';

export interface FollowPipelinePorts extends PublishOutboxPorts {
  readonly pipelines: Pick<Pipelines, 'service'>;
  readonly pipelineRuns: PipelineRuns;
}

export async function followPipeline(
  ports: FollowPipelinePorts,
  event: RunEvent | null,
): Promise<{ readonly followed: boolean }> {
  const { pipelines, pipelineRuns, measures } = ports;
  const { service } = pipelines;
  if (event === null || service === null) return { followed: false };
  let decided: FollowedRun | null = null;
  const run = await pipelineRuns.record(event.runId, (known) => {
    // Decided anew whenever the ledger asks again: the last answer is the one that is written.
    decided = followRun(known ?? newRun({ id: event.runId, service, at: event.at }), event);
    return decided;
  });
  const { entries, measurements } = written(decided);
  // After the record: a crash in between loses a figure, and never counts one twice.
  if (measurements.length > 0) measures.record(measurements);
  // Events of one moment are followed at one moment, by many: each sends what it wrote, and `reconcile` what is left.
  const length = run?.timelineLength ?? 0;
  const stems = entries.map((_, index) => messageStem({ deploymentId: event.runId, sequence: length - index }));
  const isMeant = ({ id }: OutboxMessage) => stems.some((stem) => id.startsWith(`${stem}-`));
  if (stems.length > 0) await publishOutbox(ports, { deploymentId: event.runId, isMeant });
  return { followed: decided !== null };
}

/** What the compiler cannot see to have been set meanwhile. */
function written(decided: FollowedRun | null): Pick<FollowedRun, 'entries' | 'measurements'> {
  return decided ?? { entries: [], measurements: [] };
}
