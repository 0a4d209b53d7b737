/**
 * Chooses the CodeBuild compute on which the task of an order runs. Lambda compute starts within seconds but ends after
 * 15 minutes.
 */
import { durationMs } from '../duration.ts';
import type { ClusterOrder } from './cluster-order.ts';

export type TaskCompute = 'lambda' | 'container';

/** The state machine abandons a build on Lambda compute after this time, in milliseconds. */
const GIVEN_UP_AFTER_MS = 14 * 60_000;
/**
 * The time for everything except pods that become ready, in milliseconds. It covers the start of the build, the answers
 * of the cluster, a route change that takes effect, and pods that end.
 */
const BESIDE_PODS_MS = 3 * 60_000;
/** A change of weights or a promotion may wait for the canary's pods and for stable's pods, one after the other. */
const WAITS_FOR_PODS = 2;

export function computeFor(order: ClusterOrder): TaskCompute {
  const { do: act, target } = order;
  const waits = act === 'setWeight' || act === 'promote' ? WAITS_FOR_PODS : 0;
  return waits * durationMs(target.readyWithin) + BESIDE_PODS_MS <= GIVEN_UP_AFTER_MS ? 'lambda' : 'container';
}
