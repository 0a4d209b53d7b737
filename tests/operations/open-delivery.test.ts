import { newRun } from '../../src/domain/pipeline/pipeline-run.ts';
import { OpenDeliveryInput, openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { readDelivery } from '../../src/operations/pipeline/read-delivery.ts';
import { readWatch } from '../../src/operations/pipeline/read-watch.ts';
import { readDeployment } from '../../src/operations/reading/read-deployment.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { deploy, goOn, run } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { DELIVERY, REVISION, RUN_ID } from './pipeline-events.ts';

const open = (scene: Scene, { delivery = 'action-1', ...change }: Change = {}) =>
  openDelivery(scene.ports, { order: { ...DELIVERY, ...change }, delivery });
type Change = Partial<OpenDeliveryInput['order']> & { readonly delivery?: string };

test('a delivery deploys the build in the name of the caller that asked for the run', async () => {
  const scene = await aScene();
  await scene.ports.pipelineRuns.record(RUN_ID, () => ({
    run: { ...newRun({ id: RUN_ID, service: 'checkout', at: 0 }), by: 'grace', reason: 'to ship it' },
    entries: [{ kind: 'PipelineRequested', by: 'grace', because: 'to ship it' }],
  }));
  const { deploymentId } = await open(scene);
  expect(scene.deployment(deploymentId)).toMatchObject({
    artifact: { s3: { bucket: 'builds', key: `builds/checkout/${REVISION}.zip` } },
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

test('a run that is still unknown is deployed in the name of the pipeline', async () => {
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

test('a delivery that is repeated after the rollout has ended is still that rollout', async () => {
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
  expect(scene.deployment(first).status).toBe('failed');
  const { deploymentId: second } = await open(scene, { delivery: 'action-2' });
  expect(second).not.toBe(first);
  expect(scene.ledger().pipelineRuns.get(RUN_ID)?.deploymentId).toBe(second);
});

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const IMAGES = { output: { kind: 'image', repository: 'registry/checkout' } } as const;

test('an image is deployed as an image when the pipeline builds images', async () => {
  const scene = await aScene({}, IMAGES);
  const reference = `registry/checkout@${DIGEST}`;
  const { deploymentId } = await open(scene, { artifact: { kind: 'image', bucket: 'builds', reference } });
  expect(scene.deployment(deploymentId).artifact).toEqual({ image: reference });
});

const { artifact } = DELIVERY;
test.each<[string, Change, RegExp]>([
  ['another service', { service: 'basket' }, /delivers checkout, and this delivery is for basket/],
  ['another bucket', { artifact: { ...artifact, bucket: 'elsewhere' } }, /s3:..elsewhere.* is not s3:..builds/],
  ['code of another service', { artifact: { ...artifact, reference: `builds/basket/${REVISION}.zip` } }, /is not s3/],
  ['a folder', { artifact: { ...artifact, reference: `builds/checkout/../basket/${REVISION}.zip` } }, /is not s3/],
  [
    'the code of another revision',
    { artifact: { ...artifact, reference: `builds/checkout/${'b'.repeat(40)}.zip` } },
    /is not/,
  ],
  [
    'an image',
    { artifact: { ...artifact, kind: 'image', reference: `registry/checkout@${DIGEST}` } },
    /leaves an object/,
  ],
  [
    'another revision than its run has fetched',
    { revision: 'b'.repeat(40), artifact: { ...artifact, reference: `builds/checkout/${'b'.repeat(40)}.zip` } },
    /has fetched revision a{40}, and this delivery names b{40}/,
  ],
])('a delivery that names %s is refused, with the fact, and opens nothing', async (_what, change, says) => {
  const scene = await aScene();
  await expect(open(scene, change)).rejects.toMatchObject({ name: 'Forbidden', message: expect.stringMatching(says) });
  expect([scene.ledger().deployments.size, scene.ledger().pipelineRuns.size]).toEqual([0, 0]);
});

test.each([
  `registry/basket@${DIGEST}`,
  `registry/checkout-evil@${DIGEST}`,
  `evil.example/registry/checkout@${DIGEST}`,
  'registry/checkout:latest',
  `registry/checkout:1@${DIGEST}`,
  'registry/checkout@sha256:abc',
])('the image %s is refused, because the stage Build pushes images by their digest', async (reference) => {
  const scene = await aScene({}, IMAGES);
  const image = { artifact: { kind: 'image', bucket: 'builds', reference } } as const;
  await expect(open(scene, image)).rejects.toMatchObject({ name: 'Forbidden' });
  expect(scene.ledger().deployments.size).toBe(0);
});

test.each([
  ['run', { pipelineRun: '99999999-2222-3333-4444-555555555555' }],
  ['execution', { delivery: 'action-9' }],
])(
  'a delivery with another %s than CodePipeline started opens nothing, and is asked about again',
  async (_what, change) => {
    const scene = await aScene();
    const message = expect.stringMatching(/CodePipeline does not say that run .* started this delivery/);
    await expect(open(scene, change)).rejects.toMatchObject({ name: 'Transient', message });
    expect(scene.ledger().deployments.size).toBe(0);
  },
);

test('without a pipeline nothing is delivered', async () => {
  const scene = await aScene();
  const deliveries = { ...scene.ports.deliveries, place: null };
  const delivered = openDelivery({ ...scene.ports, deliveries }, { order: DELIVERY, delivery: 'action-1' });
  await expect(delivered).rejects.toMatchObject({ name: 'Forbidden', message: expect.stringContaining('no pipeline') });
});

/** The input of the stage Deploy as resources/pipeline.yml writes it, with the values that the build exports. */
const written = (exported: string) =>
  `{"service":"checkout","pipelineRun":"${RUN_ID}","revision":"${REVISION}","artifact":{"kind":"object","bucket":"builds","reference":"${exported}"}}`;

test.each([
  ['another service', '"},"service":"basket","artifact":{"kind":"object","bucket":"builds","reference":"x'],
  ['another run', '"},"pipelineRun":"other","artifact":{"kind":"object","bucket":"builds","reference":"x'],
  ['another bucket', '","bucket":"elsewhere'],
  ['another kind', `","kind":"image","reference":"registry/basket@${DIGEST}`],
  ['a field more', '"},"delivery":"action-2","x":{"y":"'],
  ['a field more within', '","objectVersion":"1'],
])('an export that closes the JSON to name %s delivers nothing', async (_what, ending) => {
  const scene = await aScene();
  const reference = `builds/checkout/${REVISION}.zip`;
  // When two fields have one name, the later field counts, in Step Functions as here.
  const read = OpenDeliveryInput.safeParse({
    order: JSON.parse(written(`${reference}${ending}`)),
    delivery: 'action-1',
  });
  const delivered = read.success ? openDelivery(scene.ports, read.data) : Promise.reject(new Error('not read'));
  await expect(delivered).rejects.toThrow();
  expect(scene.ledger().deployments.size).toBe(0);
});

test('a service that is busy refuses the delivery, and nothing is recorded', async () => {
  const scene = await aScene();
  await deploy(scene);
  await expect(open(scene)).rejects.toMatchObject({ name: 'Conflict' });
  expect(scene.ledger().pipelineRuns.size).toBe(0);
});

test.each([
  { order: { ...DELIVERY, artifact: { ...artifact, kind: 'zip' } } },
  { order: { ...DELIVERY, artifact: { ...artifact, reference: '' } } },
  { order: { ...DELIVERY, artifact: { ...artifact, more: 'x' } } },
  { order: { ...DELIVERY, revision: '' } },
  { order: { ...DELIVERY, more: 'x' } },
  { delivery: undefined },
])('an input that differs from what the pipeline writes is refused: %#', (change) => {
  expect(OpenDeliveryInput.safeParse({ order: DELIVERY, delivery: 'action-1' }).success).toBe(true);
  expect(OpenDeliveryInput.safeParse({ order: DELIVERY, delivery: 'action-1', ...change }).success).toBe(false);
});

test('the stages wait for a delivery and its watch by the ledger', async () => {
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

test('a deployment whose run is not recorded is read without the run', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record');
  await open(scene).catch(() => {});
  const [id = ''] = scene.ledger().deployments.keys();
  expect(await readDeployment(scene.ports, { id })).toMatchObject({ pipeline: null });
});
