/**
 * Which objects of a version come before its pods, while another version is live: those that its pods may need and that
 * nothing live looks at. What live pods, callers or controllers would notice comes with the promotion.
 */
import { type ClusterObject, groupOf, isBuiltIn, type ObjectRef } from './cluster-object.ts';
import { copiedNames } from './version-configuration.ts';
import { type Fields, fieldsOf, listOf, specOf } from './workload-objects.ts';

/** Kubernetes' own kinds that do nothing until a pod names or calls them. */
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
 * Fields by which an object of an unknown kind acts on what is there already: on pods, on workloads, or on calls. Rules of a mesh
 * that name no pods are for all of the namespace.
 */
const REACHES_OUT =
  /^(selector|\w+Selector|targetRefs?|\w+TargetRefs?|parentRefs|serviceRef|hosts?|http|tcp|tls|gateways|rules|routes|entryPoints|endpoints|workloadRef|mtls|jwtRules|configPatches|ingress|egress|outboundTrafficPolicy)$/;

export function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return one.kind === other.kind && groupOf(one) === groupOf(other) && one.metadata.name === other.metadata.name;
}

/** What pods need and nothing live notices when it is new: also for pods of the stable version, whose start it must not miss. */
export function isQuiet(object: ClusterObject): boolean {
  if (object.kind === 'Service') return isInside(object);
  if (isBuiltIn(object)) return QUIET.has(object.kind);
  return !Object.keys(specOf(object)).some((field) => REACHES_OUT.test(field));
}

/** A Service that nobody outside the cluster can find. */
function isInside({ metadata, spec }: ClusterObject): boolean {
  const { type = 'ClusterIP', externalIPs } = fieldsOf(spec);
  return type === 'ClusterIP' && externalIPs === undefined && metadata.annotations === undefined;
}

export interface Beside {
  /** All objects of the live version; null when its manifests are lost, and nothing is known to be new. */
  readonly stable: readonly ClusterObject[] | null;
}

/** A RoleBinding is refused before its Role is there, and a Job starts at once: so the one is late, and the other last. */
export function objectsAhead(objects: readonly ClusterObject[], { stable }: Beside): readonly ClusterObject[] {
  const copied = copiedNames(objects);
  const ahead = objects.flatMap((object) => {
    if (object.kind === 'ConfigMap' && object.immutable === true) return [object];
    // Whatever reads the plain one is not these pods.
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

/** While both versions have pods under one account, it may do what either needs. Nothing when stable's rights are enough. */
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

/** A stored version has its fields in another order than a folder. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([field, inner]) => [field, ordered(inner)]));
}

/** What the version changes of objects that stay, under pods that are live: named, because its canary does not try it. */
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

/** Of all that stored versions brought, what the live version does not have. Claims stay: they hold data. */
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
