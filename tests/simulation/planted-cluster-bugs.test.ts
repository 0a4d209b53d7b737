/**
 * Plants bugs at the port of the cluster, about workloads that other tools change too. The checker made for each bug
 * must find it.
 */

import { SlipwayError } from '../../src/domain/errors.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import { callersFindPods } from '../../src/simulation/checkers/callers-find-pods.ts';
import { canBeDeployedTo } from '../../src/simulation/checkers/can-be-deployed-to.ts';
import type { Checker } from '../../src/simulation/checkers/checked-world.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { SEEDS, seedsFor } from './planted-seeds.ts';

const onCluster =
  (change: (cluster: Cluster) => Partial<Cluster>): Tamper =>
  (ports) => ({ ...ports, cluster: { ...ports.cluster, ...change(ports.cluster) } });

/**
 * A reader of a Deployment finds all of its pods new and ready. Calls are then routed to pods that have not started
 * yet.
 */
const takesPodsForReady = onCluster(({ get }) => ({
  get: async (ref) => finished(await get(ref)),
}));

function finished(object: ClusterObject | null): ClusterObject | null {
  if (object?.kind !== 'Deployment') return object;
  const { replicas = 1 } = object.spec as { readonly replicas?: number };
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { ...object, status: { ...counts, observedGeneration: object.metadata.generation ?? 1 } };
}

/**
 * Slipway takes the share that it wrote for the share that callers get, while the gateway still routes calls by the old
 * share.
 */
const trustsTheWish = onCluster(({ get }) => ({
  async get(ref) {
    const found = await get(ref);
    if (found?.kind !== 'HTTPRoute') return found;
    return { ...found, status: takenUp(found) };
  },
}));

/** Pretends that the gateway routes calls by the written share in the moment of the write. */
function takenUp({ status, metadata }: ClusterObject): unknown {
  const { parents = [] } = (status ?? {}) as {
    readonly parents?: readonly { readonly conditions: readonly object[] }[];
  };
  const at = { observedGeneration: metadata.generation };
  return {
    parents: parents.map((one) => ({ ...one, conditions: one.conditions.map((each) => ({ ...each, ...at })) })),
  };
}

/** Slipway takes a workload whose record was deleted for a workload of another tool. */
const knowsNoWorkloadWithoutRecord = onCluster(({ get }) => ({
  async get(ref) {
    const found = await get(ref);
    if (found !== null || !isRecord(ref)) return found;
    const { namespace } = ref.metadata;
    const workload = ref.metadata.name.replace(/^slipway-/, '');
    const live = await get({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: workload, ...(namespace && { namespace }) },
    });
    if (live === null) return null;
    throw new SlipwayError('InvalidRequest', `Deployment ${workload} is there, and its record is not.`);
  },
}));

/** Versions are stored under `slipway-<workload>-v<hash>`. */
function isRecord({ kind, metadata: { name } }: ObjectRef): boolean {
  return kind === 'ConfigMap' && /^slipway-(orders|stock)$/.test(name);
}

/** Slipway never takes over fields that another tool owns, whatever the request says. */
const neverTakesOver = onCluster(({ apply }) => ({ apply: (order) => apply({ ...order, force: false }) }));

test.each<[string, Tamper, () => Checker, RegExp, number]>([
  ['pods that are taken for ready', takesPodsForReady, callersFindPods, /are led to .+ none ready/, 1],
  ['a weight that is trusted before the gateway has it', trustsTheWish, callersFindPods, /are led to .+-canary/, 17],
  [
    'a workload that is lost with its record',
    knowsNoWorkloadWithoutRecord,
    canBeDeployedTo,
    /cannot be deployed to any more/,
    3,
  ],
  ['a hotfix that takes no field over', neverTakesOver, canBeDeployedTo, /Apply failed with/, 4],
])(
  `the checker of %s finds it within ${SEEDS} seeds`,
  async (_, tamper, checker, message, found) => {
    for (const seed of seedsFor(found)) {
      const checkers = () => [checker()];
      const { failure } = await simulate(seed, { tamper, checkers });
      // A failure that also happens without the planted bug has another cause.
      if (failure === undefined || !(await simulate(seed, { checkers })).ok) continue;
      expect(failure.message).toMatch(message);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);
