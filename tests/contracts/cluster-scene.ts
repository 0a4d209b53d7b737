/** A simulated cluster with one namespace, in virtual time, for behaviour that only the simulation has. */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { type ClusterOrder, simulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';
import type { ImageBehaviour } from '../../src/twin/cluster/workloads/image-behaviour.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { type DeploymentOrder, samplesOf } from './cluster-samples.ts';

export const namespace = 'shop';
export const images = {
  good: 'shop/good:1',
  missing: 'shop/missing:1',
  crashing: 'shop/crashing:1',
  unready: 'shop/unready:1',
};
export const { deployment, service, config } = samplesOf({ namespace, images });

const good: ImageBehaviour = { readyAfterMs: 2_000, outcome: 'ready' };

export function scene({ seed = 1, ...order }: Partial<ClusterOrder> & { seed?: number } = {}) {
  const scheduler = virtualScheduler({ startAt: Date.UTC(2030, 0, 1) });
  const random = seededRandom(seed);
  const cluster = simulatedCluster({ scheduler, random, namespaces: [namespace], images: () => good, ...order });
  const apply = (...objects: readonly ClusterObject[]) => cluster.port.apply({ objects });
  const pass = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return {
    cluster,
    scheduler,
    apply,
    pass,
    /** Applies a Deployment and waits long enough for it to be ready, if it can be. */
    deployed: async (order: DeploymentOrder = {}) => {
      await apply(deployment(order));
      await pass(30_000);
    },
  };
}
