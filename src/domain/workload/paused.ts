/** A paused Deployment (`kubectl rollout pause`): none of its pods changes until the Deployment is resumed. */
import type { ClusterObject } from './cluster-object.ts';
import { specOf } from './workload-objects.ts';

export function isPaused(deployment: ClusterObject): boolean {
  return specOf(deployment).paused === true;
}

export function unpaused(deployment: ClusterObject): ClusterObject {
  return { ...deployment, spec: { ...specOf(deployment), paused: false } };
}
