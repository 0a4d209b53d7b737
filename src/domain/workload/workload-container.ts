/** Finds the container of a Deployment that runs the workload: a deployment changes the image of this container. */
import { SlipwayError } from '../errors.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { type Fields, listOf, specOf, templateOf } from './workload-objects.ts';

export interface ContainerChoice {
  readonly workload: string;
  readonly image: string;
  /** The name that the target gives. */
  readonly container?: string | undefined;
}

/**
 * Returns the objects with the image in the workload's container. Throws InvalidRequest when it is not clear which
 * container that is.
 */
export function withImage(objects: readonly ClusterObject[], choice: ContainerChoice): readonly ClusterObject[] {
  return objects.map((object) => {
    if (object.kind !== 'Deployment') return object;
    const chosen = workloadContainer(object, choice);
    const template = templateOf(object);
    const spec = specOf(template);
    const containers = listOf(spec.containers).map((container) =>
      container.name === chosen.name ? { ...container, image: choice.image } : container,
    );
    return { ...object, spec: { ...specOf(object), template: { ...template, spec: { ...spec, containers } } } };
  });
}

/**
 * Throws InvalidRequest when it is not clear which container runs the workload. The message names the field that
 * decides it.
 */
export function workloadContainer(deployment: ClusterObject, choice: ContainerChoice): Fields {
  const { workload, image, container } = choice;
  const containers = listOf(specOf(templateOf(deployment)).containers);
  const names = containers.map(({ name }) => String(name));
  if (container !== undefined) {
    const named = containers.find(({ name }) => name === container);
    if (named !== undefined) return named;
    throw refused(
      `${objectName(deployment)} has no container ${container}, which the target names; it has ${inWords(names)}. Correct manifests.container of the target.`,
    );
  }
  const [only] = containers;
  if (only !== undefined && containers.length === 1) return only;
  const named = containers.find(({ name }) => name === 'app' || name === workload);
  if (named !== undefined) return named;
  const ofRepository = containers.filter((one) => repositoryOf(String(one.image)) === repositoryOf(image));
  const [first] = ofRepository;
  if (first !== undefined && ofRepository.length === 1) return first;
  throw refused(
    `${objectName(deployment)} has ${inWords(names)}, none of them named app or ${workload}, and ${ofRepository.length === 0 ? 'none' : 'several'} with an image of ${repositoryOf(image)}. Name the one whose image changes as manifests.container of the target.`,
  );
}

function inWords(names: readonly string[]): string {
  return names.length === 0 ? 'no containers' : `the containers ${names.join(', ')}`;
}

/** The image without its tag and its digest. The port of a registry stays. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
