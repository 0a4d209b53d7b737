/** The stage of the suite for the objects of a version, on a namespace of a real API server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SlipwayError } from '../../src/domain/errors.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { runClusterOrder } from '../../src/operations/workload/run-cluster-order.ts';
import type { OpenVersionStage } from '../contracts/version-stage.ts';
import { aTarget } from '../domain/a-workload.ts';
import { aNamespace, type Namespace } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { kubectlSettings } from './kubectl-settings.ts';

const SETTLES_WITHIN_MS = 180_000;
const pause = { sleep: (ms: number) => setTimeout(ms) };
const clock = { now: () => Date.now() };

export const kubectlVersionStage: OpenVersionStage = async ({ route }) => {
  const namespace = await aNamespace();
  const manifestsRoot = mkdtempSync(join(dirname(namespace.kubeconfig), 'manifests-'));
  const cluster = kubectlCluster({ ...kubectlSettings(namespace), manifestsRoot });
  return {
    cluster,
    target: { ...aTarget, namespace: namespace.name, route },
    async run(order) {
      const result = await runClusterOrder({ cluster, clock, pause }, order);
      if (result.ok) return result;
      const { name, message, details } = result.error;
      throw new SlipwayError(name, message, { details });
    },
    async folder(objects) {
      const folder = mkdtempSync(join(manifestsRoot, 'folder-'));
      for (const [index, object] of objects.entries())
        writeFileSync(join(folder, `${index}.json`), JSON.stringify(object));
      return folder;
    },
    applyByHand: (object) => namespace.apply(object),
    async scaleByHand({ metadata }, replicas) {
      await namespace.kubectl(['scale', 'deployment', metadata.name, `--replicas=${replicas}`]);
    },
    settle: (condition, what) =>
      eventually(async () => {
        if (!(await condition())) throw new Error(`Not yet: ${what}`);
      }, SETTLES_WITHIN_MS),
    watchReplicas: async ({ metadata }) => watchReplicas(namespace, metadata.name),
    close: () => namespace.remove(),
  };
};

/** Uses `kubectl get --watch`, which shows each state of the object, also states that repeated reads would miss. */
function watchReplicas({ program, kubeconfig }: Namespace, name: string): () => readonly number[] {
  const args = ['get', 'deployment', name, '--watch', '--output=jsonpath={.spec.replicas}{"\\n"}'];
  const watch = spawn(program, args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
  let printed = '';
  watch.stdout.on('data', (data) => {
    printed += String(data);
  });
  return () => {
    watch.kill();
    return printed.trim().split('\n').map(Number);
  };
}
