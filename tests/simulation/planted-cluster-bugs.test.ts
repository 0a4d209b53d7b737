/** Bugs about workloads that others touch as well: each is planted at the port of the cluster, and found by its own checker. */

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

/** Whoever looks at a Deployment finds all of its pods new and ready, so calls are led to pods that are still on their way. */
const takesPodsForReady = onCluster(({ get }) => ({
  get: async (ref) => finished(await get(ref)),
}));

function finished(object: ClusterObject | null): ClusterObject | null {
  if (object?.kind !== 'Deployment') return object;
  const { replicas = 1 } = object.spec as { readonly replicas?: number };
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { ...object, status: { ...counts, observedGeneration: object.metadata.generation ?? 1 } };
}

/** The share that was written is taken for the share that callers get, while the gateway still leads them as before. */
const trustsTheWish = onCluster(({ get }) => ({
  async get(ref) {
    const found = await get(ref);
    if (found?.kind !== 'HTTPRoute') return found;
    return { ...found, status: takenUp(found) };
  },
}));

/** As if the gateway led the calls by what was written in the moment in which it was. */
function takenUp({ status, metadata }: ClusterObject): unknown {
  const { parents = [] } = (status ?? {}) as {
    readonly parents?: readonly { readonly conditions: readonly object[] }[];
  };
  const at = { observedGeneration: metadata.generation };
  return {
    parents: parents.map((one) => ({ ...one, conditions: one.conditions.map((each) => ({ ...each, ...at })) })),
  };
}

/** A workload whose record was deleted is taken for somebody else's. */
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

/** Versions are kept under `slipway-<workload>-v<hash>`. */
function isRecord({ kind, metadata: { name } }: ObjectRef): boolean {
  return kind === 'ConfigMap' && /^slipway-(orders|stock)$/.test(name);
}

/** Fields that somebody else owns are never taken over, whatever was asked for. */
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
  `%s is found by its own checker within ${SEEDS} seeds`,
  async (_, tamper, checker, message, found) => {
    for (const seed of seedsFor(found)) {
      const checkers = () => [checker()];
      const { failure } = await simulate(seed, { tamper, checkers });
      // What is found without the bug, too, is another one.
      if (failure === undefined || !(await simulate(seed, { checkers })).ok) continue;
      expect(failure.message).toMatch(message);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);
