/** The cluster for a task that has minutes: a call that failed in a way that may pass is made again, a few times. */
import type { ApplyOrder } from '../../domain/cluster/cluster-call.ts';
import { listOf } from '../../domain/cluster/workload-objects.ts';
import { isSlipwayError, type SlipwayError } from '../../domain/errors.ts';
import type { Cluster, Pause } from '../../ports.ts';

const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** The names under which the API server keeps what Slipway owns: by an apply or a replace of a task, and by the brake of a function. */
const OWN: readonly unknown[] = ['slipway', 'slipway-brake'];

/** What Slipway has set by another kind of call is its own, and no conflict. */
async function applied<T>(order: ApplyOrder, apply: (order: ApplyOrder) => Promise<T>): Promise<T> {
  try {
    return await apply(order);
  } catch (error) {
    if (!isSlipwayError(error, 'Conflict') || !isWithItself(error)) throw error;
    return apply({ ...order, force: true });
  }
}

function isWithItself({ details }: SlipwayError): boolean {
  const owners = listOf(details.conflicts);
  return owners.length > 0 && owners.every(({ manager }) => OWN.includes(manager));
}

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
    apply: (order) => applied(order, (own) => patiently(() => cluster.apply(own))),
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
