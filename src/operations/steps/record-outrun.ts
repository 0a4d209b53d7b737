/**
 * Two hands took one canary back at one moment, and the one that moved it was outrun in recording: the other one had seen
 * the end only. What the first one found before its move, and nobody else can know, gets its entry here.
 */
import { isTrafficChange } from '../../domain/deployment/timeline.ts';
import { entryForFound, entryForTakenBack } from '../../domain/deployment/traffic-record.ts';
import type { UrgentDeployments } from '../../ports/deployments.ts';
import type { Moved } from '../../ports/traffic.ts';

interface Outrun {
  readonly deploymentId: string;
  readonly moved: Moved;
  readonly by: string;
  readonly because: string;
}

export async function recordOutrun(
  { deployments }: { readonly deployments: UrgentDeployments },
  { deploymentId, moved, by, because }: Outrun,
): Promise<void> {
  const { foundPercent } = moved;
  if (foundPercent === undefined || foundPercent === 0) return;
  const timeline = await deployments.timeline(deploymentId);
  const traffic = timeline.filter(isTrafficChange);
  // The weights of a rollout only rise, so each of them has one entry at most.
  if (traffic.some(({ data }) => data.canaryPercent === foundPercent)) return;
  // The other hand had nothing to say of the way back when the weight was not on record.
  const isBack = traffic.some(({ data }) => data.canaryPercent === 0);
  const back = isBack ? [] : [entryForTakenBack({ from: foundPercent, by, because })];
  await deployments.record(deploymentId, ({ deployment }) => ({
    deployment,
    entries: [entryForFound(foundPercent), ...back],
  }));
}
