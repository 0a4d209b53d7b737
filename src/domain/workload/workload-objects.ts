/**
 * The objects of one version of a workload, made from the team's manifests or from Slipway's. Slipway changes only
 * image, replicas, labels and weights. Pods have the labels `slipway/version` and `slipway/track`, by which Slipway
 * counts them and tells them apart.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { type ClusterObject, type ObjectMeta, type ObjectRef, objectName } from './cluster-object.ts';
import { refusalOf } from './refused-kinds.ts';
import { contentHash } from './rendered-hash.ts';
import { withoutMarks } from './tool-marks.ts';

export type Track = 'stable' | 'canary';
export type Labels = Readonly<Record<string, string>>;

/** Throws InvalidRequest, with the object and the next step, when the manifests are not those of the workload. */
export function ownObjects(
  objects: readonly ClusterObject[],
  { target, service }: { readonly target: WorkloadTarget; readonly service: string },
): readonly ClusterObject[] {
  const { namespace, workload } = target;
  for (const object of objects) {
    const why = refusalOf(object);
    if (why !== null) throw refused(`The manifests hold ${objectName(object)}, which Slipway does not deploy. ${why}`);
    const elsewhere = object.metadata.namespace;
    if (elsewhere !== undefined && elsewhere !== namespace)
      throw refused(
        `The manifests put ${objectName(object)} outside namespace ${namespace}. Take it out, or correct its namespace.`,
      );
  }
  const deployments = objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name);
  if (deployments.length !== 1 || deployments[0] !== workload) {
    const found = deployments.length === 0 ? 'no Deployment' : `the Deployments ${deployments.join(', ')}`;
    throw refused(
      `The manifests hold ${found}; Slipway deploys exactly one, named ${workload}. Correct the manifests, or the workload.`,
    );
  }
  return objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      namespace,
      labels: { ...object.metadata.labels, 'slipway/service': service, 'slipway/workload': workload },
    },
  }));
}

/** Returns `v` and 12 hex digits of the manifests' content: the same manifests are the same version. */
export function versionOf(objects: readonly ClusterObject[]): string {
  return `v${contentHash(JSON.stringify(objects))}`;
}

export function deploymentRef({ namespace, workload }: WorkloadTarget, track: Track): ObjectRef {
  const name = track === 'stable' ? workload : `${workload}-canary`;
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } };
}

/** The labels of all pods of a workload, or only of those of one track or one version. */
export function podLabels({ workload }: WorkloadTarget, of: { track?: Track; version?: string } = {}): Labels {
  return {
    'slipway/workload': workload,
    ...(of.track === undefined ? {} : { 'slipway/track': of.track }),
    ...(of.version === undefined ? {} : { 'slipway/version': of.version }),
  };
}

export interface TrackOrder {
  readonly target: WorkloadTarget;
  readonly version: string;
  readonly track: Track;
  /**
   * When left out, the Deployment gets the manifests' own number, or no number when an autoscaler in the manifests sets
   * it.
   */
  readonly replicas?: number;
}

/** The Deployment of a version on a track. Throws Broken when the version has no Deployment. */
export function trackDeployment(objects: readonly ClusterObject[], order: TrackOrder): ClusterObject {
  const found = objects.find(({ kind }) => kind === 'Deployment');
  if (found === undefined)
    throw new SlipwayError('Broken', `Version ${order.version} has no Deployment. Deploy another one.`);
  const { target, track, version, replicas } = order;
  const { metadata } = deploymentRef(target, track);
  const labels = podLabels(target, { track });
  const own = track === 'canary' ? withoutMarks(withoutTies(found.metadata)) : found.metadata;
  const template = templateOf(found);
  const { replicas: said, ...spec } = specOf(found);
  const count = replicas ?? (isAutoscaled(objects, target) ? undefined : said);
  return {
    ...found,
    metadata: {
      ...own,
      ...metadata,
      labels: { ...own.labels, ...labels, 'slipway/version': version },
    },
    spec: {
      ...spec,
      ...(count === undefined ? {} : { replicas: count }),
      selector: {
        ...fieldsOf(spec.selector),
        matchLabels: { ...fieldsOf(fieldsOf(spec.selector).matchLabels), 'slipway/track': track },
      },
      template: {
        ...template,
        metadata: {
          ...fieldsOf(template.metadata),
          labels: { ...fieldsOf(fieldsOf(template.metadata).labels), ...labels, 'slipway/version': version },
        },
      },
    },
  };
}

