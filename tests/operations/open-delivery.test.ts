import { newRun } from '../../src/domain/pipeline-run.ts';
import { OpenDeliveryInput, openDelivery } from '../../src/operations/open-delivery.ts';
import { readDelivery } from '../../src/operations/read-delivery.ts';
import { readDeployment } from '../../src/operations/read-deployment.ts';
import { readWatch } from '../../src/operations/read-watch.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { deploy, goOn, run } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { REVISION, RUN_ID } from './pipeline-events.ts';

const INPUT: OpenDeliveryInput = {
  service: 'checkout',
  pipelineRun: RUN_ID,
  revision: REVISION,
  artifact: { kind: 'object', bucket: 'builds', reference: 'checkout.zip' },
  delivery: 'action-1',
};
const open = (scene: Scene, change: Partial<OpenDeliveryInput> = {}) =>
  openDelivery(scene.ports, { ...INPUT, ...change });

test('what the pipeline built is deployed in the name of whoever asked for the run', async () => {
  const scene = await aScene();
  await scene.ports.pipelineRuns.record(RUN_ID, () => ({
    run: { ...newRun({ id: RUN_ID, service: 'checkout', at: 0 }), by: 'grace', reason: 'to ship it' },
    entries: [{ kind: 'PipelineRequested', by: 'grace', because: 'to ship it' }],
  }));
  const { deploymentId } = await open(scene);
  expect(scene.deployment(deploymentId)).toMatchObject({
    artifact: { s3: { bucket: 'builds', key: 'checkout.zip' } },
    commit: REVISION,
    by: 'grace',
    reason: 'to ship it',
    pipelineRun: RUN_ID,
  });
  expect(scene.ledger().pipelineRuns.get(RUN_ID)).toMatchObject({ deploymentId, revision: REVISION });
  expect(scene.kinds(RUN_ID)).toEqual(['PipelineRequested', 'DeliveryOpened']);
  const { pipeline, timeline } = await readDeployment(scene.ports, { id: deploymentId });
  expect(pipeline?.timeline.map(({ kind }) => kind)).toEqual(['PipelineRequested', 'DeliveryOpened']);
  expect(timeline.map(({ kind }) => kind)).toEqual(['DeploymentOpened']);
});

test('a run of which nothing is known yet is one of the pipeline', async () => {
  const scene = await aScene();
  const { deploymentId } = await open(scene);
  expect(scene.deployment(deploymentId)).toMatchObject({ by: 'pipeline' });
  expect(scene.deployment(deploymentId).reason).toContain(REVISION);
});

test.each(['before', 'after'] as const)(
  'a delivery that crashes %s the run is recorded opens one deployment',
  async (when) => {
    const scene = await aScene();
    scene.breakNext('pipelineRuns.record', when);
    await expect(open(scene)).rejects.toMatchObject({ name: 'Transient' });
    const { deploymentId } = await open(scene);
    expect(await open(scene)).toEqual({ deploymentId });
    expect(scene.ledger().deployments.size).toBe(1);
    expect(scene.kinds(RUN_ID)).toEqual(['DeliveryOpened']);
  },
);

test('asked for again after the rollout has ended, a delivery is still that rollout', async () => {
  const scene = await aScene({ strategy: 'allAtOnce' });
  const { deploymentId } = await open(scene);
  await run(scene, deploymentId);
  expect(scene.deployment(deploymentId).status).toBe('promoted');
  expect(await open(scene)).toEqual({ deploymentId });
});

test('a stage that a person tries again is another delivery, and another deployment', async () => {
  const scene = await aScene({ hooks: { beforeTraffic: [{ function: 'check' }], afterTraffic: [] } });
  scene.hookAnswers.set('check', { passed: false, detail: 'It is not fit.' });
  const { deploymentId: first } = await open(scene);
  await run(scene, first);
  expect(scene.deployment(first).status).toBe('rolledBack');
  const { deploymentId: second } = await open(scene, { delivery: 'action-2' });
  expect(second).not.toBe(first);
  expect(scene.ledger().pipelineRuns.get(RUN_ID)?.deploymentId).toBe(second);
});

test('an image is deployed as an image, where the service takes one', async () => {
  const scene = await aScene();
  const { deploymentId } = await open(scene, {
    artifact: { kind: 'image', bucket: 'builds', reference: 'registry/checkout@sha256:abc' },
  });
  expect(scene.deployment(deploymentId).artifact).toEqual({ image: 'registry/checkout@sha256:abc' });
});

test('a service that is busy refuses the delivery, and nothing is recorded', async () => {
  const scene = await aScene();
  await deploy(scene);
  await expect(open(scene)).rejects.toMatchObject({ name: 'Conflict' });
  expect(scene.ledger().pipelineRuns.size).toBe(0);
});

test.each([
  [{ artifact: { ...INPUT.artifact, kind: 'zip' } }],
  [{ artifact: { ...INPUT.artifact, reference: '' } }],
  [{ revision: '' }],
  [{ delivery: undefined }],
])('an input of the pipeline that is not whole is refused: %#', (change) => {
  expect(OpenDeliveryInput.safeParse({ ...INPUT, ...change }).success).toBe(false);
});

test('a delivery is waited for, and its watch too, by the ledger', async () => {
  const scene = await aScene();
  await expect(readWatch(scene.ports, { pipelineRun: RUN_ID })).rejects.toMatchObject({ name: 'Broken' });
  const { deploymentId } = await open(scene);
  expect(await readDelivery(scene.ports, { deploymentId })).toMatchObject({ deploymentId, outcome: 'wait' });
  await run(scene, deploymentId);
  await scene.pass(5 * MINUTE);
  await goOn(scene, deploymentId);
  expect(await readDelivery(scene.ports, { deploymentId })).toMatchObject({ outcome: 'promoted' });
  expect(await readWatch(scene.ports, { pipelineRun: RUN_ID })).toEqual({
    pipelineRun: RUN_ID,
    outcome: 'watched',
    because: `Deployment ${deploymentId} is watched.`,
    forSeconds: 1_800,
  });
  await scene.pass(30 * MINUTE);
  expect(await readWatch(scene.ports, { pipelineRun: RUN_ID })).toMatchObject({ outcome: 'kept' });
});

test('a deployment whose run is not on record is read without it', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record');
  await open(scene).catch(() => {});
  const [id = ''] = scene.ledger().deployments.keys();
  expect(await readDeployment(scene.ports, { id })).toMatchObject({ pipeline: null });
});
