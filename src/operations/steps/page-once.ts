/** Pages a person, once for each deployment, because its rollback fails and a retry alone will not repair it. */
import type { UrgentDeployments } from '../../ports/deployments.ts';

export async function pageOnce(
  { deployments }: { readonly deployments: UrgentDeployments },
  { deploymentId, because }: { readonly deploymentId: string; readonly because: string },
): Promise<void> {
  const timeline = await deployments.timeline(deploymentId);
  if (timeline.some(({ kind }) => kind === 'RollBackFailed')) return;
  await deployments.record(deploymentId, ({ deployment }) =>
    // Something was recorded since the timeline was read, perhaps the same page. The next try checks again.
    deployment.timelineLength === timeline.length
      ? { deployment, entries: [{ kind: 'RollBackFailed', by: 'slipway', because }] }
      : null,
  );
}
