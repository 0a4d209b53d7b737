/**
 * Adopts a Deployment that existed before Slipway, made by kubectl, Helm or any other tool. It becomes version 0
 * unchanged: the same name, selector, ReplicaSets and pods. Pure.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { type ClusterObject, type ObjectMeta, objectName } from './cluster-object.ts';
import { isPaused } from './paused.ts';
import { contentHash } from './rendered-hash.ts';
import { type Fields, fieldsOf, type Labels, listOf, podLabels, specOf, templateOf } from './workload-objects.ts';

/** The beginning of a version's name that says that Slipway found the version and did not make it. */
const FOUND = 'v0-';

export function isFoundVersion(version: string): boolean {
  return version.startsWith(FOUND);
}

function foundVersion(content: unknown): string {
  return `${FOUND}${contentHash(JSON.stringify(content))}`;
}

/**
 * An annotation on a Deployment whose pods do not have all labels yet. It holds the version, and `paused` when the
 * Deployment was paused before.
 */
const ADOPTING = 'slipway/adopting';

/** The version that the Deployment is becoming; null when its adoption is over or has not begun. */
export function adoptedAs({ metadata }: ClusterObject): string | null {
  return metadata.annotations?.[ADOPTING]?.split(' ')[0] ?? null;
}

/** Throws InvalidRequest, with the next step, when a controller or a deletion would undo the adoption. */
export function refuseOwned(deployment: ClusterObject): void {
  const { deletionTimestamp, ownerReferences } = deployment.metadata;
  const name = objectName(deployment);
  if (deletionTimestamp !== undefined)
    throw refused(`${name} is there, and is being deleted. Deploy again when it is gone.`);
  const owners = listOf(ownerReferences);
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0];
  if (owner === undefined) return;
  throw refused(
    `${name} belongs to ${String(owner.kind)} ${String(owner.name)}, whose controller sets it again after every change. Deploy by that one, or make a Deployment of your own beside it and name it as the workload.`,
  );
}

/**
 * Throws InvalidRequest when the Deployment's selector, which cannot be changed, would not select the version's pods.
 */
export function refuseOtherPods(deployment: ClusterObject, wanted: ClusterObject): void {
  const labels = fieldsOf(fieldsOf(templateOf(wanted).metadata).labels);
  const { matchLabels, matchExpressions } = fieldsOf(specOf(deployment).selector);
  const other = Object.entries(fieldsOf(matchLabels)).filter(
    ([key, value]) => labels[key] !== undefined && labels[key] !== value,
  );
  const unmatched = listOf(matchExpressions).filter((expression) => !isMatched(labels, expression));
  if (other.length === 0 && unmatched.length === 0) return;
  const asked = [
    ...other.map(([key, value]) => `${key}: ${String(value)}`),
    ...unmatched.map(({ key, operator }) => `${String(key)} ${String(operator)}`),
  ].join(', ');
  throw refused(
    `${objectName(deployment)} selects pods with ${asked}, and the pods of this version do not carry that; nobody can change a Deployment's selector. Give the pods these labels, or give the workload a name of its own.`,
  );
}

function isMatched(labels: Fields, { key, operator, values }: Fields): boolean {
  const value = labels[String(key)];
  const among = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** The name and the manifests of a version from before Slipway. */
export interface FoundWorkload {
  readonly version: string;
  readonly objects: readonly ClusterObject[];
}

interface Found {
  /** The Deployment comes first. */
  readonly live: readonly [ClusterObject, ...ClusterObject[]];
  /** True when an autoscaler sets the number of pods. */
  readonly isScaled: boolean;
}

/** Returns the manifests that a person would have to write to get the live objects. */
export function foundWorkload({ live, isScaled }: Found): FoundWorkload {
  const [deployment, ...others] = live;
  const { replicas, ...spec } = specOf(asWritten(deployment));
  const counted = isScaled ? spec : { replicas, ...spec };
  const objects = [{ ...asWritten(deployment), spec: counted }, ...others.map(asWritten)];
  return { version: adoptedAs(deployment) ?? foundVersion(objects), objects };
}

/** Annotations in which a tool or a controller stores its own last change. */
const KEPT_BY_OTHERS = ['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision'];

/** The object without the fields that the API server, a controller or Slipway added. */
function asWritten({ status: _, ...object }: ClusterObject): ClusterObject {
  const { name, namespace, labels, annotations = {} } = object.metadata;
  const own = Object.fromEntries(Object.entries(annotations).filter(([key]) => !KEPT_BY_OTHERS.includes(key)));
  const metadata = withoutSlipway({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(own).length === 0 ? {} : { annotations: own }),
  });
  if (object.kind === 'Deployment')
    return { ...object, metadata, spec: { ...specOf(asFound(object)), template: plainTemplate(object) } };
  return object.kind === 'Service'
    ? { ...object, metadata, spec: withoutAddress(specOf(object)) }
    : { ...object, metadata };
}

/** Fields with the addresses and ports that the API server assigned. */
const ADDRESS = ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];

