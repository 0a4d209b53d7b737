import { buildKey } from '../../src/domain/pipeline/delivery-place.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene } from './a-scene.ts';
import { REVISION, RUN_ID } from './pipeline-events.ts';

test("a delivery that found another caller's deployment does not deploy again after a person has aborted it", async () => {
  const scene = await aScene();
  const s3 = { bucket: 'builds', key: buildKey({ service: 'checkout', revision: REVISION }) };
  const id = await baking(scene, { artifact: { s3 }, by: 'bob@acme' });
  const deliver = () =>
    openDelivery(scene.ports, {
      order: {
        service: 'checkout',
        pipelineRun: RUN_ID,
        revision: REVISION,
        artifact: { kind: 'object', bucket: s3.bucket, reference: s3.key },
      },
      delivery: 'action-1',
    });
  scene.breakNext('pipelineRuns.record');
  await expect(deliver()).rejects.toMatchObject({ name: 'Transient' });
  await abortDeployment(scene.ports, { id, reason: 'bad', by: 'grace@acme' });
  await goOn(scene, id);
  expect(await deliver()).toEqual({ deploymentId: id });
});
