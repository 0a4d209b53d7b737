/** POST /deploy: a version or an artifact is rolled out; a revision goes through the pipeline first. */
import { SlipwayError } from '../../domain/errors.ts';
import type { DeployResult } from '../../domain/pipeline/run-results.ts';
import { type StartDeploymentInput, type StartDeploymentPorts, startDeployment } from './start-deployment.ts';
import { type StartPipelineRunPorts, startPipelineRun } from './start-pipeline-run.ts';

export type DeployPorts = StartDeploymentPorts & StartPipelineRunPorts;

export type DeployInput = StartDeploymentInput & { readonly revision?: string | undefined };

export async function deploy(ports: DeployPorts, { revision, ...input }: DeployInput): Promise<DeployResult> {
  if (revision === undefined) return startDeployment(ports, input);
  if (input.version !== undefined || input.artifact !== undefined) {
    const detail = 'Give exactly one of "version", "artifact" and "revision".';
    throw new SlipwayError('InvalidRequest', detail, { details: { errors: [{ pointer: '/revision', detail }] } });
  }
  return { outcome: 'pipelineStarted', run: await startPipelineRun(ports, { ...input, revision }) };
}
