/**
 * The port Cluster through kubectl, which is Slipway's only way to the API server. So a credential plugin, a proxy or a
 * certificate that works in a person's kubeconfig works for Slipway too. kubectl is started once, as `kubectl proxy`,
 * for all calls; only `diff` and `kustomize` are commands of their own.
 */
import type { Cluster } from '../ports/cluster.ts';
import { apiCalls } from './api-call.ts';
import { followChanges } from './api-changes.ts';
import { applyInOrder, getObject, listObjects, removeObjects, replaceObject, scaleObject } from './api-objects.ts';
import { deniedPermissions } from './api-permissions.ts';
import { resourcePaths } from './api-resources.ts';
import { kubectlCalls } from './kubectl-call.ts';
import { diffObjects } from './kubectl-diff.ts';
import { kubectlProxy } from './kubectl-proxy.ts';
import { buildFolder } from './manifest-folder.ts';
import type { KubectlSettings } from './run-kubectl.ts';

export interface KubectlClusterSettings extends KubectlSettings {
  /** The field manager under which the API server records what Slipway applied; `slipway` when left out. */
  readonly fieldManager?: string | undefined;
  /** The folder that contains all folders of manifests. When left out, no folder is built. */
  readonly manifestsRoot?: string | undefined;
}

export interface KubectlCluster extends Cluster {
  /** Ends the proxy. Without this call, the proxy ends with this process. A later call starts a new proxy. */
  close(): void;
}

export function kubectlCluster(settings: KubectlClusterSettings): KubectlCluster {
  const { fieldManager: manager = 'slipway', manifestsRoot } = settings;
  const proxy = kubectlProxy(settings);
  const api = apiCalls(proxy, settings);
  const client = { api, pathOf: resourcePaths(api), manager };
  return {
    get: (ref) => getObject(client, ref),
    list: (query) => listObjects(client, query),
    apply: (order) => applyInOrder(client, order),
    replace: (object) => replaceObject(client, object),
    scale: (ref, replicas) => scaleObject(client, { ref, replicas }),
    remove: (refs) => removeObjects(client, refs),
    changes: (queries) => followChanges({ ...client, proxy, settings }, queries),
    denied: (namespace, asked) => deniedPermissions(api, { namespace, asked }),
    build: (folder) => buildFolder(settings, { folder, root: manifestsRoot }),
    diff: (objects) => diffObjects({ kubectl: kubectlCalls(settings), manager: `--field-manager=${manager}` }, objects),
    close: () => proxy.close(),
  };
}
