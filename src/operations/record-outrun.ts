/**
 * Two hands took one canary back at one moment, and the one that moved it was outrun in recording: the other one had seen
 * the end only. What the first one found before its move, and nobody else can know, gets its entry here.
 */
import type { Deployment } from '../domain/deployment.ts';
import { trafficEntry } from '../domain/traffic-record.ts';
import type { Deployments, Moved } from '../ports.ts';

export async function recordOutrun(
  { deployments }: { readonly deployments: Deployments },
  { deployment, moved }: { readonly deployment: Deployment; readonly moved: Moved },
): Promise<void> {
  const { foundPercent } = moved;
  if (foundPercent === undefined || foundPercent === 0) return;
  const timeline = await deployments.timeline(deployment.id);
  // The weights of a rollout only rise, so each of them has one entry at most.
  if (timeline.some(({ data }) => data.canaryPercent === foundPercent)) return;
  const because = 'Found on the target before it was taken back: its author stopped before recording it.';
  const entry = trafficEntry({ from: 0, to: foundPercent, by: 'slipway', because });
  await deployments.record(deployment.id, ({ deployment: current }) => ({ deployment: current, entries: [entry] }));
}
