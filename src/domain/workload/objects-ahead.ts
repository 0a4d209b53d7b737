/**
 * Chooses the objects of a version to apply before its pods, while another version is live. The pods may need these
 * objects, and nothing live uses them. Objects that live pods, callers or controllers would notice come with the
 * promotion.
 */
import { type ClusterObject, groupOf, isBuiltIn, type ObjectRef } from './cluster-object.ts';
import { copiedNames } from './version-configuration.ts';
import { type Fields, fieldsOf, listOf, specOf } from './workload-objects.ts';

/** Kinds of Kubernetes itself that do nothing until a pod names or calls them. */
const QUIET: ReadonlySet<string> = new Set([
  'ConfigMap',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'Role',
  'RoleBinding',
  'StatefulSet',
  'Job',
]);
/**
 * Fields by which an object of an unknown kind acts on pods, workloads or calls that exist already. Rules of a service
 * mesh that name no pods apply to the whole namespace.
 */
const REACHES_OUT =
  /^(selector|\w+Selector|targetRefs?|\w+TargetRefs?|parentRefs|serviceRef|hosts?|http|tcp|tls|gateways|rules|routes|entryPoints|endpoints|workloadRef|mtls|jwtRules|configPatches|ingress|egress|outboundTrafficPolicy)$/;

export function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && groupOf(one) === groupOf(other) && one.metadata.name === other.metadata.name;
}

/**
 * True for an object that pods need and that nothing live notices when it is new. Stable's pods may need such an object
 * too, when they start again.
 */
export function isQuiet(object: ClusterObject): boolean {
  if (object.kind === 'Service') return isInside(object);
  if (isBuiltIn(object)) return QUIET.has(object.kind);
  return !Object.keys(specOf(object)).some((field) => REACHES_OUT.test(field));
}

/** True for a Service that cannot be found from outside the cluster. */
function isInside({ metadata, spec }: ClusterObject): boolean {
  const { type = 'ClusterIP', externalIPs } = fieldsOf(spec);
  return type === 'ClusterIP' && externalIPs === undefined && metadata.annotations === undefined;
}

export interface Beside {
  /** All objects of the live version. Null when its manifests are lost; then no object counts as new. */
  readonly stable: readonly ClusterObject[] | null;
}

/**
 * Returns the objects in the order of their apply. The API server refuses a RoleBinding before its Role exists, so
 * RoleBindings come late. A Job starts at once, so Jobs come last.
 */
export function objectsAhead(objects: readonly ClusterObject[], { stable }: Beside): readonly ClusterObject[] {
  const copied = copiedNames(objects);
  const ahead = objects.flatMap((object) => {
    if (object.kind === 'ConfigMap' && object.immutable === true) return [object];
    // These pods read the copy; only other readers use the plain ConfigMap.
    if (object.kind === 'ConfigMap' && copied.has(object.metadata.name)) return [];
    if (stable === null || !isQuiet(object)) return [];
    const live = stable.find((other) => isSame(object, other));
    return live === undefined ? [object] : withRightsOfBoth(live, object);
  });
  return inOrder(ahead);
}

export function inOrder(objects: readonly ClusterObject[]): readonly ClusterObject[] {
  const rank = ({ kind }: ClusterObject) => (kind === 'RoleBinding' ? 1 : kind === 'Job' ? 2 : 0);
  return [...objects].sort((one, other) => rank(one) - rank(other));
}

/**
 * While both versions have pods under one account, the account may do what either version needs. Returns nothing when
 * stable's rights are enough.
 */
function withRightsOfBoth(live: ClusterObject, object: ClusterObject): readonly ClusterObject[] {
  const field = object.kind === 'Role' ? 'rules' : object.kind === 'RoleBinding' ? 'subjects' : null;
  if (field === null) return [];
  const missing = itemsOf(object, field).filter((item) => !itemsOf(live, field).some((own) => isEqual(own, item)));
  return missing.length === 0 ? [] : [{ ...live, [field]: [...itemsOf(live, field), ...missing] }];
}

function itemsOf(object: ClusterObject, field: string): readonly Fields[] {
  return listOf(object[field]);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

/** A stored version has its fields in another order than the folder. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([field, inner]) => [field, ordered(inner)]));
}

/**
 * The objects that the version changes under live pods. A person is told about them, because the canary does not try
 * these changes.
 */
export function changedAtPromotion(objects: readonly ClusterObject[], { stable }: Beside): readonly ClusterObject[] {
  const copied = copiedNames(objects);
  return objects.filter((object) => {
    const live = stable?.find((other) => isSame(object, other));
    const isTried =
      ['Role', 'RoleBinding', 'Job'].includes(object.kind) ||
      object.immutable === true ||
      copied.has(object.metadata.name);
    return live !== undefined && isQuiet(object) && !isTried && object.kind !== 'Service' && !isEqual(live, object);
  });
}

/**
 * Of all objects that stored versions brought, those that the live version no longer has. PersistentVolumeClaims stay,
 * because they hold data.
 */
export function leftovers(
  brought: readonly ClusterObject[],
  { needed }: { readonly needed: readonly ObjectRef[] },
): readonly ClusterObject[] {
  const stays = (object: ClusterObject) =>
    object.kind === 'PersistentVolumeClaim' ||
    object.kind === 'Deployment' ||
    needed.some((own) => isSame(own, object));
  const gone = brought.filter((object) => !stays(object));
  return gone.filter((object, index) => gone.findIndex((other) => isSame(other, object)) === index);
}
