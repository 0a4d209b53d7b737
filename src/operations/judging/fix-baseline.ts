/** Stores the baseline that was measured before the rollout. If two processes look first at the same time, the stored one wins. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import type { Baseline } from '../../domain/verdict/baseline.ts';
import { waitInWords } from '../../domain/verdict/judge-sequentially.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';

/**
 * The observation with the stored baseline; null when its rows were counted by other latencies than the stored baseline has, and
 * must be read again.
 */
export async function fixBaseline(
  { deployments }: { readonly deployments: Deployments },
  { deployment, observation }: { readonly deployment: Deployment; readonly observation: ObservedCanary },
): Promise<ObservedCanary | null> {
  const { baseline } = observation;
  if (deployment.baseline !== null || baseline === null) return observation;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    current.baseline === null
      ? { deployment: { ...current, baseline }, entries: waitEntries(current, baseline) }
      : null,
  );
  const kept = recorded.deployment.baseline;
  return kept?.latenciesMs.join() === baseline.latenciesMs.join() ? { ...observation, baseline: kept } : null;
}

/** A person who watches a bad canary is told why the judge lets it be. */
function waitEntries({ spec: { judge } }: Deployment, baseline: Baseline): EntryDraft[] {
  const because = judge.kind === 'sequential' ? waitInWords(judge, baseline) : null;
  return because === null ? [] : [{ kind: 'JudgeWaits', by: 'slipway', because }];
}
