/**
 * Finds the deployments whose version is live and that a rollback would undo. The record of a promoted deployment does not say that a later one was
 * promoted over it, so this asks for the history of its target.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { historiesOf, liveDeployment } from '../../domain/deployment/target-history.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';

/** One query for each target of a promoted deployment. Longer runs of rolled-back deployments leave the answer unknown. */
const LOOKED_THROUGH = 30;

/** Returns the ids of those that a rollback would undo now. Leaves out a deployment for which that is not known. */
export async function liveAmong(
  { deployments }: { readonly deployments: Pick<Deployments, 'history'> },
  asked: readonly Deployment[],
): Promise<readonly string[]> {
  const promoted = asked.filter(({ status, replacedBy }) => status === 'promoted' && replacedBy === null);
  const targets = [...new Set(promoted.map(({ spec }) => targetKey(spec.target)))];
  const traces = await Promise.all(targets.map((target) => deployments.history({ target, limit: LOOKED_THROUGH })));
  // While a deployment is in flight, a rollback rolls that one back, and undoes no promotion.
  const live = traces
    .flatMap((one) => historiesOf(one))
    .flatMap(({ inFlight, ended }) => (inFlight === null ? (liveDeployment(ended)?.deployment.id ?? []) : []));
  return promoted.map(({ id }) => id).filter((id) => live.includes(id));
}

export async function isLive(
  ports: { readonly deployments: Pick<Deployments, 'history'> },
  deployment: Deployment,
): Promise<boolean> {
  return (await liveAmong(ports, [deployment])).length > 0;
}
