/**
 * Two concurrent writers rolled back one canary. The writer that moved the traffic recorded second, and the other one
 * saw only the end state. This records the share that the mover found before its move, which no other process can know.
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

export async function recordConcurrentMove(
  { deployments }: { readonly deployments: UrgentDeployments },
  { deploymentId, moved, by, because }: Outrun,
): Promise<void> {
  const { foundPercent } = moved;
  if (foundPercent === undefined || foundPercent === 0) return;
  const timeline = await deployments.timeline(deploymentId);
  const traffic = timeline.filter(isTrafficChange);
  // The weights of a rollout only rise, so each weight has at most one entry.
  if (traffic.some(({ data }) => data.canaryPercent === foundPercent)) return;
  // The other writer recorded no rollback when the weight was not recorded yet.
  const isBack = traffic.some(({ data }) => data.canaryPercent === 0);
  const back = isBack ? [] : [entryForTakenBack({ from: foundPercent, by, because })];
  await deployments.record(deploymentId, ({ deployment }) => ({
    deployment,
    entries: [entryForFound(foundPercent), ...back],
  }));
}
