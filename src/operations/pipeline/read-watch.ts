/** Reads the state of the watch over the deployment of a pipeline's run. */
import * as z from 'zod/mini';
import { SlipwayError } from '../../domain/errors.ts';
import { decideWatch, type Watch } from '../../domain/pipeline/delivery.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';

export const ReadWatchInput = z.object({ pipelineRun: z.string().check(z.minLength(1), z.maxLength(80)) });
export type ReadWatchInput = z.infer<typeof ReadWatchInput>;

export interface ReadWatchPorts {
  readonly deployments: Deployments;
  readonly pipelineRuns: PipelineRuns;
  readonly clock: Clock;
}

export async function readWatch(
  { deployments, pipelineRuns, clock }: ReadWatchPorts,
  { pipelineRun }: ReadWatchInput,
): Promise<ReadWatchInput & Watch> {
  const run = await pipelineRuns.find(pipelineRun);
  const deploymentId = run?.deploymentId ?? null;
  if (deploymentId === null) {
    const fact = `Run ${pipelineRun} has opened no deployment, so there is nothing to watch.`;
    throw new SlipwayError('Broken', `${fact} Look at what its stage Deploy did: GET /pipeline-runs/${pipelineRun}`);
  }
  const { deployment } = await deployments.read(deploymentId);
  return { pipelineRun, ...decideWatch(deployment, clock.now()) };
}
