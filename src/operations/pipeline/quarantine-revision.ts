/**
 * After an automatic rollback of a deployment from the pipeline, closes the stage Deploy until a person releases it. It
 * closes the stage first and records second, so that a retry after a crash closes it again and then records it.
 */
import * as z from 'zod/mini';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { newRun } from '../../domain/pipeline/pipeline-run.ts';
import { quarantineReason, quarantineRun } from '../../domain/pipeline/quarantine.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';

/** The fields of `Slipway Deployment Changed` that are read here. */
export const DeploymentChanged = z.object({
  id: z.string(),
  detail: z.object({ deployment: z.object({ id: z.string().check(z.minLength(1), z.maxLength(80)) }) }),
});
export type DeploymentChanged = z.infer<typeof DeploymentChanged>;

export interface QuarantineRevisionPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly pipelines: Pick<Pipelines, 'service' | 'quarantine'>;
  readonly pipelineRuns: PipelineRuns;
}

export type Quarantined =
  | { readonly quarantined: true; readonly run: string }
  | { readonly quarantined: false; readonly because: string };

export async function quarantineRevision(
  ports: QuarantineRevisionPorts,
  { detail }: DeploymentChanged,
): Promise<Quarantined> {
  const { pipelines, pipelineRuns, clock } = ports;
  const { takenBack, because } = await whatWasTakenBack(ports, detail.deployment.id);
  const { pipelineRun, service, id: deploymentId } = takenBack;
  if (because === null) return nothing(`Nobody but a person took ${deploymentId} back, or it was not taken back.`);
  if (pipelineRun === null) return nothing(`Deployment ${deploymentId} did not come through the pipeline.`);
  if (pipelines.service !== service) return nothing(`The pipeline does not deliver ${service} any more.`);
  // A deployment is opened before its run records it.
  const run = (await pipelineRuns.find(pipelineRun)) ?? newRun({ id: pipelineRun, service, at: clock.now() });
  if (quarantineRun(run, { deploymentId, because }) === null)
    return nothing(`Run ${pipelineRun} was quarantined for ${deploymentId} before.`);

  await pipelines.quarantine(`Revision ${run.revision ?? 'unknown'} is bad. ${because}`);
  await pipelineRuns.record(pipelineRun, (current) => quarantineRun(current ?? run, { deploymentId, because }));
  await publishOutbox(ports, { deploymentId: pipelineRun });
  return { quarantined: true, run: pipelineRun };
}

/** The event is about a rollout that was rolled back, or about the rollback that undoes a promotion. */
async function whatWasTakenBack({ deployments }: QuarantineRevisionPorts, id: string) {
  const { deployment } = await deployments.read(id);
  const undoes = deployment.kind === 'rollback' ? deployment.replaces : null;
  if (undoes === null) return { takenBack: deployment, because: quarantineReason(deployment, null) };
  const { deployment: undone }: { readonly deployment: Deployment } = await deployments.read(undoes);
  return { takenBack: undone, because: quarantineReason(undone, deployment) };
}

function nothing(because: string): Quarantined {
  return { quarantined: false, because };
}
