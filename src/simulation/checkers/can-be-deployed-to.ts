/**
 * Invariant 21: a service can always be deployed to again. When all troubles are over and time has passed, a deployment
 * of a good version is accepted and promoted, whatever was before. If another tool owns fields of its objects, or an
 * alarm is red already, the deployment must be a hotfix, as the refusal says.
 */
import { type CheckedWorld, type Checker, firstComplaint, type LastDeployment } from './checked-world.ts';

export function canBeDeployedTo(): Checker {
  return {
    invariant: '21 can be deployed to',
    check: () => null,
    checkAtRest: (world) =>
      firstComplaint(new Set(world.lastDeployments.map(({ service }) => service)), (service) => {
        const tries = world.lastDeployments.filter((one) => one.service === service);
        const isPromoted = tries.some(({ deploymentId }) => statusOf(world, deploymentId) === 'promoted');
        return isPromoted ? null : inWords(world, tries);
      }),
  };
}

function statusOf({ ledger }: CheckedWorld, id: string | null): string | undefined {
  return ledger.deployments.get(id ?? '')?.status;
}

function inWords(world: CheckedWorld, tries: readonly LastDeployment[]): string {
  const [first] = tries;
  const told = tries.map(({ answer, deploymentId, isHotfix }) => {
    const entries = world.ledger.timeline.get(deploymentId ?? '') ?? [];
    const failed = entries.find(({ kind }) => kind === 'TaskFailed') ?? entries.at(-1);
    const status = statusOf(world, deploymentId);
    const end = status === undefined ? answer : `${status}: ${failed?.because ?? ''}`;
    return `${isHotfix ? 'as a hotfix ' : ''}${end}`;
  });
  return `${first?.service} cannot be deployed to any more: ${told.join('; ')}`;
}
