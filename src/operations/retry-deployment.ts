/** Tries again what a rollout that went back had tried: the same version, the same strategy, today's spec. */
import type { Access } from '../domain/access.ts';
import { isInFlight } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { targetKey, targetName } from '../domain/target.ts';
import { type StartDeploymentPorts, type StartDeploymentResult, startDeployment } from './start-deployment.ts';

export interface RetryDeploymentInput {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly access?: Access | undefined;
  readonly requestKey: string | null;
}

export async function retryDeployment(
  ports: StartDeploymentPorts,
  { id, ...request }: RetryDeploymentInput,
): Promise<StartDeploymentResult> {
  const { deployment } = await ports.deployments.read(id);
  const { service, kind, status, artifact, canary, commit, spec } = deployment;
  if (kind === 'rollback')
    throw new SlipwayError('Conflict', `Deployment ${id} is a rollback. POST /rollback again instead.`);
  if (isInFlight(deployment)) {
    throw new SlipwayError('Conflict', `Deployment ${id} is still in flight (${status}). Wait for it or abort it.`, {
      details: { inFlight: { id } },
    });
  }
  const { spec: today } = await ports.services.read(service);
  if (canary !== null && targetKey(today.target) !== targetKey(spec.target)) {
    const fact = `Deployment ${id} tried version ${canary} of ${targetName(spec.target)}, and ${service} is on ${targetName(today.target)} now.`;
    throw new SlipwayError('Conflict', `${fact} Deploy a version of that one with POST /deploy.`);
  }
  if (status === 'promoted')
    throw new SlipwayError('Conflict', `Deployment ${id} was promoted; there is nothing to retry.`);
  return startDeployment(ports, {
    service,
    artifact: canary === null ? artifact : { version: canary },
    strategy: spec.strategy,
    commit: commit ?? undefined,
    ...request,
  });
}
