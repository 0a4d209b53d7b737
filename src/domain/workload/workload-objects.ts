/**
 * The objects of one version of a workload, made out of the team's manifests or out of Slipway's: Slipway changes image,
 * replicas, labels and weights, and nothing else. Pods carry `slipway/version` and `slipway/track`, by which they are
 * counted and told apart.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { type ClusterObject, type ObjectMeta, type ObjectRef, objectName } from './cluster-object.ts';
import { refusalOf } from './refused-kinds.ts';
import { contentHash } from './rendered-hash.ts';
import { withoutMarks } from './tool-marks.ts';

export type Track = 'stable' | 'canary';
export type Labels = Readonly<Record<string, string>>;

/** Throws InvalidRequest when the manifests are not those of the workload, with the object and the next step. */
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

/** `v` and 12 hexadecimal digits of the manifests' content: the same manifests are the same version. */
export function versionOf(objects: readonly ClusterObject[]): string {
  return `v${contentHash(JSON.stringify(objects))}`;
}

export function deploymentRef({ namespace, workload }: WorkloadTarget, track: Track): ObjectRef {
  const name = track === 'stable' ? workload : `${workload}-canary`;
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } };
}

/** Labels of all pods of a workload, of those of a track, and of those of a version. */
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
  /** Left out, the manifests' own count stands; or nobody's, where an autoscaler governs it. */
  readonly replicas?: number;
}

/** The Deployment of a version on a track. */
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

/** Of an object that Slipway makes beside the team's: nobody else knows that he is to let it go. */
export function withoutTies({ finalizers: _, ownerReferences: __, ...metadata }: ObjectMeta): ObjectMeta {
  return metadata;
}

/** True when an autoscaler among the objects, Kubernetes' own or one of KEDA, sets the number of the workload's pods. */
export function isAutoscaled(objects: readonly ClusterObject[], { workload }: WorkloadTarget): boolean {
  return objects.some((object) => scales(object, workload));
}

/** Whether the object is an autoscaler of the workload's Deployment. */
export function scales(object: ClusterObject, workload: string): boolean {
  const isScaler = object.kind === 'HorizontalPodAutoscaler' || object.kind === 'ScaledObject';
  const { kind = 'Deployment', name } = fieldsOf(specOf(object).scaleTargetRef);
  return isScaler && kind === 'Deployment' && name === workload;
}

/** How many pods a version's manifests ask for, at least. KEDA may set none, and a version without a pod is not tried. */
export function replicasOf(objects: readonly ClusterObject[], { workload }: WorkloadTarget): number {
  const autoscaler = objects.find((object) => scales(object, workload));
  if (autoscaler !== undefined) {
    const { minReplicas, minReplicaCount } = specOf(autoscaler);
    return Math.max(1, Number(minReplicas ?? minReplicaCount ?? 1));
  }
  return ownReplicas(objects) ?? 1;
}

/** The number that the Deployment among the objects says; null when it says none. */
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

/** Whether a selector selects what has these labels. One that names none selects everything. */
export function hasLabels(labels: Fields | undefined, selector: Fields): boolean {
  return Object.entries(selector).every(([name, value]) => labels?.[name] === value);
}

/** The version that the pods of a Deployment are to have, or a pod has; null when it is not one of Slipway's. */
export function versionLabel(labels: unknown): string | null {
  const version = fieldsOf(labels)['slipway/version'];
  return typeof version === 'string' ? version : null;
}

/** The version that a Deployment is to have, or has. */
export function liveVersion(deployment: ClusterObject): string | null {
  return versionLabel(fieldsOf(templateOf(deployment).metadata).labels);
}

/** Whether Slipway made it: somebody else's may have the same name. */
export function isOwn({ metadata }: ClusterObject, { workload }: WorkloadTarget): boolean {
  return metadata.labels?.['slipway/workload'] === workload;
}

/** Whether a version of some workload brought it. The label names the workload that applied it last, and others may have it too. */
export function isBrought({ metadata }: ClusterObject): boolean {
  return metadata.labels?.['slipway/workload'] !== undefined;
}

/** Whether a change of its pods may leave none of them ready for a while: all are replaced at once, or there is no more than may be away. */
export function mayRunEmpty(deployment: ClusterObject): boolean {
  const { replicas = 1, strategy } = specOf(deployment);
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(strategy);
  const { maxUnavailable = '25%' } = fieldsOf(rollingUpdate);
  const text = String(maxUnavailable);
  // A percentage is rounded down.
  const away = text.endsWith('%') ? Math.floor((Number(replicas) * Number.parseFloat(text)) / 100) : Number(text);
  return type === 'Recreate' || away >= Number(replicas);
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
