/**
 * The pipeline's stage Deploy begins: opens the deployment of what the stage Build left. Repeatable for one delivery; a stage
 * that a person tries again is another delivery, and opens another deployment. The build of the repository writes a part of the
 * order, so what an order says about its service, its run and its code is held to what the stack and CodePipeline say.
 */
import * as z from 'zod/mini';
import type { Artifact, Deployment } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { BUCKET, IMAGE, isObjectKey } from '../../domain/lambda/artifact-names.ts';
import { type DeliveryOrder, requireOwnDelivery, requireStartedBy } from '../../domain/pipeline/delivery-place.ts';
import { newRun, PIPELINE } from '../../domain/pipeline/pipeline-run.ts';
import { deliverRun } from '../../domain/pipeline/quarantine.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import { type StartRolloutPorts, startRollout } from '../opening/start-rollout.ts';

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** Exactly what the stage Deploy hands on: a field more, or one less, and the input is not the one that the pipeline wrote. */
export const OpenDeliveryInput = z.strictObject({
  order: z.strictObject({
    service: text(63),
    pipelineRun: text(80),
    revision: text(200),
    /** What the stage Build left: an object of `bucket`, or an image. */
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
  /** The name of the execution that asks, which is the id of the pipeline's action. The execution's own input cannot change it. */
  delivery: text(80),
});
export type OpenDeliveryInput = z.infer<typeof OpenDeliveryInput>;

export interface OpenDeliveryPorts extends StartRolloutPorts {
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
  // Act first, record second: a crash in between finds the deployment by its key, and records it then.
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
    // Whoever asked for the run asks for the deployment: an approver is never the same.
    by: run?.by ?? PIPELINE,
    requestKey,
    pipelineRun,
  });
  if (!('deployment' in result)) throw new SlipwayError('Broken', `The delivery of ${service} opened nothing.`);
  // In flight already with the same artifact, asked for by somebody else: the delivery follows that one.
  return result.deployment;
}

function artifactOf({ kind, bucket, reference }: DeliveryOrder['artifact']): Artifact {
  return kind === 'image' ? { image: reference } : { s3: { bucket, key: reference } };
}
