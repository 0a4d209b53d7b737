/**
 * One image is one version: every container with an image of the same repository changes with the workload's container.
 * Otherwise an init container would run the old migration for the new code.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { withoutMarks } from './tool-marks.ts';
import { repositoryOf } from './workload-container.ts';
import { type Fields, fieldsOf, listOf, specOf, templateOf } from './workload-objects.ts';

export interface ImageChange {
  /** The repository of the image that the workload's container has in the folder. */
  readonly repository: string;
  readonly image: string;
}

/**
 * Finds the change between the objects of the folder and the same objects with the new image in one container. Returns
 * null when no image changed.
 */
export function imageChange(built: readonly ClusterObject[], imaged: readonly ClusterObject[]): ImageChange | null {
  const before = imagesOf(built);
  const after = imagesOf(imaged);
  const at = after.findIndex((image, index) => image !== before[index]);
  const [was, image] = [before[at], after[at]];
  return was === undefined || image === undefined ? null : { repository: repositoryOf(was), image };
}

function imagesOf(objects: readonly ClusterObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((deployment) => listOf(specOf(templateOf(deployment)).containers).map(({ image }) => String(image ?? '')));
}

/**
 * Changes the image in every container of every pod that an object makes, also in init containers and in the pods of a
 * CronJob.
 */
export function withImageEverywhere(objects: readonly ClusterObject[], change: ImageChange): readonly ClusterObject[] {
  return objects.map((object) => mapContainers(object, (container) => changed(container, change)) as ClusterObject);
}

function changed(container: Fields, { repository, image }: ImageChange): Fields {
  return repositoryOf(String(container.image ?? '')) === repository ? { ...container, image } : container;
}

/** Tells a person which containers of the workload's pods keep the image of the folder. */
export function keptImageNotes(objects: readonly ClusterObject[], image: string): readonly string[] {
  const pods = objects.filter(({ kind }) => kind === 'Deployment').map((deployment) => specOf(templateOf(deployment)));
  const all = pods.flatMap(({ initContainers, containers }) => [...listOf(initContainers), ...listOf(containers)]);
  const kept = all.filter((container) => container.image !== image);
  if (kept.length === 0) return [];
  const names = kept.map(({ name, image: own }) => `${String(name)} (${String(own)})`).join(', ');
  return [`These containers keep the image that the folder has, because its repository is another: ${names}.`];
}

/** The pod template of an object is in `template`, or in `jobTemplate.spec.template`. */
function mapContainers(object: Fields, map: (container: Fields) => Fields): Fields {
  const spec = specOf(object);
  if (spec.jobTemplate !== undefined)
    return { ...object, spec: { ...spec, jobTemplate: mapContainers(fieldsOf(spec.jobTemplate), map) } };
  const template = fieldsOf(spec.template);
  const pod = specOf(template);
  if (pod.containers === undefined) return object;
  const lists = Object.fromEntries(
    ['initContainers', 'containers'].flatMap((list) =>
      pod[list] === undefined ? [] : [[list, listOf(pod[list]).map(map)]],
    ),
  );
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...pod, ...lists } } } };
}

/** The name of a Job may have at most 63 characters, and the hash takes 13 of them. */
const JOB_NAME_MAX = 50;

/** A Job runs once and cannot be changed. So each version has its own Jobs, named after their content. */
export function withOwnJobs(objects: readonly ClusterObject[]): readonly ClusterObject[] {
  return objects.map((object) => {
    if (object.kind !== 'Job') return object;
    const name = `${object.metadata.name.slice(0, JOB_NAME_MAX)}-${contentHash(JSON.stringify(object.spec))}`;
    return { ...object, metadata: { ...withoutMarks(object.metadata), name } };
  });
}
