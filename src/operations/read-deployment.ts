/** One deployment with its whole timeline. */
import type { Deployment } from '../domain/deployment.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { Deployments } from '../ports.ts';

export async function readDeployment(
  { deployments }: { readonly deployments: Deployments },
  { id }: { readonly id: string },
): Promise<{ readonly deployment: Deployment; readonly timeline: readonly TimelineEntry[] }> {
  const [{ deployment }, timeline] = await Promise.all([deployments.read(id), deployments.timeline(id)]);
  return { deployment, timeline };
}
