/** A Deployment that somebody has paused (`kubectl rollout pause`): no pod of it changes until it goes on. */
import type { ClusterObject } from './cluster-object.ts';
import { specOf } from './workload-objects.ts';

export function isPaused(deployment: ClusterObject): boolean {
  return specOf(deployment).paused === true;
}

export function unpaused(deployment: ClusterObject): ClusterObject {
  return { ...deployment, spec: { ...specOf(deployment), paused: false } };
}
