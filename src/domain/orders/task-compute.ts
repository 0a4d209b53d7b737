/** On which of CodeBuild's computes the task of an order runs: Lambda's starts within seconds and ends after 15 minutes. */
import { durationMs } from '../duration.ts';
import type { ClusterOrder } from './cluster-order.ts';

export type TaskCompute = 'lambda' | 'container';

/** The state machine gives such a build up after so long, in milliseconds. */
const GIVEN_UP_AFTER_MS = 14 * 60_000;
/** For its machine, the cluster's own answers, a route that is taken up and pods that end. In milliseconds. */
const BESIDE_PODS_MS = 3 * 60_000;
/** A change of the weights, and a promotion, may wait for the canary's pods and for stable's, one after the other. */
const WAITS_FOR_PODS = 2;

export function computeFor(order: ClusterOrder): TaskCompute {
  const { do: act, target } = order;
  const waits = act === 'setWeight' || act === 'promote' ? WAITS_FOR_PODS : 0;
  return waits * durationMs(target.readyWithin) + BESIDE_PODS_MS <= GIVEN_UP_AFTER_MS ? 'lambda' : 'container';
}
