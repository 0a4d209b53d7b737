/** Notes when the traffic left the canary, in a wrapper around the ports, so that no call waits for the measurement. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Traffic } from '../../ports/traffic.ts';

export interface MeasuredTraffic {
  readonly traffic: Traffic;
  readonly clusters: Clusters;
  /** When the first call that took traffic off the canary was answered; null when no call did. */
  readonly backAt: () => number | null;
}

/**
 * Wraps the ports for one deployment. A move is not counted when the canary had no calls, or when the calls were found
 * to be back already.
 */
export function measuredTraffic(
  { traffic, clusters, clock }: { readonly traffic: Traffic; readonly clusters: Clusters; readonly clock: Clock },
  { atPercent }: Pick<Deployment, 'atPercent'>,
): MeasuredTraffic {
  let backAt: number | null = null;
  const note = (foundPercent: number) => {
    if (foundPercent > 0) backAt ??= clock.now();
  };
  return {
    traffic: {
      ...traffic,
      async takeBack(order) {
        const moved = await traffic.takeBack(order);
        note(moved.foundPercent ?? atPercent);
        return moved;
      },
    },
    clusters: {
      async reach(name) {
        const reached = await clusters.reach(name);
        if (reached === null) return null;
        return {
          ...reached,
          async brake(order) {
            const did = await reached.brake(order);
            if (did === 'braked') note(atPercent);
            return did;
          },
        };
      },
    },
    backAt: () => backAt,
  };
}
