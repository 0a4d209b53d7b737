/**
 * Finds the path of the API server for the objects of a kind. It asks the API server once for each version of a group.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import type { ObjectRef } from '../domain/workload/cluster-object.ts';
import type { Api } from './api-call.ts';
import { translateComplaint } from './kubectl-errors.ts';
import { jsonOf } from './kubectl-objects.ts';

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface PathOrder extends Kind {
  readonly namespace: string | undefined;
  /** All objects of the kind when left out. */
  readonly name?: string;
  /** When true, a kind that belongs to no namespace is refused if a namespace is given. */
  readonly isTried?: boolean;
}

/**
 * Returns the path of one object, or of all objects of a kind in a namespace. Throws NotFound when the cluster has no
 * such kind.
 */
export type PathOf = (order: PathOrder, what: string) => Promise<string>;

const Resources = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
type Resource = z.infer<typeof Resources>['resources'][number];

export function resourcePaths(api: Api): PathOf {
  const known = new Map<string, Promise<readonly Resource[]>>();
  const listed = (apiVersion: string, what: string) => {
    const asked = known.get(apiVersion) ?? readResources(api, { apiVersion, what });
    known.set(apiVersion, asked);
    return asked;
  };
  return async (order, what) => {
    const { apiVersion, kind, name, namespace, isTried = false } = order;
    requireKind(order);
    if (namespace !== undefined) requireNamespace(namespace);
    if (name !== undefined) requireName(name);
    const found = await listed(apiVersion, what).then(
      (resources) => resources.find((resource) => resource.kind === kind && !resource.name.includes('/')),
      (error) => {
        known.delete(apiVersion);
        throw error;
      },
    );
    if (found === undefined) {
      // The kind may be installed in a moment, so the answer is not kept.
      known.delete(apiVersion);
      throw missingKind(order, what);
    }
    if (found.namespaced && namespace === undefined) {
      throw new SlipwayError('InvalidRequest', `Could not ${what}: ${kind} belongs to a namespace. Name it.`);
    }
    if (!found.namespaced && namespace !== undefined && isTried) throw ofAll(kind, what);
    const place = found.namespaced ? `/namespaces/${namespace}` : '';
    return `${rootOf(apiVersion)}${place}/${found.name}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
  };
}

async function readResources(
  api: Api,
  { apiVersion, what }: { readonly apiVersion: string; readonly what: string },
): Promise<readonly Resource[]> {
  const text = await api({ method: 'GET', path: rootOf(apiVersion), what, reads: true, orNull: true });
  return Resources.safeParse(jsonOf(text ?? '')).data?.resources ?? [];
}

/** The core group has its own root path. */
function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function ofAll(kind: string, what: string): SlipwayError {
  return new SlipwayError(
    'InvalidRequest',
    `Could not ${what}: ${kind} belongs to the whole cluster, and would be removed with this version. Apply it once for the cluster, and take it out of the manifests.`,
  );
}

function missingKind({ apiVersion, kind }: Kind, what: string): SlipwayError {
  const stderr = `no matches for kind "${kind}" in version "${apiVersion}"`;
  return translateComplaint({ code: 404, stdout: '', stderr }, { what, args: ['proxy', 'GET', rootOf(apiVersion)] });
}

function requireKind({ apiVersion, kind }: Kind): void {
  if (/^([a-z0-9][a-z0-9.-]*\/)?v[a-z0-9]+$/.test(apiVersion) && /^[A-Za-z][A-Za-z0-9]*$/.test(kind)) return;
  throw new SlipwayError(
    'InvalidRequest',
    `${apiVersion} ${kind} is not a kind of object. Correct apiVersion and kind.`,
  );
}

function requireNamespace(namespace: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) return;
  throw new SlipwayError('InvalidRequest', `${JSON.stringify(namespace)} is not the name of a namespace. Correct it.`);
}

/** Refuses a name that would change the path of the API server. */
function requireName(name: string): void {
  if (/^[^/%,\s\p{Cc}]+$/u.test(name) && name !== '.' && name !== '..') return;
  throw new SlipwayError('InvalidRequest', `${JSON.stringify(name)} is not the name of an object. Correct it.`);
}

/** Returns the fields of an object that its path needs. */
export function placeOf({ apiVersion, kind, metadata: { name, namespace } }: ObjectRef): PathOrder {
  return { apiVersion, kind, name, namespace };
}
