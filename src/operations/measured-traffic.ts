/** Notes when the traffic came back, on the way through the port, so that it is measured without anybody waiting for it. */
import type { Deployment } from '../domain/deployment.ts';
import type { Clock, Traffic } from '../ports.ts';

export interface MeasuredTraffic {
  readonly traffic: Traffic;
  /** When the first call was answered that took calls off the canary; null when none did. */
  readonly backAt: () => number | null;
}

/** Of one deployment. What had no calls, or was found to be back already, is not taken back once more. */
export function measuredTraffic(
  { traffic, clock }: { readonly traffic: Traffic; readonly clock: Clock },
  { atPercent }: Pick<Deployment, 'atPercent'>,
): MeasuredTraffic {
  let backAt: number | null = null;
  return {
    traffic: {
      ...traffic,
      async takeBack(order) {
        const moved = await traffic.takeBack(order);
        if ((moved.foundPercent ?? atPercent) > 0) backAt ??= clock.now();
        return moved;
      },
    },
    backAt: () => backAt,
  };
}
