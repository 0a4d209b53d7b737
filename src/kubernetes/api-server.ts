/**
 * Reads and writes the objects of a cluster over HTTPS, one request for each call. It is for functions, which have no
 * kubectl.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import { type ClusterObject, type ObjectRef, objectName } from '../domain/workload/cluster-object.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { ReachedCluster } from '../ports/clusters.ts';
import { askApiServer, type Door, refusalOf, type ServerAnswer } from './api-server-request.ts';
import { ClusterObjectShape, jsonOf } from './kubectl-objects.ts';

const MANAGER = 'fieldManager=slipway-brake';
/** Users are waiting, and the task on the cluster does the same without the brake. */
const BRAKE_MS = 1_000;
const CALL_MS = 5_000;

export function apiServerCluster(door: Door): ReachedCluster {
  return {
    async get(ref) {
      const what = `read ${objectName(ref)}`;
      const answer = await askApiServer(door, { what, method: 'GET', path: pathOf(ref), timeoutMs: CALL_MS });
      if (answer.status === 200) return objectIn(answer, what);
      // For a missing kind, the answer says nothing about an object.
      if (answer.status === 404 && answer.reason !== null) return null;
      throw refusalOf(answer, what);
    },
    list: (query) => listObjects(door, query),
    replace: (object) => replaceObject(door, object),
    async brake({ ref, patch }) {
      const what = `change ${objectName(ref)}`;
      const answer = await askApiServer(door, {
        what,
        method: 'PATCH',
        path: `${pathOf(ref)}?${MANAGER}`,
        body: JSON.stringify(patch),
        type: 'application/json-patch+json',
        timeoutMs: BRAKE_MS,
      });
      if (answer.status === 200) return 'braked';
      // The object is gone, it changed under the patch, or a test of the patch failed.
      if ([404, 409, 422].includes(answer.status)) return 'elsewhere';
      throw refusalOf(answer, what);
    },
  };
}

const Listed = z.object({ items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })) });

/** A list names the kind of its objects once, for all of them. */
async function listObjects(
  door: Door,
  { apiVersion, kind, namespace, labels = {} }: Parameters<Cluster['list']>[0],
): Promise<readonly ClusterObject[]> {
  const what = `list ${kind} in namespace ${namespace}`;
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const query = selector.length === 0 ? '' : `?labelSelector=${encodeURIComponent(selector.join(','))}`;
  const path = `${collectionOf({ apiVersion, kind, metadata: { name: '', namespace } })}${query}`;
  const answer = await askApiServer(door, { what, method: 'GET', path, timeoutMs: CALL_MS });
  if (answer.status !== 200) throw refusalOf(answer, what);
  const listed = Listed.safeParse(jsonOf(answer.text));
  if (!listed.success) throw unreadable(what);
  const objects = listed.data.items.map((item) => shown(ClusterObjectShape.parse({ ...item, apiVersion, kind })));
  return objects.sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

async function replaceObject(door: Door, object: ClusterObject): Promise<ClusterObject> {
  const isNew = object.metadata.resourceVersion === undefined;
  const what = `${isNew ? 'create' : 'replace'} ${objectName(object)}`;
  const answer = await askApiServer(door, {
    what,
    method: isNew ? 'POST' : 'PUT',
    path: `${isNew ? collectionOf(object) : pathOf(object)}?${MANAGER}&fieldValidation=Strict`,
    body: JSON.stringify(object),
    type: 'application/json',
    timeoutMs: CALL_MS,
  });
  if (answer.status === 200 || answer.status === 201) return objectIn(answer, what);
  throw refusalOf(answer, what);
}

function objectIn({ text }: ServerAnswer, what: string): ClusterObject {
  const read = ClusterObjectShape.safeParse(jsonOf(text));
  if (!read.success) throw unreadable(what);
  return shown(read.data);
}

/** Returns the object as kubectl shows it: without the record of field owners. */
function shown({ metadata, ...object }: ClusterObject): ClusterObject {
  const { managedFields: _, ...own } = metadata;
  return { ...object, metadata: own } as ClusterObject;
}

function pathOf(ref: ObjectRef): string {
  return `${collectionOf(ref)}/${segment(ref.metadata.name)}`;
}

/**
 * Returns paths such as `/api/v1/namespaces/shop/services`. kubectl guesses the plural in the same way, and it is right
 * for every kind of Kubernetes itself.
 */
function collectionOf({ apiVersion, kind, metadata: { namespace } }: ObjectRef): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const lower = kind.toLowerCase();
  const plural = lower.endsWith('s') ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  const version = apiVersion.split('/').map(segment).join('/');
  const place = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${root}/${version}${place}/${segment(plural)}`;
}

/** Returns the name as one part of a path. The name cannot lead out of that part. */
function segment(name: string): string {
  if (name !== '' && !/^\.+$/.test(name)) return encodeURIComponent(name);
  throw new SlipwayError('InvalidRequest', `${JSON.stringify(name)} is not the name of an object. Correct it.`);
}

function unreadable(what: string): SlipwayError {
  return new SlipwayError(
    'Broken',
    `Could not ${what}: the answer of the API server is not what it should be. Look at it with kubectl.`,
  );
}
