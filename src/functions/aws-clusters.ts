import { eksDoors } from '../aws/eks-access.ts';
import { config } from '../config.ts';
import { apiServerCluster } from '../kubernetes/api-server.ts';
import type { Clusters } from '../ports/clusters.ts';

/** Clusters are in Slipway's own account and region. */
export function awsClusters(): Clusters {
  const doorOf = eksDoors({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL });
  return {
    async reach(cluster) {
      const door = await doorOf(cluster);
      return door === null ? null : apiServerCluster(door);
    },
  };
}

/** For functions that no user waits for: a task on the cluster does their rollbacks. */
export const noClusters: Clusters = { reach: async () => null };
