/**
 * Opens the stage Deploy again for a person. It does so even when no quarantine is recorded, because a quarantine may
 * have crashed before its record.
 */
import { releaseRun } from '../../domain/pipeline/quarantine.ts';
import type { ReleaseServiceResult } from '../../domain/pipeline/run-results.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import { noPipelineFor } from '../opening/start-pipeline-run.ts';

export interface ReleaseServicePorts {
  readonly pipelines: Pick<Pipelines, 'service' | 'release'>;
  readonly pipelineRuns: PipelineRuns;
}

export interface ReleaseServiceInput {
  readonly name: string;
  readonly reason: string;
  readonly by: string;
}

export async function releaseService(
  { pipelines, pipelineRuns }: ReleaseServicePorts,
  { name, reason, by }: ReleaseServiceInput,
): Promise<ReleaseServiceResult> {
  if (pipelines.service !== name) throw noPipelineFor(name, { pipelines });
  const held = await pipelineRuns.listQuarantined(name);
  await pipelines.release();
  for (const { id } of held) {
    await pipelineRuns.record(id, (run) => (run === null ? null : releaseRun(run, { by, because: reason })));
  }
  return { service: name, released: held.map(({ id }) => id) };
}
