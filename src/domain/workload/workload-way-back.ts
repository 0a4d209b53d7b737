/**
 * In which order a workload goes back to its stable version: who has the calls, and which pods are ready, decide. The table
 * tests/operations/way-back-table.ts has a row for each situation.
 */

/** What is seen of a workload before its way back begins. */
export interface WorkloadSeen {
  /** The Deployment of the stable track is there, and all its pods are to be of the stable version. */
  readonly isStableInPlace: boolean;
  /** It is, and pods of it are still to be made, or are younger than the time that they have to get ready. */
  readonly isStableComing: boolean;
  /** Pods of the stable version that are ready. */
  readonly stableReady: number;
  /** Pods of stable's Deployment that are ready and of another version. */
  readonly othersReady: number;
  /** Pods of the canary's Deployment that are ready. */
  readonly canaryReady: number;
  /** Share of the calls, 0 to 100, that is led to the canary's pods. */
  readonly canaryPercent: number;
}

/**
 * `homeFirst`: the calls leave the canary at once, its pods end, and what is missing of stable is brought. `stableFirst`: the
 * calls stay on the canary until a pod of stable is ready; with none within the time for it, they stay there for good.
 */
export type WayBackOrder = 'homeFirst' | 'stableFirst';

/**
 * Calls are led to nobody for no reason but one: the canary is what is bad, and stable's own pods are all in place and have
 * failed. In the middle of a promotion there may be none at home, and then even a bad canary answers more callers than nobody.
 * Where stable's pods are in place and have had their time, a canary that has a part of the calls does not wait for them: that is
 * not what it is cleared for.
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
