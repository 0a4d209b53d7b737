import { runClusterOrder } from '../../src/operations/cluster/run-cluster-order.ts';
import { simulatedCluster } from '../../src/rehearsal/cluster/simulated-cluster.ts';
import { seededRandom } from '../../src/rehearsal/random.ts';
import { sleep, virtualScheduler } from '../../src/rehearsal/scheduler.ts';
import { clusterContract } from './cluster-contract.ts';
import { doneOf } from './cluster-samples.ts';

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

clusterContract('the simulated cluster', async () => {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const simulated = simulatedCluster({
    scheduler,
    random: seededRandom('contract'),
    namespaces: [namespace],
    images: (image) => ({ readyAfterMs: 2_000, outcome: OUTCOMES[image] ?? 'ready' }),
  });
  return {
    cluster: simulated.port,
    namespace,
    images,
    async settle(condition, what) {
      const endsAt = scheduler.now() + HOUR_MS;
      while (!(await condition())) {
        if (scheduler.now() > endsAt) throw new Error(`An hour has passed, and it is not so that ${what}.`);
        await scheduler.advanceTo(scheduler.now() + STEP_MS);
      }
    },
    changeByHand: async ({ apiVersion, kind, metadata: { name } }, fields) => {
      const { metadata, ...rest } = fields as { metadata?: object };
      const object = { apiVersion, kind, ...rest, metadata: { ...metadata, name, namespace } };
      simulated.applyByHand({ manager: 'somebody', object });
    },
    restricted: async (permissions) => simulated.restricted(permissions),
    quota: async (pods) => {
      const metadata = { name: 'pods', namespace };
      const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: String(pods) } } };
      simulated.applyByHand({ manager: 'somebody', object });
    },
    folder: async (objects) => {
      simulated.putFolder('manifests', objects);
      return 'manifests';
    },
    async carryOut(order) {
      const pause = { sleep: (ms: number) => sleep(scheduler, ms) };
      const running = runClusterOrder({ cluster: simulated.port, clock: scheduler, pause }, order);
      let isOver = false;
      running.then(() => {
        isOver = true;
      });
      while (!isOver) await scheduler.advanceTo(scheduler.now() + STEP_MS);
      return doneOf(await running);
    },
    loseReadiness: async (name) => simulated.setPodReady({ namespace, name, ready: false }),
    close: async () => simulated.close(),
  };
});
