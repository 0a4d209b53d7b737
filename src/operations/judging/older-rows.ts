/** The first rows of a long rollout, from the database: CloudWatch keeps periods of ten seconds for three hours only. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { evidenceFrom } from '../steps/look-at-metrics.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';

/** A little less than the three hours, so that no row is missing in between. */
const READABLE_MS = 2.75 * 3_600_000;

/** The observation with the stored rows that CloudWatch no longer has. If a period is in both, the row that was read counts. */
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
