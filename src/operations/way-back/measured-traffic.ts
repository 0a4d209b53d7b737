/** Notes when the traffic came back, on the way through the port, so that it is measured without anybody waiting for it. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Traffic } from '../../ports/traffic.ts';

export interface MeasuredTraffic {
  readonly traffic: Traffic;
  readonly clusters: Clusters;
  /** When the first call was answered that took calls off the canary; null when none did. */
  readonly backAt: () => number | null;
}

/** Of one deployment. What had no calls, or was found to be back already, is not taken back once more. */
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