function withoutAddress(spec: Fields): Fields {
  const isGiven = ([field, value]: [string, unknown]) =>
    ADDRESS.includes(field) || (field === 'clusterIP' && value !== 'None');
  return Object.fromEntries(Object.entries(spec).filter((entry) => !isGiven(entry)));
}

function withoutSlipway<T extends Pick<ObjectMeta, 'labels' | 'annotations'>>(metadata: T): T {
  const rest = (all: Labels) => Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('slipway/')));
  const { labels, annotations } = metadata;
  return {
    ...metadata,
    ...(labels === undefined ? {} : { labels: rest(labels) }),
    ...(annotations === undefined ? {} : { annotations: rest(annotations) }),
  };
}

/** The pod template of a Deployment or a ReplicaSet as its team wrote it. */
function plainTemplate(owner: ClusterObject): Fields {
  const template = templateOf(owner);
  const { labels, ...metadata } = fieldsOf(template.metadata);
  const { 'pod-template-hash': _, ...own } = fieldsOf(labels);
  return { ...template, metadata: { ...metadata, ...withoutSlipway({ labels: own as Labels }) } };
}

export interface Adopting {
  readonly target: WorkloadTarget;
  readonly service: string;
  readonly version: string;
}

/**
 * The Deployment at the beginning of its adoption; null when the adoption has already begun or is over. It is paused
 * until its ReplicaSet has the same template, because a changed template would otherwise make new pods.
 */
export function adoptionBegun(deployment: ClusterObject, { target, version }: Adopting): ClusterObject | null {
  if (adoptedAs(deployment) !== null || isAdopted(deployment, target)) return null;
  const { metadata } = deployment;
  const note = isPaused(deployment) ? `${version} paused` : version;
  const labelled = withPodLabels(deployment, foundLabels(target, version));
  return {
    ...labelled,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ADOPTING]: note } },
    spec: { ...specOf(labelled), paused: true },
  };
}

function isAdopted({ metadata }: ClusterObject, { workload }: WorkloadTarget): boolean {
  return metadata.labels?.['slipway/workload'] === workload;
}

/**
 * The Deployment with all labels of a stable one, and paused only if it was before. Null when its adoption is over or
 * has not begun.
 */
export function adopted(deployment: ClusterObject, { target, service, version }: Adopting): ClusterObject | null {
  if (adoptedAs(deployment) === null) return null;
  const { [ADOPTING]: _, ...annotations } = { ...deployment.metadata.annotations };
  const labels = { ...deployment.metadata.labels, ...foundLabels(target, version), 'slipway/service': service };
  return { ...asFound(deployment), metadata: { ...deployment.metadata, labels, annotations } };
}

/** The Deployment, paused only if it was paused before its adoption began. */
export function asFound(deployment: ClusterObject): ClusterObject {
  if (adoptedAs(deployment) === null) return deployment;
  const wasPaused = deployment.metadata.annotations?.[ADOPTING]?.endsWith(' paused') === true;
  const { paused: _, ...spec } = specOf(deployment);
  return { ...deployment, spec: wasPaused ? { ...spec, paused: true } : spec };
}

/** The ReplicaSet with the labels of the version whose pods it makes; null when it already has them. */
export function adoptedSet(
  set: ClusterObject,
  { target, version, deployment }: Pick<Adopting, 'target' | 'version'> & { readonly deployment: ClusterObject },
): ClusterObject | null {
  const own = plainTemplate(set);
  const isOwn = sorted(own) === sorted(plainTemplate(deployment));
  const labels = foundLabels(target, isOwn ? version : foundVersion(sorted(own)));
  return hasAll(fieldsOf(templateOf(set).metadata), labels) ? null : withPodLabels(set, labels);
}

/** The pod with the labels that its ReplicaSet gives to new pods; null when it already has them. */
export function adoptedPod(pod: ClusterObject, set: ClusterObject): ClusterObject | null {
  const all = fieldsOf(fieldsOf(templateOf(set).metadata).labels) as Labels;
  const labels = Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith('slipway/')));
  if (hasAll(pod.metadata, labels)) return null;
  return { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...labels } } };
}

/** True when `owner` is among the owners of the object. */
export function isControlledBy(object: ClusterObject, owner: ClusterObject): boolean {
  return listOf(object.metadata.ownerReferences).some(({ uid }) => uid !== undefined && uid === owner.metadata.uid);
}

function foundLabels(target: WorkloadTarget, version: string): Labels {
  return podLabels(target, { track: 'stable', version });
}

function hasAll({ labels }: Fields, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => fieldsOf(labels)[key] === value);
}

function withPodLabels(owner: ClusterObject, added: Labels): ClusterObject {
  const template = templateOf(owner);
  const metadata = fieldsOf(template.metadata);
  const labels = { ...fieldsOf(metadata.labels), ...added };
  return { ...owner, spec: { ...specOf(owner), template: { ...template, metadata: { ...metadata, labels } } } };
}

/** The value as text, whatever the order of its fields. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
