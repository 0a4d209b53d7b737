/**
 * The port Clusters over the simulated API server: what a function does there without kubectl, as a field manager of
 * its own.
 */
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import type { Clusters } from '../../ports/clusters.ts';
import { jsonPatched } from './api/json-patch.ts';
import { type Connection, clusterPort, refuseAway, refuseForbidden } from './cluster-port.ts';

const MANAGER = 'slipway-brake';

/** `isReachable` says whether a function can reach the API server at all. */
export function reachedClusters(connection: Connection, isReachable: () => boolean): Clusters {
  const { get, list, replace } = clusterPort(connection, MANAGER);
  const { api } = connection;
  const reached = {
    get,
    list,
    replace,
    async brake({ ref, patch }) {
      refuseAway(connection);
      refuseForbidden(connection, { verb: 'patch', ref });
      const live = api.find(ref);
      const object = live === undefined ? null : jsonPatched(live, patch);
      if (object === null) return 'elsewhere';
      api.update({ object: object as ClusterObject, manager: MANAGER });
      return 'braked';
    },
  } satisfies Awaited<ReturnType<Clusters['reach']>>;
  return { reach: async () => (isReachable() ? reached : null) };
}
