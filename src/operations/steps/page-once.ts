/** Says to a person, once for a deployment, that its way back fails and that no repetition by itself will mend it. */
import type { UrgentDeployments } from '../../ports/deployments.ts';

export async function pageOnce(
  { deployments }: { readonly deployments: UrgentDeployments },
  { deploymentId, because }: { readonly deploymentId: string; readonly because: string },
): Promise<void> {
  const timeline = await deployments.timeline(deploymentId);
  if (timeline.some(({ kind }) => kind === 'RollBackFailed')) return;
  await deployments.record(deploymentId, ({ deployment }) =>
    // Something was written since the timeline was read, perhaps the same page: the next try looks again.
    deployment.timelineLength === timeline.length
      ? { deployment, entries: [{ kind: 'RollBackFailed', by: 'slipway', because }] }
      : null,
  );
}
