/**
 * Opens the deployment of what the stage Build made, when the stage Deploy begins. A repeat for the same delivery opens
 * nothing new; a retried stage is a new delivery. The repository's own build writes part of the order, so its service,
 * run and code are checked against the stack and CodePipeline.
 */
import * as z from 'zod/mini';
import type { Artifact, Deployment } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { BUCKET, IMAGE, isObjectKey } from '../../domain/lambda/artifact-names.ts';
import { type DeliveryOrder, requireOwnDelivery, requireStartedBy } from '../../domain/pipeline/delivery-place.ts';
import { newRun, PIPELINE } from '../../domain/pipeline/pipeline-run.ts';
import { deliverRun } from '../../domain/pipeline/quarantine.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { ListedDeployments } from '../../ports/deployments.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import { type StartRolloutPorts, startRollout } from '../opening/start-rollout.ts';

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/**
 * Exactly the fields that the stage Deploy sends. With a field more or less, the input does not come from the pipeline.
 */
export const OpenDeliveryInput = z.strictObject({
  order: z.strictObject({
    service: text(63),
    pipelineRun: text(80),
    revision: text(200),
    /** What the stage Build made: an object in `bucket`, or an image. */
    artifact: z
      .strictObject({
        kind: z.enum(['object', 'image']),
        bucket: z.string().check(z.regex(BUCKET)),
        reference: text(2_000),
      })
      .check(
        z.refine(({ kind, reference }) => (kind === 'image' ? IMAGE.test(reference) : isObjectKey(reference)), {
          path: ['reference'],
          error: 'Lambda takes no such name of code. Correct what the stage Build exports as ARTIFACT.',
        }),
      ),
  }),
  /**
   * The name of the calling execution, which is the id of the pipeline's action. The execution's own input cannot
   * change it.
   */
  delivery: text(80),
});
export type OpenDeliveryInput = z.infer<typeof OpenDeliveryInput>;

export interface OpenDeliveryPorts extends StartRolloutPorts {
  readonly deployments: ListedDeployments & StartRolloutPorts['deployments'];
  readonly pipelineRuns: PipelineRuns;
  readonly deliveries: Deliveries;
}

export async function openDelivery(
  ports: OpenDeliveryPorts,
  input: OpenDeliveryInput,
): Promise<{ readonly deploymentId: string }> {
  const { deployments, pipelineRuns, deliveries, clock } = ports;
  const { order, delivery } = input;
  const { service, pipelineRun, revision } = order;
  requireOwnDelivery(deliveries.place, order);
  requireStartedBy(await deliveries.find({ run: pipelineRun, action: delivery }), order);
  const requestKey = `delivery ${delivery}`;
  const { items } = await deployments.list({ service, limit: 20 });
  const known = items.find((deployment) => deployment.requestKey === requestKey);
  const deployment = known ?? (await opened(ports, { order, requestKey }));
  // Act first, record second. After a crash in between, a retry finds the deployment by its key and records it.
  await pipelineRuns.record(pipelineRun, (run) =>
    deliverRun(run ?? newRun({ id: pipelineRun, service, at: clock.now() }), { deploymentId: deployment.id, revision }),
  );
  return { deploymentId: deployment.id };
}

async function opened(
  ports: OpenDeliveryPorts,
  { order, requestKey }: { readonly order: DeliveryOrder; readonly requestKey: string },
): Promise<Deployment> {
  const { service, pipelineRun, revision, artifact } = order;
  const run = await ports.pipelineRuns.find(pipelineRun);
  const result = await startRollout(ports, {
    service,
    artifact: artifactOf(artifact),
    commit: revision,
    reason: run?.reason ?? `Revision ${revision} came through the pipeline.`,
    // The caller that asked for the run also counts as the caller that asked for the deployment: this caller can never
    // approve it.
    by: run?.by ?? PIPELINE,
    requestKey,
    pipelineRun,
  });
  if (!('deployment' in result)) throw new SlipwayError('Broken', `The delivery of ${service} opened nothing.`);
  // A deployment with the same artifact is already in flight, and another caller asked for it. The delivery follows
  // that deployment.
  return result.deployment;
}

function artifactOf({ kind, bucket, reference }: DeliveryOrder['artifact']): Artifact {
  return kind === 'image' ? { image: reference } : { s3: { bucket, key: reference } };
}
