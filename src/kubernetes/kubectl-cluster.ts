/**
 * The port Cluster by kubectl, which is the only client of the API server that Slipway has: a credential plugin, a proxy
 * or a certificate that works for the person who set up the kubeconfig works for Slipway.
 */
import { type ClusterObject, type ObjectRef, objectName } from '../domain/cluster/cluster-object.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { ApplyOrder, Cluster } from '../ports.ts';
import { type Kubectl, kubectlCalls } from './kubectl-call.ts';
import { diffObjects } from './kubectl-diff.ts';
import {
  kindArgument,
  labelArguments,
  namespaceArguments,
  objectArgument,
  objectsInput,
  readObject,
  readObjects,
  secretsOf,
} from './kubectl-objects.ts';
import { deniedPermissions } from './kubectl-permissions.ts';
import { buildFolder } from './manifest-folder.ts';
import type { KubectlSettings } from './run-kubectl.ts';

export interface KubectlClusterSettings extends KubectlSettings {
  /** Under which name the API server keeps what Slipway applied: `slipway` when left out. */
  readonly fieldManager?: string | undefined;
  /** Folder in which all folders of manifests are; without one, none is built. */
  readonly manifestsRoot?: string | undefined;
}

interface Client {
  readonly kubectl: Kubectl;
  readonly manager: string;
}

export function kubectlCluster(settings: KubectlClusterSettings): Cluster {
  const { fieldManager = 'slipway', manifestsRoot } = settings;
  const kubectl = kubectlCalls(settings);
  const client = { kubectl, manager: `--field-manager=${fieldManager}` };
  return {
    get: (ref) => getObject(client, ref),
    list: (query) => listObjects(client, query),
    apply: (order) => applyInOrder(client, order),
    replace: (object) => replaceObject(client, object),
    scale: (ref, replicas) => scaleObject(client, { ref, replicas }),
    remove: (refs) => removeObjects(client, refs),
    denied: (namespace, asked) => deniedPermissions(kubectl, { namespace, asked }),
    build: (folder) => buildFolder(settings, { folder, root: manifestsRoot }),
    diff: (objects) => diffObjects(client, objects),
  };
}

async function getObject({ kubectl }: Client, ref: ObjectRef): Promise<ClusterObject | null> {
  const what = `read ${objectName(ref)}`;
  const place = [...namespaceArguments(ref.metadata.namespace), objectArgument(ref)];
  const args = ['get', ...place, '--ignore-not-found', '--output=json'];
  const stdout = await kubectl({ what, args, reads: true });
  return stdout.trim() === '' ? null : readObject({ stdout, what });
}

async function listObjects(
  { kubectl }: Client,
  { apiVersion, kind, namespace, labels = {} }: Parameters<Cluster['list']>[0],
): Promise<readonly ClusterObject[]> {
  const what = `list ${kind} in namespace ${namespace}`;
  const place = [...namespaceArguments(namespace), kindArgument({ apiVersion, kind })];
  const stdout = await kubectl({
    what,
    args: ['get', ...place, ...labelArguments(labels), '--output=json'],
    reads: true,
  });
  return readObjects({ stdout, what });
}

/** One call an object, so that the first that is refused is named, and nothing after it is touched. */
async function applyInOrder(client: Client, { objects, dryRun, force }: ApplyOrder): Promise<readonly ClusterObject[]> {
  const flags = [
    // The API server refuses unknown fields of an apply by itself; this spares two requests that would find them before.
    '--validate=ignore',
    ...(dryRun === true ? ['--dry-run=server'] : []),
    ...(force === true ? ['--force-conflicts'] : []),
  ];
  const applied: ClusterObject[] = [];
  for (const object of objects) {
    const what = `${dryRun === true ? 'try to apply' : 'apply'} ${objectName(object)}`;
    const args = ['apply', '--server-side', client.manager, ...flags];
    applied.push(await sendObject(client, { what, args, object, reads: dryRun === true }));
  }
  return applied;
}

function replaceObject(client: Client, object: ClusterObject): Promise<ClusterObject> {
  const isNew = object.metadata.resourceVersion === undefined;
  const what = `${isNew ? 'create' : 'replace'} ${objectName(object)}`;
  const args = [isNew ? 'create' : 'replace', client.manager, '--validate=strict'];
  return sendObject(client, { what, args, object });
}

async function sendObject(
  { kubectl }: Client,
  order: {
    readonly what: string;
    readonly args: readonly string[];
    readonly object: ClusterObject;
    readonly reads?: boolean;
  },
): Promise<ClusterObject> {
  const { what, object } = order;
  const args = [...order.args, '--output=json', '--filename=-'];
  const call = { what, args, input: objectsInput([object]), secrets: secretsOf([object]) };
  return readObject({ stdout: await kubectl({ ...call, reads: order.reads ?? false }), what });
}

/** Not `kubectl scale`: older ones hide why it did not work, and it signs with the name of the file that kubectl is in. */
async function scaleObject(
  { kubectl, manager }: Client,
  { ref, replicas }: { readonly ref: ObjectRef; readonly replicas: number },
): Promise<void> {
  const place = [...namespaceArguments(ref.metadata.namespace), objectArgument(ref)];
  const what = `scale ${objectName(ref)} to ${replicas}`;
  // Of what JSON cannot say it makes null, and null would be no pods.
  if (!Number.isInteger(replicas)) {
    throw new SlipwayError('InvalidRequest', `Could not ${what}: that is not a number of pods. Give a whole number.`);
  }
  const patch = ['--subresource=scale', '--type=merge', `--patch=${JSON.stringify({ spec: { replicas } })}`];
  await kubectl({ what, args: ['patch', ...place, manager, ...patch, '--output=name'] });
}

/** One call a namespace, in which kubectl goes on after an object that it could not delete. */
async function removeObjects({ kubectl }: Client, refs: readonly ObjectRef[]): Promise<void> {
  for (const [namespace, group] of Map.groupBy(refs, ({ metadata }) => metadata.namespace)) {
    const flags = ['--ignore-not-found', '--wait=false', '--cascade=background', '--output=name'];
    const args = ['delete', ...namespaceArguments(namespace), ...flags, ...group.map(objectArgument)];
    await kubectl({ what: `delete ${group.map(objectName).join(', ')}`, args });
  }
}
