/** The first rows of a long rollout, from those that were kept: CloudWatch forgets periods of ten seconds after three hours. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { evidenceFrom } from '../steps/look-at-metrics.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';

/** A little less than CloudWatch keeps them, so that none is lost in between. */
const READABLE_MS = 2.75 * 3_600_000;

/** The observation with the rows that can no longer be read. Of a period that is in both, what was read counts. */
export async function withOlderRows(
  { verdicts }: { readonly verdicts: Verdicts },
  {
    deployment,
    observation,
    now,
  }: { readonly deployment: Deployment; readonly observation: ObservedCanary; readonly now: number },
): Promise<ObservedCanary> {
  const { judge, rows } = observation;
  const isShort = judge.kind === 'sequential' && judge.periodSeconds === 10;
  if (!isShort || now - deployment.openedAt < READABLE_MS) return observation;
  const read = new Set(rows.map(({ startsAt }) => startsAt));
  const since = evidenceFrom(deployment);
  const kept = await verdicts.list(deployment.id);
  const older = kept.filter(({ startsAt }) => startsAt >= since && !read.has(startsAt));
  return { ...observation, rows: [...older, ...rows] };
}
