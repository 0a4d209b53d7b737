/** Reading and writing objects over the API: what each method of the port Cluster asks the API server for. */

import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { ApplyOrder } from '../domain/workload/cluster-call.ts';
import { type ClusterObject, type ObjectRef, objectName } from '../domain/workload/cluster-object.ts';
import type { Cluster } from '../ports/cluster.ts';
import { adoptPatch } from './adopted-fields.ts';
import type { Api, ApiCall } from './api-call.ts';
import { type PathOf, placeOf } from './api-resources.ts';
import { takeOverPatch } from './client-side-apply.ts';
import { labelSelector, readObject, readObjects, secretsOf } from './kubectl-objects.ts';

export interface Client {
  readonly api: Api;
  readonly pathOf: PathOf;
  /** Under which name the API server keeps what is applied. */
  readonly manager: string;
}

export async function getObject({ api, pathOf }: Client, ref: ObjectRef): Promise<ClusterObject | null> {
  const what = `read ${objectName(ref)}`;
  const path = await pathOf(placeOf(ref), what);
  const text = await api({ method: 'GET', path, what, reads: true, orNull: true });
  return text === null ? null : shown(readObject({ text, what }));
}

export async function listObjects(
  { api, pathOf }: Client,
  { apiVersion, kind, namespace, labels = {} }: Parameters<Cluster['list']>[0],
): Promise<readonly ClusterObject[]> {
  const what = `list ${kind} in namespace ${namespace}`;
  const selector = labelSelector(labels);
  const path = withQuery(await pathOf({ apiVersion, kind, namespace }, what), { labelSelector: selector });
  const text = await api({ method: 'GET', path, what, reads: true });
  return readObjects({ text: text ?? '', what, each: { apiVersion, kind } }).map(shown);
}

/** One call an object, so that the first that is refused is named, and nothing after it is touched. */
export async function applyInOrder(client: Client, order: ApplyOrder): Promise<readonly ClusterObject[]> {
  const applied: ClusterObject[] = [];
  for (const object of order.objects) applied.push(shown(await applyOne(client, { ...order, object })));
  return applied;
}

type OneApply = Omit<ApplyOrder, 'objects'> & { readonly object: ClusterObject };

async function applyOne(client: Client, order: OneApply): Promise<ClusterObject> {
  const { object, dryRun = false, force = false, adopts = false } = order;
  const what = `${dryRun ? 'try to apply' : 'apply'} ${objectName(object)}`;
  const place = await client.pathOf({ ...placeOf(object), isTried: dryRun }, what);
  const path = withQuery(place, {
    fieldManager: client.manager,
    // The API server refuses unknown fields of an apply by itself.
    fieldValidation: 'Ignore',
    dryRun: dryRun ? 'All' : '',
    force: force ? 'true' : '',
  });
  const apply = (): Promise<ClusterObject> =>
    sendObject(client, {
      ...{ method: 'PATCH', path, contentType: 'application/apply-patch+yaml', reads: dryRun },
      ...{ what, object },
    });
  if (adopts && !dryRun) await adopt(client, { object, place, what });
  const applied = await apply();
  const patch = dryRun ? null : takeOverPatch(applied, client.manager);
  if (patch === null || !(await isTakenOver(client, { what, patch, place }))) return applied;
  // What the fields' former owner had set, and this apply leaves out, goes now.
  return apply();
}

const ADOPT_TRIES = 5;

/** Before the apply, so that what it leaves out goes by the same change. A patch has no condition but that the object is as it was read. */
async function adopt(
  client: Client,
  { object, place, what }: { readonly object: ClusterObject; readonly place: string; readonly what: string },
): Promise<void> {
  for (let tries = 0; tries < ADOPT_TRIES; tries += 1) {
    const text = await client.api({ method: 'GET', path: place, what, reads: true, orNull: true });
    if (text === null) return;
    const patch = adoptPatch(readObject({ text, what }), { manager: client.manager, wanted: object });
    if (patch === null || (await isTakenOver(client, { what, patch, place }))) return;
  }
}

/** False: somebody was quicker, and the next apply tries again. It is applied all the same. */
async function isTakenOver(
  { api, manager }: Client,
  { what, patch, place }: { readonly what: string; readonly patch: readonly object[]; readonly place: string },
): Promise<boolean> {
  const path = withQuery(place, { fieldManager: manager });
  const body = JSON.stringify(patch);
  try {
    await api({ method: 'PATCH', path, body, contentType: 'application/json-patch+json', what });
    return true;
  } catch (error) {
    if (isSlipwayError(error, 'Conflict') || isSlipwayError(error, 'InvalidRequest')) return false;
    throw error;
  }
}

export async function replaceObject(client: Client, object: ClusterObject): Promise<ClusterObject> {
  const isNew = object.metadata.resourceVersion === undefined;
  const what = `${isNew ? 'create' : 'replace'} ${objectName(object)}`;
  const { name, ...all } = placeOf(object);
  const place = await client.pathOf(isNew ? all : placeOf(object), what);
  const path = withQuery(place, { fieldManager: client.manager, fieldValidation: 'Strict' });
  return shown(await sendObject(client, { method: isNew ? 'POST' : 'PUT', path, what, object }));
}

type Sending = Omit<ApiCall, 'body' | 'secrets'> & { readonly object: ClusterObject };

async function sendObject({ api }: Client, { object, ...call }: Sending): Promise<ClusterObject> {
  const text = await api({ ...call, body: JSON.stringify(object), secrets: secretsOf([object]) });
  return readObject({ text: text ?? '', what: call.what });
}

/** Without the book that the API server keeps of its fields: nobody asks for it, and it is longer than the rest. */
function shown({ metadata, ...object }: ClusterObject): ClusterObject {
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest } as ClusterObject;
}

export async function scaleObject(
  { api, pathOf, manager }: Client,
  { ref, replicas }: { readonly ref: ObjectRef; readonly replicas: number },
): Promise<void> {
  const what = `scale ${objectName(ref)} to ${replicas}`;
  // Of what JSON cannot say it makes null, and null would be no pods.
  if (!Number.isInteger(replicas)) {
    throw new SlipwayError('InvalidRequest', `Could not ${what}: that is not a number of pods. Give a whole number.`);
  }
  const path = withQuery(`${await pathOf(placeOf(ref), what)}/scale`, { fieldManager: manager });
  const body = JSON.stringify({ spec: { replicas } });
  await api({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', what });
}

/** After an object that could not be deleted it goes on with the others, and then says so of the first. */
export async function removeObjects({ api, pathOf }: Client, refs: readonly ObjectRef[]): Promise<void> {
  const failures: unknown[] = [];
  for (const ref of refs) {
    const what = `delete ${objectName(ref)}`;
    try {
      const path = withQuery(await pathOf(placeOf(ref), what), { propagationPolicy: 'Background' });
      await api({ method: 'DELETE', path, what, orNull: true });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Without those that are empty. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
