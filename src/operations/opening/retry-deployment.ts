/** Tries again what a rolled-back rollout tried: the same version and the same strategy, with the current spec. */
import type { Access } from '../../domain/access/access.ts';
import { type Artifact, type Deployment, isInFlight, isLatest } from '../../domain/deployment/deployment.ts';
import { nextStep, outOfTheWay, refusal } from '../../domain/deployment/next-step.ts';
import { renumberedInWords } from '../../domain/deployment/renumbered.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { knownIn, mayBeSame } from '../../domain/lambda/fingerprint.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { StartRolloutResult } from '../../domain/preflight/start-result.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { onAlias, targetKey, targetName } from '../../domain/service/target.ts';
import type { Versions } from '../../ports/versions.ts';
import { orNull } from '../steps/or-null.ts';
import { type StartRolloutPorts, startRollout } from './start-rollout.ts';

export interface RetryDeploymentInput {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly access?: Access | undefined;
  readonly requestKey: string | null;
}

export async function retryDeployment(
  ports: StartRolloutPorts,
  { id, ...request }: RetryDeploymentInput,
): Promise<StartRolloutResult> {
  const { deployment } = await ports.deployments.read(id);
  const { service, kind, status, canary, commit, spec } = deployment;
  if (kind === 'rollback')
    throw refusal(`Deployment ${id} is a rollback, which is not retried`, nextStep(deployment, NOTHING_WANTED));
  if (isInFlight(deployment))
    throw refusal(`Deployment ${id} is still in flight (${status}).`, {
      ...outOfTheWay(deployment),
      details: { inFlight: { id } },
    });
  const { spec: today } = await ports.services.read(service);
  if (canary !== null && targetKey(today.target) !== targetKey(spec.target)) {
    const fact = `Deployment ${id} tried version ${canary} of ${targetName(spec.target)}, and ${service} is on ${targetName(today.target)} now.`;
    throw new SlipwayError('Conflict', `${fact} Deploy a version of that one with POST /deploy.`);
  }
  if (status === 'promoted')
    throw refusal(`Deployment ${id} was promoted; there is nothing to retry.`, nextStep(deployment, NOTHING_WANTED));
  if (status === 'unchanged')
    throw refusal(
      `Deployment ${id} asked for what was live already; there is nothing to retry.`,
      nextStep(deployment, NOTHING_WANTED),
    );
  return startRollout(ports, {
    service,
    artifact: await artifactAgain(ports, deployment),
    strategy: spec.strategy,
    commit: commit ?? undefined,
    ...request,
  });
}

/** No action on such a deployment is a way to retry it: the message says where to look. */
const NOTHING_WANTED = { wanted: [] } as const;

/**
 * Returns the version that the rollout published, if it still exists. When the function was created again, the number
 * belongs to another version or to none; then the version is published again from the code.
 *
 * Throws Conflict when the request named the version itself, or when it was published from `$LATEST`, which may hold
 * other code by now.
 */
async function artifactAgain({ versions }: StartRolloutPorts, deployment: Deployment): Promise<Artifact> {
  const { canary, artifact, spec } = deployment;
  const target = onAlias(spec.target);
  if (target !== null && canary === null && isLatest(artifact))
    await requireSameLatest(versions, { deployment, target });
  if (canary === null) return artifact;
  if (target === null || deployment.fingerprints === null) return { version: canary };
  const known = knownIn(deployment, canary);
  const fact = await orNull(versions.describe(target, canary));
  if (fact !== null && mayBeSame(known.fingerprint, fact.fingerprint)) return { version: canary };
  if (fact === null && isLatest(artifact)) {
    const gone = `Version ${canary} of ${target.function}, which was published from ${LATEST}, is gone.`;
    throw new SlipwayError('Conflict', `${gone} ${DEPLOY_LATEST}`);
  }
  if (fact === null || !('version' in artifact)) return artifact;
  const words = renumberedInWords({ target, known, found: fact.fingerprint });
  throw new SlipwayError('Conflict', `${words} Deploy the version that you mean with POST /deploy.`);
}

const DEPLOY_LATEST = 'Deploy what is there now with {"version": "latest"}.';

/**
 * The rollout ended before it published. So `$LATEST` must still hold the code that the rollout would have published.
 */
async function requireSameLatest(
  versions: Pick<Versions, 'describe'>,
  { deployment: { id, fingerprints }, target }: { readonly deployment: Deployment; readonly target: LambdaTarget },
): Promise<void> {
  const fact = await orNull(versions.describe(target, LATEST));
  if (mayBeSame(fingerprints?.canary, fact?.fingerprint)) return;
  const changed = `What deployment ${id} was to publish is not in ${LATEST} of ${target.function} any more.`;
  throw new SlipwayError('Conflict', `${changed} ${DEPLOY_LATEST}`);
}
