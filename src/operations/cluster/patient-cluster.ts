/** The cluster for a task that has minutes: a call that failed in a way that may pass is made again, a few times. */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Cluster, Pause } from '../../ports.ts';

const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Every call of the port may be repeated. What a lost answer had done already is found done; a `replace` that was is a
 * Conflict then, after which its callers look again.
 */
export function patientCluster(cluster: Cluster, pause: Pause): Cluster {
  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (const delayMs of DELAYS_MS) {
      try {
        return await call();
      } catch (error) {
        if (!isSlipwayError(error, 'Transient')) throw error;
        await pause.sleep(delayMs);
      }
    }
    return call();
  };
  return {
    get: (ref) => patiently(() => cluster.get(ref)),
    list: (query) => patiently(() => cluster.list(query)),
    apply: (order) => patiently(() => cluster.apply(order)),
    replace: (object) => patiently(() => cluster.replace(object)),
    scale: (ref, replicas) => patiently(() => cluster.scale(ref, replicas)),
    remove: (refs) => patiently(() => cluster.remove(refs)),
    // It fails never, and waits by itself.
    changes: (queries) => cluster.changes(queries),
    denied: (namespace, asked) => patiently(() => cluster.denied(namespace, asked)),
    build: (folder) => patiently(() => cluster.build(folder)),
    diff: (objects) => patiently(() => cluster.diff(objects)),
  };
}
