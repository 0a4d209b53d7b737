/** Publishes the code of the deployment as an immutable version, or takes the version that the request named. */
import { isInFlight } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { LambdaTarget } from '../domain/service-spec.ts';
import { isRetreat } from '../domain/signal.ts';
import type { Clock, Deployments, Versions } from '../ports.ts';
import { DeploymentTask, type TaskResult, taskResult } from './task-input.ts';

export const PublishVersionInput = DeploymentTask;

export interface PublishVersionPorts {
  readonly deployments: Deployments;
  readonly versions: Versions;
  readonly clock: Clock;
}

export async function publishVersion(
  { deployments, versions, clock }: PublishVersionPorts,
  { deploymentId }: DeploymentTask,
): Promise<TaskResult> {
  const { deployment } = await deployments.read(deploymentId);
  // An advance that is not taken up yet still needs the version later; only a way back has no use for it.
  if (!isInFlight(deployment) || deployment.canary !== null || isRetreat(deployment.signal))
    return taskResult(deployment, clock.now());

  const { artifact, stable, spec } = deployment;
  const { target } = spec;
  if (target.kind !== 'lambda') return taskResult(deployment, clock.now());
  const version = await versions.publish({ target, artifact, deploymentId });
  if (version === stable) {
    throw new SlipwayError(
      'Conflict',
      `The code is the same as that of version ${version}, which holds all the traffic. There is nothing to deploy.`,
    );
  }
  await sameRole(versions, { target, stable, version });
  const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
    current.canary !== null || !isInFlight(current)
      ? null
      : {
          deployment: { ...current, canary: version },
          entries: [
            {
              kind: 'VersionPublished',
              by: 'slipway',
              because: `Version ${version} is there to be tried.`,
              data: { version },
            },
          ],
        },
  );
  return taskResult(recorded.deployment, clock.now());
}

/** A weighted alias refuses two versions of different roles; said here, with names, rather than by AWS in mid-rollout. */
async function sameRole(
  versions: Versions,
  {
    target,
    stable,
    version,
  }: { readonly target: LambdaTarget; readonly stable: string | null; readonly version: string },
): Promise<void> {
  if (stable === null) return;
  const [before, after] = await Promise.all([versions.describe(target, stable), versions.describe(target, version)]);
  if (before.roleArn === after.roleArn) return;
  throw new SlipwayError(
    'Conflict',
    `Version ${version} runs as ${after.roleArn} and version ${stable} as ${before.roleArn}; both behind an alias need the same role. Publish it with the live role.`,
  );
}
