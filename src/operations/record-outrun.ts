/**
 * Two hands took one canary back at one moment, and the one that moved it was outrun in recording: the other one had seen
 * the end only. What the first one found before its move, and nobody else can know, gets its entry here.
 */
import { isTrafficChange } from '../domain/timeline.ts';
import { entryForFound } from '../domain/traffic-record.ts';
import type { Moved, UrgentDeployments } from '../ports.ts';

export async function recordOutrun(
  { deployments }: { readonly deployments: UrgentDeployments },
  { deploymentId, moved }: { readonly deploymentId: string; readonly moved: Moved },
): Promise<void> {
  const { foundPercent } = moved;
  if (foundPercent === undefined || foundPercent === 0) return;
  const timeline = await deployments.timeline(deploymentId);
  const traffic = timeline.filter(isTrafficChange);
  // The weights of a rollout only rise, so each of them has one entry at most.
  if (traffic.some(({ data }) => data.canaryPercent === foundPercent)) return;
  await deployments.record(deploymentId, ({ deployment }) => ({ deployment, entries: [entryForFound(foundPercent)] }));
}
