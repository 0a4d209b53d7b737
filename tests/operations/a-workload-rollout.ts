import type { ClusterDone, ClusterOrder, TakeBackOrder, WantedVersion } from '../../src/domain/orders/cluster-order.ts';
import type { Manifests, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { Cluster } from '../../src/ports/cluster.ts';

export interface RolloutOrder {
  /** The number of the deployment of this workload: `dep-002` has the fence 2. */
  readonly fence: number;
  readonly wanted: WantedVersion;
  readonly manifests: Manifests;
  readonly weights?: readonly number[];
  /** The deployments that this deployment supersedes. */
  readonly clears?: readonly string[];
  /** True when an alarm or a verdict accuses the canary. */
  readonly isCanaryBad?: boolean;
  /** The target, if the service has changed it since. */
  readonly target?: WorkloadTarget;
  /** True for a hotfix. */
  readonly takesOver?: boolean;
}

interface Stage {
  readonly target: WorkloadTarget;
  readonly run: (order: ClusterOrder, port?: Cluster) => Promise<ClusterDone>;
}

export type Rollout = ReturnType<typeof rolloutOf>;

/**
 * The orders of one deployment, and what the ledger knows about it: its two versions, and the revision that it left.
 */
export function rolloutOf({ target: usual, run }: Stage, order: RolloutOrder) {
  const { fence, wanted, manifests, weights = [25, 50], clears = [] } = order;
  const { isCanaryBad = false, target = usual, takesOver } = order;
  const id = `dep-${String(fence).padStart(3, '0')}`;
  const whose = { deploymentId: id, fence, service: 'orders', target };
  let known: { readonly stable: string; readonly canary: string; readonly revision: string } | null = null;
  const over = takesOver === undefined ? {} : { takesOver };
  const recorded = () => {
    if (known === null) throw new Error(`${id} was not planned.`);
    return known;
  };
  const learn = ({ stable, version, revision }: ClusterDone) => {
    if (known === null) known = { stable, canary: version ?? '', revision: revision ?? '' };
    else known = { ...known, revision: revision ?? '' };
  };
  const carryOut = async (order: ClusterOrder, port?: Cluster) => {
    const done = await run(order, port);
    learn(done);
    return done;
  };
  const orders = {
    plan: (): ClusterOrder => ({ ...whose, ...over, do: 'plan', wanted, manifests, weights, clears }),
    weigh: (canaryPercent: number): ClusterOrder => ({
      ...whose,
      ...over,
      ...recorded(),
      do: 'setWeight',
      canaryPercent,
    }),
    promote: (): ClusterOrder => ({
      ...whose,
      ...over,
      ...recorded(),
      do: 'promote',
      canaryPercent: 100,
    }),
    takeBack: (): TakeBackOrder => {
      const { stable, canary } = known ?? { stable: null, canary: null };
      return { ...whose, do: 'takeBack', stable, canary, clears, isCanaryBad };
    },
  };
  return {
    id,
    orders,
    versions: recorded,
    plan: (port?: Cluster) => carryOut(orders.plan(), port),
    weigh: (percent: number, port?: Cluster) => carryOut(orders.weigh(percent), port),
    promote: (port?: Cluster) => carryOut(orders.promote(), port),
    takeBack: (port?: Cluster) => carryOut(orders.takeBack(), port),
  };
}
