/** The cluster for a task that has minutes: a call with an error that may pass is repeated a few times. */

import { isSlipwayError, type SlipwayError } from '../../domain/errors.ts';
import { persistently } from '../../domain/persistently.ts';
import type { ApplyOrder } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { listOf } from '../../domain/workload/workload-objects.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Pause } from '../../ports/pause.ts';

const PATIENCE = {
  ...{ tries: 6, delayMs: 500, delayMsMax: 8_000 },
  isWorthAnother: (error: unknown) => isSlipwayError(error, 'Transient'),
};

/**
 * The field managers under which the API server keeps Slipway's fields. A task sets its fields by an apply or a
 * replace; the brake of a function sets others.
 */
const OWN: readonly unknown[] = ['slipway', 'slipway-brake'];

type Apply = (order: ApplyOrder) => Promise<readonly ClusterObject[]>;

/**
 * A field that Slipway set by another kind of call is Slipway's own, and no conflict. Each object is applied by itself:
 * a takeover in one object says nothing about the next.
 */
async function applied({ objects, ...order }: ApplyOrder, apply: Apply): Promise<readonly ClusterObject[]> {
  const done: ClusterObject[] = [];
  for (const object of objects) done.push(...(await appliedOne({ ...order, objects: [object] }, apply)));
  return done;
}

async function appliedOne(order: ApplyOrder, apply: Apply): Promise<readonly ClusterObject[]> {
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
 * Every call of the port may be repeated. When an answer was lost, the repeat finds the work done. A `replace` that was
 * done then gives Conflict, and its callers look again.
 */
export function patientCluster(cluster: Cluster, pause: Pause): Cluster {
  const patiently = <T>(call: () => Promise<T>) => persistently({ ...PATIENCE, sleep: (ms) => pause.sleep(ms) }, call);
  return {
    get: (ref) => patiently(() => cluster.get(ref)),
    list: (query) => patiently(() => cluster.list(query)),
    apply: (order) => applied(order, (own) => patiently(() => cluster.apply(own))),
    replace: (object) => patiently(() => cluster.replace(object)),
    scale: (ref, replicas) => patiently(() => cluster.scale(ref, replicas)),
    remove: (refs) => patiently(() => cluster.remove(refs)),
    // `changes` never fails, and does its own waiting.
    changes: (queries) => cluster.changes(queries),
    denied: (namespace, asked) => patiently(() => cluster.denied(namespace, asked)),
    build: (folder) => patiently(() => cluster.build(folder)),
    diff: (objects) => patiently(() => cluster.diff(objects)),
  };
}
