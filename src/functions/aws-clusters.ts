import { eksDoors } from '../aws/eks-doors.ts';
import { config } from '../config.ts';
import { apiServerCluster } from '../kubernetes/api-server.ts';
import type { Clusters } from '../ports/clusters.ts';

/** Clusters are in the account and region in which Slipway is. */
export function awsClusters(): Clusters {
  const doorOf = eksDoors({ region: config.AWS_REGION, endpoint: config.AWS_ENDPOINT_URL });
  return {
    async reach(cluster) {
      const door = await doorOf(cluster);
      return door === null ? null : apiServerCluster(door);
    },
  };
}

/** Of functions that no user waits for: what they take back, a task on the cluster takes back. */
export const noClusters: Clusters = { reach: async () => null };
