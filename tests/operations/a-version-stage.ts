/** The stage for the objects of a version, on the simulated cluster. */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { OpenVersionStage } from '../contracts/version-stage.ts';
import { aWorkload, SECOND } from './a-workload.ts';

export const simulatedVersionStage: OpenVersionStage = async ({ route }) => {
  const folders = new Map<string, readonly ClusterObject[]>();
  const workload = aWorkload({ route });
  const { cluster, target, pass } = workload;
  const port = {
    ...cluster.port,
    build: async (path: string) => folders.get(path) ?? [],
  };
  return {
    cluster: port,
    target,
    run: (order) => workload.run(order, port),
    async folder(objects) {
      const path = `folder-${folders.size}`;
      folders.set(path, objects);
      return path;
    },
    async applyByHand(object) {
      cluster.applyByHand({ manager: 'platform', object });
    },
    async scaleByHand(ref, replicas) {
      cluster.changeByHand({ manager: 'kubectl', ref, change: { spec: { replicas } } });
      await pass(10 * SECOND);
    },
    async settle(condition, what) {
      for (let tries = 0; !(await condition()); tries += 1) {
        if (tries > 120) throw new Error(`Not within two minutes: ${what}`);
        await pass(SECOND);
      }
      await pass(10 * SECOND);
    },
    async watchReplicas(ref) {
      const now = () => (cluster.find(ref)?.spec as { replicas?: number } | undefined)?.replicas ?? 1;
      const seen = [now()];
      cluster.onChange(() => seen.push(now()));
      return () => seen;
    },
    close: async () => {},
  };
};
