/** What the pipeline may deliver: only its own service, and only the code that the stage Build made of the revision. */
import { SlipwayError } from '../errors.ts';

/** Where the builds of the pipeline put code: in a bucket, or as images in one repository. */
export type BuildOutput =
  | { readonly kind: 'object'; readonly bucket: string }
  | { readonly kind: 'image'; readonly repository: string };

export interface DeliveryPlace {
  readonly service: string;
  readonly output: BuildOutput;
}

export interface DeliveryOrder {
  readonly service: string;
  readonly pipelineRun: string;
  readonly revision: string;
  readonly artifact: { readonly kind: 'object' | 'image'; readonly bucket: string; readonly reference: string };
}

/**
 * The repository that the pipeline builds also writes a part of the order, and so may forge all of it. The order
 * therefore proves nothing about itself. Throws Forbidden for another service, and for code that the pipeline did not
 * build.
 */
export function requireOwnDelivery(place: DeliveryPlace | null, { service, revision, artifact }: DeliveryOrder): void {
  if (place === null) throw refused('This Slipway has no pipeline, so nothing can be delivered by one.');
  if (service !== place.service)
    throw refused(`The pipeline of this Slipway delivers ${place.service}, and this delivery is for ${service}.`);
  const { output } = place;
  if (artifact.kind !== output.kind)
    throw refused(
      `The stage Build of this pipeline leaves an ${output.kind}, and this delivery names an ${artifact.kind}.`,
    );
  if (output.kind === 'image') {
    const { repository } = output;
    if (isImageOf(artifact.reference, repository)) return;
    throw refused(
      `${artifact.reference} is not an image of ${repository} by its digest, which the stage Build pushes.`,
    );
  }
  const key = buildKey({ service, revision });
  if (artifact.bucket === output.bucket && artifact.reference === key) return;
  const found = `s3://${artifact.bucket}/${artifact.reference}`;
  throw refused(`${found} is not s3://${output.bucket}/${key}, which the stage Build leaves for this revision.`);
}

/** buildspecs/build.yml uses the same name. */
export function buildKey({ service, revision }: { readonly service: string; readonly revision: string }): string {
  return `builds/${service}/${revision}.zip`;
}

/**
 * `action` is null when CodePipeline does not say that the run started this delivery. Throws Transient when `action` is
 * null. Throws Forbidden when the run fetched another revision than the order names.
 */
export function requireStartedBy(
  action: { readonly revision: string } | null,
  { pipelineRun, revision }: Pick<DeliveryOrder, 'pipelineRun' | 'revision'>,
): void {
  if (action === null) {
    const fact = `CodePipeline does not say that run ${pipelineRun} started this delivery.`;
    throw new SlipwayError('Transient', `${fact} It is asked again; if it stays so, start a run of the pipeline.`);
  }
  if (action.revision !== revision)
    throw refused(`Run ${pipelineRun} has fetched revision ${action.revision}, and this delivery names ${revision}.`);
}

function isImageOf(reference: string, repository: string): boolean {
  return reference.startsWith(`${repository}@`) && /^sha256:[0-9a-f]{64}$/.test(reference.slice(repository.length + 1));
}

function refused(fact: string): SlipwayError {
  const way =
    'Look for what changed ARTIFACT in the build of this revision, and start a run of the pipeline without it.';
  return new SlipwayError('Forbidden', `${fact} ${way}`, { details: { reason: 'delivery not its own' } });
}
