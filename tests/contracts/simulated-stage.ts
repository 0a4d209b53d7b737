/** The stage of the shared contract suite on the simulated cluster, in virtual time. */
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import { runClusterOrder } from '../../src/operations/workload/run-cluster-order.ts';
import { simulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { sleep, virtualScheduler } from '../../src/twin/scheduler.ts';
import { LEADING } from './a-workload-case.ts';
import { doneOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';
import { functionPermissions } from './function-role.ts';

const STARTS_AT = Date.UTC(2030, 0, 1);
const namespace = 'shop';
const images = {
  good: 'shop/good:1',
  missing: 'shop/missing:1',
  crashing: 'shop/crashing:1',
  unready: 'shop/unready:1',
};
const OUTCOMES = {
  [images.good]: 'ready',
  [images.missing]: 'cannotBePulled',
  [images.crashing]: 'crashes',
  [images.unready]: 'neverReady',
} as const;
const STEP_MS = 100;
const HOUR_MS = 3_600_000;

export async function simulatedStage(): Promise<ClusterStage> {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const simulated = simulatedCluster({
    scheduler,
    random: seededRandom('contract'),
    namespaces: [namespace],
    images: (image) => ({ readyAfterMs: 2_000, outcome: OUTCOMES[image] ?? 'ready' }),
  });
  const pass = () => scheduler.advanceTo(scheduler.now() + STEP_MS);
  const pause = { sleep: (ms: number) => sleep(scheduler, ms) };
  const start = async (order: ClusterOrder) =>
    doneOf(await runClusterOrder({ cluster: simulated.port, clock: scheduler, pause }, order));
  let folders = 0;
  return {
    cluster: simulated.port,
    clusters: simulated.restrictedClusters(functionPermissions()),
    clock: scheduler,
    namespace,
    images,
    async settle(condition, what) {
      const endsAt = scheduler.now() + HOUR_MS;
      while (!(await condition())) {
        if (scheduler.now() > endsAt) throw new Error(`An hour has passed, and it is not so that ${what}.`);
        await pass();
      }
    },
    changeByHand: async ({ apiVersion, kind, metadata: { name } }, fields) => {
      const { metadata, ...rest } = fields as { metadata?: object };
      const object = { apiVersion, kind, ...rest, metadata: { ...metadata, name, namespace } };
      simulated.applyByHand({ manager: 'somebody', object });
    },
    makeBy: async (tool, { metadata, ...object }) => {
      const ref = { ...object, metadata: { ...metadata, namespace } };
      simulated.changeByHand({ manager: tool, ref, change: ref });
    },
    writeStatus: async (ref, status) => simulated.writeStatus({ ref, status }),
    restricted: async (permissions) => simulated.restricted(permissions),
    quota: async (pods) => {
      const metadata = { name: 'pods', namespace };
      const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: String(pods) } } };
      simulated.applyByHand({ manager: 'somebody', object });
    },
    folder: async (objects) => {
      folders += 1;
      simulated.putFolder(`manifests-${folders}`, objects);
      return `manifests-${folders}`;
    },
    async carryOut(order) {
      const running = start(order);
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      running.then(over, over);
      while (!isOver) await pass();
      return running;
    },
    start,
    setReadiness: async (name, ready) => simulated.setPodReady({ namespace, name, ready }),
    async watch() {
      const now = () => simulated.objects().filter(({ kind }) => LEADING.some((leading) => leading === kind));
      const states = [now()];
      simulated.onChange(() => states.push(now()));
      return async () => states;
    },
    close: async () => simulated.close(),
  };
}
