/** Reads and writes objects over the API: the requests behind each method of the port Cluster. */

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
  /** The field manager under which the API server records what is applied. */
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

/** One call for each object, so that the first refused object is named, and no object after it is touched. */
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
    // The API server itself refuses unknown fields of an apply.
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
  // The second apply removes what the former owner of the fields had set and this apply leaves out.
  return apply();
}

const ADOPT_TRIES = 5;

/**
 * Runs before the apply, so that the same change removes what the apply leaves out. The patch is refused when the
 * object has changed since it was read.
 */
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

/** Returns false when another writer was first. Then the next apply tries again; this apply is valid anyway. */
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

/** Leaves out the record of field owners: no caller needs it, and it is longer than the rest. */
function shown({ metadata, ...object }: ClusterObject): ClusterObject {
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest } as ClusterObject;
}

export async function scaleObject(
  { api, pathOf, manager }: Client,
  { ref, replicas }: { readonly ref: ObjectRef; readonly replicas: number },
): Promise<void> {
  const what = `scale ${objectName(ref)} to ${replicas}`;
  // JSON turns NaN and Infinity into null, and null would mean zero pods.
  if (!Number.isInteger(replicas)) {
    throw new SlipwayError('InvalidRequest', `Could not ${what}: that is not a number of pods. Give a whole number.`);
  }
  const path = withQuery(`${await pathOf(placeOf(ref), what)}/scale`, { fieldManager: manager });
  const body = JSON.stringify({ spec: { replicas } });
  await api({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json', what });
}

/** After an object that could not be deleted it goes on with the others. Then it throws the first error. */
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

/** Leaves out empty values. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
