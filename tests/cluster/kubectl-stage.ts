/** The stage of the shared contract suite: Slipway's kubectl on a namespace of a real API server. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Permission } from '../../src/domain/workload/cluster-call.ts';
import {
  type KubectlCluster,
  type KubectlClusterSettings,
  kubectlCluster,
} from '../../src/kubernetes/kubectl-cluster.ts';
import { kubectlClusters } from '../../src/kubernetes/kubectl-clusters.ts';
import { runClusterOrder } from '../../src/operations/workload/run-cluster-order.ts';
import { systemClock, systemPause } from '../../src/system.ts';
import { LEADING } from '../contracts/a-workload-case.ts';
import { doneOf } from '../contracts/cluster-samples.ts';
import type { ClusterStage } from '../contracts/cluster-stage.ts';
import { functionRules } from '../contracts/function-role.ts';
import type { Condition } from './a-deployment.ts';
import { aNamespace, type Namespace, type Rule } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { kubectlSettings } from './kubectl-settings.ts';
import { READY_ANNOTATION } from './pod-stages.ts';
import { type WatchedObjects, watchedObjects } from './watched-objects.ts';

/** tests/cluster/pod-stages.ts says what happens to a pod with each of these images. */
const IMAGES = {
  good: 'shop/good:1',
  missing: 'shop/missing:1',
  crashing: 'shop/crashing:1',
  unready: 'shop/unready:1',
};

export async function kubectlStage(): Promise<ClusterStage> {
  const namespace = await aNamespace();
  const manifestsRoot = mkdtempSync(join(dirname(namespace.kubeconfig), 'manifests-'));
  const connections: KubectlCluster[] = [];
  const connect = (settings: KubectlClusterSettings): KubectlCluster => {
    const connection = kubectlCluster(settings);
    connections.push(connection);
    return connection;
  };
  const cluster = connect({ ...kubectlSettings(namespace), manifestsRoot });
  const asFunction = await namespace.kubeconfigFor('functions', functionRules());
  const watches: WatchedObjects[] = [];
  const start = async (order: ClusterOrder) =>
    doneOf(await runClusterOrder({ cluster, clock: systemClock, pause: systemPause }, order));
  return {
    cluster,
    clusters: kubectlClusters(kubectlSettings(namespace, asFunction)),
    clock: systemClock,
    namespace: namespace.name,
    images: IMAGES,
    async settle(condition, what) {
      await eventually(async () => {
        if (!(await condition())) throw new Error(`Not yet: ${what}`);
      });
    },
    async changeByHand({ apiVersion, kind, metadata }, fields) {
      const { name } = metadata;
      const own = { ...(fields.metadata as object | undefined), name, namespace: namespace.name };
      const args = ['apply', '--server-side', '--field-manager=somebody', '--force-conflicts', '--filename=-'];
      await namespace.kubectl(args, JSON.stringify({ ...fields, apiVersion, kind, metadata: own }));
    },
    async makeBy(tool, { metadata, ...object }) {
      const made = { ...object, metadata: { ...metadata, namespace: namespace.name } };
      await namespace.kubectl(['create', `--field-manager=${tool}`, '--filename=-'], JSON.stringify(made));
    },
    async restricted(permissions) {
      const kubeconfig = await namespace.kubeconfigFor(`restricted-${connections.length}`, permissions.map(ruleOf));
      return connect(kubectlSettings(namespace, kubeconfig));
    },
    async quota(pods) {
      const spec = { hard: { pods: String(pods) } };
      await namespace.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods' }, spec });
      // The API server uses the usage that the quota controller has counted. Before the first count it admits nothing.
      await eventually(async () => {
        const { status } = await namespace.read<{ status: QuotaStatus }>('resourcequota', 'pods');
        if (status.used === undefined || status.hard?.pods !== String(pods))
          throw new Error('Not yet: the quota is in force');
      });
    },
    async folder(objects) {
      const folder = mkdtempSync(join(manifestsRoot, 'folder-'));
      for (const [index, object] of objects.entries()) {
        writeFileSync(join(folder, `${index}.json`), JSON.stringify(object));
      }
      return folder;
    },
    async writeStatus({ kind, metadata }, status) {
      const patch = `--patch=${JSON.stringify({ status })}`;
      await namespace.kubectl(['patch', kind, metadata.name, '--subresource=status', '--type=merge', patch]);
    },
    carryOut: start,
    start,
    setReadiness: (pod, ready) => setReadiness(namespace, { pod, ready }),
    async watch() {
      const watch = await watchedObjects(namespace, LEADING);
      watches.push(watch);
      return () => watch.states();
    },
    async close() {
      for (const watch of watches) watch.end();
      for (const connection of connections) connection.close();
      await namespace.remove();
    },
  };
}

interface QuotaStatus {
  readonly hard?: { readonly pods?: string };
  readonly used?: object;
}

async function setReadiness(
  namespace: Namespace,
  { pod, ready }: { readonly pod: string; readonly ready: boolean },
): Promise<void> {
  await namespace.kubectl(['annotate', 'pod', pod, '--overwrite', `${READY_ANNOTATION}=${ready}`]);
  await eventually(async () => {
    const { status } = await namespace.read<{ status: { conditions: readonly Condition[] } }>('pod', pod);
    if (status.conditions.find(({ type }) => type === 'Ready')?.status !== (ready ? 'True' : 'False'))
      throw new Error(`Not yet: it is ${ready ? 'ready' : 'unready'}`);
  });
}

export function ruleOf({ verb, resource: full }: Permission): Rule {
  const [, plural = full, group = '', subresource] = /^([^./]+)(?:\.([^/]+))?(?:\/(.+))?$/.exec(full) ?? [];
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return { apiGroups: [group], resources: [resource], verbs: [verb] };
}
