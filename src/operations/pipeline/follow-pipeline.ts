/**
 * Records AWS's events about the pipeline (stages, actions, builds) in the timeline of the run, with the notices and
 * metrics that follow from them. Events come at least once and in any order. An event that comes twice changes nothing.
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
    // Decides again each time that the ledger retries the transaction. The last decision is the one that is written.
    decided = followRun(known ?? newRun({ id: event.runId, service, at: event.at }), event);
    return decided;
  });
  const { entries, measurements } = written(decided);
  // Measured after the record: a crash in between loses a measurement, and never counts one twice.
  if (measurements.length > 0) measures.record(measurements);
  // Several processes may follow events of the same moment. Each process sends the messages that it wrote, and
  // `reconcile` sends the rest.
  const length = run?.timelineLength ?? 0;
  const stems = entries.map((_, index) => messageStem({ deploymentId: event.runId, sequence: length - index }));
  const isMeant = ({ id }: OutboxMessage) => stems.some((stem) => id.startsWith(`${stem}-`));
  if (stems.length > 0) await publishOutbox(ports, { deploymentId: event.runId, isMeant });
  return { followed: decided !== null };
}

/** The compiler cannot see that the callback has set the variable. */
function written(decided: FollowedRun | null): Pick<FollowedRun, 'entries' | 'measurements'> {
  return decided ?? { entries: [], measurements: [] };
}
