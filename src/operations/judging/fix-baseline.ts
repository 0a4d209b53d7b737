/** Keeps what was measured of stable before the rollout. The first that was kept holds, whoever looked as well. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';

/**
 * The observation with the baseline that is kept; null when its rows were counted by other latencies than those that are
 * kept, and have to be read again.
 */
export async function fixBaseline(
  { deployments }: { readonly deployments: Deployments },
  { deployment, observation }: { readonly deployment: Deployment; readonly observation: ObservedCanary },
): Promise<ObservedCanary | null> {
  const { baseline } = observation;
  if (deployment.baseline !== null || baseline === null) return observation;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    current.baseline === null ? { deployment: { ...current, baseline }, entries: [] } : null,
  );
  const kept = recorded.deployment.baseline;
  return kept?.latenciesMs.join() === baseline.latenciesMs.join() ? { ...observation, baseline: kept } : null;
}
