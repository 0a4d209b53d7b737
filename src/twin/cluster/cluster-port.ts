/**
 * The port Cluster over the simulated API server, for one connection: its identity, its permissions, and whether it
 * reaches the API server. Every call has its effect in the instant in which it is made.
 */
import { stringify } from 'yaml';
import { SlipwayError } from '../../domain/errors.ts';
import type { ApplyOrder, ListQuery, Permission } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../../domain/workload/cluster-object.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { ApiServer } from './api/api-server.ts';
import type { ObjectStore } from './api/object-store.ts';
import * as refuse from './api/refusals.ts';
import { qualified } from './api/resources.ts';
import { hasLabels } from './api/workload-objects.ts';
import { followChanges } from './cluster-changes.ts';
import { unifiedDiff } from './unified-diff.ts';
import type { Timers } from './workloads/timers.ts';

export interface Connection {
  readonly api: ApiServer;
  readonly store: ObjectStore;
  readonly timers: Timers;
  /** The permissions of RBAC; scaling asks for `deployments.apps/scale`. */
  readonly may: (permission: Permission) => boolean;
  readonly isAway: () => boolean;
  readonly folders: ReadonlyMap<string, readonly ClusterObject[]>;
}

const MANAGER = 'slipway';
const USER = 'slipway';

export function clusterPort(connection: Connection, manager = MANAGER): Cluster {
  const { api, store, timers, folders, may } = connection;
  const reach = () => refuseAway(connection);
  const ask = (verb: Permission['verb'], ref: ObjectRef) => refuseForbidden(connection, { verb, ref });
  return {
    async get(ref) {
      reach();
      ask('get', ref);
      return api.find(ref) ?? null;
    },
    async list({ apiVersion, kind, namespace, labels }) {
      reach();
      ask('list', { apiVersion, kind, metadata: { namespace, name: '' } });
      return store.list({ kind, namespace }).filter(({ metadata }) => hasLabels(metadata.labels, labels));
    },
    async apply(order) {
      reach();
      return applyAll(connection, order);
    },
    async replace(object) {
      reach();
      const isNew = object.metadata.resourceVersion === undefined;
      ask(isNew ? 'create' : 'update', object);
      return isNew ? api.create({ object, manager }) : api.update({ object, manager });
    },
    async scale(ref, replicas) {
      reach();
      // kubectl reads the object before it scales it.
      ask('get', ref);
      refuseForbidden(connection, { verb: 'patch', ref, subresource: 'scale' });
      api.scale({ ref, replicas, manager: MANAGER });
    },
    async remove(refs) {
      reach();
      for (const ref of refs) {
        ask('delete', ref);
        api.remove(ref);
      }
    },
    async changes(queries) {
      const isAllowed = queries.every((query) => mayWatch(connection, query));
      return followChanges({ store, timers, queries, isAllowed });
    },
    async denied(_namespace, asked) {
      reach();
      return asked.filter((permission) => !may(permission));
    },
    build: async (folder) => folders.get(folder) ?? refuseFolder(folder),
    async diff(objects) {
      reach();
      return objects.map((object) => diffOf(connection, object)).join('');
    },
  };
}

/** Also false for a kind that is not installed. */
function mayWatch({ api, may }: Connection, { apiVersion, kind, namespace }: ListQuery): boolean {
  try {
    const { resource } = api.subject({ apiVersion, kind, metadata: { namespace, name: '' } });
    return may({ verb: 'watch', resource: qualified(resource) });
  } catch {
    return false;
  }
}

function applyAll(
  connection: Connection,
  { objects, dryRun = false, force = false, adopts }: ApplyOrder,
): ClusterObject[] {
  return objects.map((object) => applyOne(connection, { object, dryRun, force, adopts }));
}

interface OneApply {
  readonly object: ClusterObject;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly adopts?: boolean | undefined;
}

function applyOne(connection: Connection, order: OneApply): ClusterObject {
  const { api } = connection;
  refuseForbidden(connection, { verb: 'patch', ref: order.object });
  if (api.find(order.object) === undefined) refuseForbidden(connection, { verb: 'create', ref: order.object });
  return api.apply({ ...order, manager: MANAGER });
}

function refuseFolder(folder: string): never {
  throw new SlipwayError('NotFound', `There is no folder of manifests ${folder}. Create it, or correct the path.`);
}

export function refuseAway({ isAway }: Connection): void {
  if (!isAway()) return;
  const fact = 'The connection to the server was refused - did you specify the right host or port?';
  throw new SlipwayError(
    'Transient',
    `The cluster cannot be reached: ${fact} (connection refused). Repeat it in a moment.`,
  );
}

export function refuseForbidden(
  { api, may }: Connection,
  { verb, ref, subresource }: { verb: Permission['verb']; ref: ObjectRef; subresource?: string },
): void {
  const subject = api.subject(ref);
  const resource = qualified(subject.resource);
  if (may({ verb, resource: subresource === undefined ? resource : `${resource}/${subresource}` })) return;
  throw refuse.accessDenied(subject, { verb, user: USER, ...(subresource !== undefined && { subresource }) });
}

function diffOf(connection: Connection, object: ClusterObject): string {
  refuseForbidden(connection, { verb: 'get', ref: object });
  const live = connection.api.find(object);
  const applied = applyOne(connection, { object, dryRun: true, force: false });
  const { apiVersion, kind, metadata } = applied;
  const name = `${apiVersion.replace('/', '.')}.${kind}.${metadata.namespace ?? ''}.${metadata.name}`;
  return unifiedDiff({ name, before: live === undefined ? '' : shown(live), after: shown(applied) });
}

function shown(object: ClusterObject): string {
  return stringify(object, { sortMapEntries: true, aliasDuplicateObjects: false });
}
