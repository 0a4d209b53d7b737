/**
 * Decides the order in which a workload rolls back to its stable version. It depends on which version has the calls and
 * which pods are ready. The table tests/operations/way-back-table.ts has a row for each situation.
 */

/** What was seen of a workload before its rollback begins. */
export interface WorkloadSeen {
  /** True when stable's Deployment exists and asks only for pods of the stable version. */
  readonly isStableInPlace: boolean;
  /**
   * True when `isStableInPlace` is true, but some pods do not exist yet, or are younger than the time that pods may
   * take to become ready.
   */
  readonly isStableComing: boolean;
  /** Pods of the stable version that are ready. */
  readonly stableReady: number;
  /** Ready pods of stable's Deployment that have another version. */
  readonly othersReady: number;
  /** Pods of the canary's Deployment that are ready. */
  readonly canaryReady: number;
  /** The share of the calls, 0 to 100, that is led to the canary's pods. */
  readonly canaryPercent: number;
}

/**
 * * `homeFirst`: all calls leave the canary at once. Then its pods end, and Slipway brings what is missing of stable.
 * * `stableFirst`: the calls stay on the canary until a pod of stable is ready. When none becomes ready in time, the
 *   calls stay on the canary for good.
 */
export type WayBackOrder = 'homeFirst' | 'stableFirst';

/**
 * A bad canary loses its calls to a stable version without a ready pod only when stable's own pods are all in place but
 * have failed. During a promotion stable may have no pod. Then even a bad canary answers more callers than no pod.
 *
 * A canary without evidence against it loses a part of the calls to such a stable version when stable's pods have had
 * their time. The canary was never approved to serve all calls. A canary that has all calls keeps them.
 */
export function wayBackOrder(
  { isStableInPlace, isStableComing, stableReady, othersReady, canaryReady, canaryPercent }: WorkloadSeen,
  { isCanaryBad }: { readonly isCanaryBad: boolean },
): WayBackOrder {
  if (stableReady > 0 || canaryReady === 0 || canaryPercent === 0) return 'homeFirst';
  if (isCanaryBad && othersReady > 0) return 'homeFirst';
  if (!isStableInPlace || isStableComing) return 'stableFirst';
  return isCanaryBad || canaryPercent < 100 ? 'homeFirst' : 'stableFirst';
}
