/** POST /deploy. A version or an artifact is rolled out; a revision goes through the pipeline first. */
import { SlipwayError } from '../../domain/errors.ts';
import type { StartDeploymentResult } from '../../domain/pipeline/run-results.ts';
import { type StartPipelineRunPorts, startPipelineRun } from './start-pipeline-run.ts';
import { type StartRolloutInput, type StartRolloutPorts, startRollout } from './start-rollout.ts';

export type StartDeploymentPorts = StartRolloutPorts & StartPipelineRunPorts;

export type StartDeploymentInput = StartRolloutInput & { readonly revision?: string | undefined };

export async function startDeployment(
  ports: StartDeploymentPorts,
  { revision, ...input }: StartDeploymentInput,
): Promise<StartDeploymentResult> {
  if (revision === undefined) return startRollout(ports, input);
  if (input.version !== undefined || input.artifact !== undefined) {
    const detail = 'Give exactly one of "version", "artifact" and "revision".';
    throw new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer: '/revision', detail }] } });
  }
  return { outcome: 'pipelineStarted', run: await startPipelineRun(ports, { ...input, revision }) };
}
