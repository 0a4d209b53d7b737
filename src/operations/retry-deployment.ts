/** Tries again what a rollout that went back had tried: the same version, the same strategy, today's spec. */
import type { Access } from '../domain/access.ts';
import { type Artifact, type Deployment, isInFlight } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { knownIn, mayBeSame } from '../domain/fingerprint.ts';
import { renumberedInWords } from '../domain/renumbered.ts';
import { targetKey, targetName } from '../domain/target.ts';
import { orNull } from './or-null.ts';
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
  const { service, kind, status, canary, commit, spec } = deployment;
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
    artifact: await artifactAgain(ports, deployment),
    strategy: spec.strategy,
    commit: commit ?? undefined,
    ...request,
  });
}

/**
 * The version that it published, while that is there. A function that was created again has another one under its number, or none;
 * then it is published again from the code. Throws Conflict when the version itself was asked for.
 */
async function artifactAgain({ versions }: StartDeploymentPorts, deployment: Deployment): Promise<Artifact> {
  const { canary, artifact, spec } = deployment;
  const { target } = spec;
  if (canary === null) return artifact;
  if (target.kind !== 'lambda' || deployment.fingerprints === null) return { version: canary };
  const known = knownIn(deployment, canary);
  const fact = await orNull(versions.describe(target, canary));
  if (fact !== null && mayBeSame(known.fingerprint, fact.fingerprint)) return { version: canary };
  if (fact === null || !('version' in artifact)) return artifact;
  const words = renumberedInWords({ target, known, found: fact.fingerprint });
  throw new SlipwayError('Conflict', `${words} Deploy the version that you mean with POST /deploy.`);
}