/**
 * Removes finalizers and owners from an object that Slipway makes beside the team's: no controller knows that it must
 * release that object.
 */
export function withoutTies({ finalizers: _, ownerReferences: __, ...metadata }: ObjectMeta): ObjectMeta {
  return metadata;
}

/**
 * True when one of the objects is an autoscaler, of Kubernetes or of KEDA, that sets the number of the workload's pods.
 */
export function isAutoscaled(objects: readonly ClusterObject[], { workload }: WorkloadTarget): boolean {
  return objects.some((object) => scales(object, workload));
}

/** True when the object is an autoscaler of the workload's Deployment. */
export function scales(object: ClusterObject, workload: string): boolean {
  const isScaler = object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject';
  const { kind = 'Deployment', name } = fieldsOf(specOf(object).scaleTargetRef);
  return isScaler && kind === 'Deployment' && name === workload;
}

/**
 * The minimum number of pods that a version's manifests ask for; at least 1. KEDA may ask for zero, but a version
 * without a pod cannot be tried.
 */
export function replicasOf(objects: readonly ClusterObject[], { workload }: WorkloadTarget): number {
  const autoscaler = objects.find((object) => scales(object, workload));
  if (autoscaler !== undefined) {
    const { minReplicas, minReplicaCount } = specOf(autoscaler);
    return Math.max(1, Number(minReplicas ?? minReplicaCount ?? 1));
  }
  return ownReplicas(objects) ?? 1;
}

/** The number in the Deployment among the objects; null when the Deployment gives none. */
export function ownReplicas(objects: readonly ClusterObject[]): number | null {
  const found = objects.find(({ kind }) => kind === 'Deployment');
  const count = found === undefined ? undefined : specOf(found).replicas;
  return count === undefined || count === null ? null : Number(count);
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function specOf(object: Fields): Fields {
  return fieldsOf(object.spec);
}

export function templateOf(deployment: Fields): Fields {
  return fieldsOf(specOf(deployment).template);
}

/** True when the selector selects an object with these labels. An empty selector selects everything. */
export function hasLabels(labels: Fields | undefined, selector: Fields): boolean {
  return Object.entries(selector).every(([name, value]) => labels?.[name] === value);
}

/** The version label of a pod, or of a Deployment's pod template; null when it has no version of Slipway. */
export function versionLabel(labels: unknown): string | null {
  const version = fieldsOf(labels)['slipway/version'];
  return typeof version === 'string' ? version : null;
}

/** The version in the pod template of a Deployment. */
export function liveVersion(deployment: ClusterObject): string | null {
  return versionLabel(fieldsOf(templateOf(deployment).metadata).labels);
}

/** True when the object belongs to this workload in Slipway: an object of another owner may have the same name. */
export function isOwn({ metadata }: ClusterObject, { workload }: WorkloadTarget): boolean {
  return metadata.labels?.['slipway/workload'] === workload;
}

/**
 * True when a version of any workload brought the object. The label names the workload that applied it last, but other
 * workloads may have it too.
 */
export function isBrought({ metadata }: ClusterObject): boolean {
  return metadata.labels?.['slipway/workload'] !== undefined;
}

/**
 * True when replacing the pods may leave none ready for a while: all are replaced at once, or all may be unavailable.
 */
export function mayRunEmpty(deployment: ClusterObject): boolean {
  const { replicas = 1, strategy } = specOf(deployment);
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(strategy);
  const { maxUnavailable = '25%' } = fieldsOf(rollingUpdate);
  const text = String(maxUnavailable);
  // Kubernetes rounds a percentage down.
  const away = text.endsWith('%') ? Math.floor((Number(replicas) * Number.parseFloat(text)) / 100) : Number(text);
  return type === 'Recreate' || away >= Number(replicas);
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
