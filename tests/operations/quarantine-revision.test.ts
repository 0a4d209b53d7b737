import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startPipelineRun } from '../../src/operations/opening/start-pipeline-run.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { quarantineRevision } from '../../src/operations/pipeline/quarantine-revision.ts';
import { releaseService } from '../../src/operations/pipeline/release-service.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { by, deploy, run } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { DELIVERY, REVISION, RUN_ID } from './pipeline-events.ts';

/** A rollout from the pipeline: in its first bake, or promoted when the strategy is all at once. */
async function delivered(scene: Scene): Promise<string> {
  const { deploymentId } = await openDelivery(scene.ports, { order: DELIVERY, delivery: 'action-1' });
  await run(scene, deploymentId);
  return deploymentId;
}

async function wentBack(scene: Scene, deploymentId: string): Promise<void> {
  await rollBack(scene.ports, { deploymentId, state: {} });
  await settleDeployment(scene.ports, { deploymentId });
}

const hear = (scene: Scene, id: string) =>
  quarantineRevision(scene.ports, { id: 'event-1', detail: { deployment: { id } } });
const runOf = (scene: Scene) => scene.ledger().pipelineRuns.get(RUN_ID);

test('a rollback by an alarm closes the stage Deploy, with the revision, the deployment and the reason', async () => {
  const scene = await aScene();
  const id = await delivered(scene);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await wentBack(scene, id);

  expect(await hear(scene, id)).toEqual({ quarantined: true, run: RUN_ID });
  expect(scene.cloud.pipelines.shutBecause()).toMatch(
    new RegExp(`^Revision ${REVISION} is bad\\. Deployment ${id} was`),
  );
  expect(runOf(scene)).toMatchObject({ quarantine: 'inForce', quarantinedFor: id });
  expect(scene.kinds(RUN_ID)).toEqual(['DeliveryOpened', 'RevisionQuarantined']);
  expect(scene.delivered().filter(({ subject }) => subject.includes('revision quarantined'))).toMatchObject([
    { channel: 'notice', severity: 'warning' },
  ]);
});

test('a repeated event does not close the stage, also when the service was released meanwhile', async () => {
  const scene = await aScene();
  const id = await delivered(scene);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await wentBack(scene, id);
  await hear(scene, id);
  expect(await hear(scene, id)).toMatchObject({ quarantined: false, because: expect.stringContaining('before') });
  await releaseService(scene.ports, { name: 'checkout', reason: 'It is mended', by: 'ada' });
  await hear(scene, id);
  expect(scene.cloud.pipelines.shutBecause()).toBeNull();
  expect(scene.calls.filter((call) => call === 'pipelines.quarantine')).toHaveLength(1);
});

test.each(['pipelines.quarantine', 'pipelineRuns.record'])(
  'a crash at %s is repaired when the event comes again',
  async (call) => {
    const scene = await aScene();
    const id = await delivered(scene);
    await remediateAlarm(scene.ports, scene.alarmEvent());
    await wentBack(scene, id);
    scene.breakNext(call);
    await expect(hear(scene, id)).rejects.toMatchObject({ name: 'Transient' });
    expect(await hear(scene, id)).toMatchObject({ quarantined: true });
    expect(scene.kinds(RUN_ID).filter((kind) => kind === 'RevisionQuarantined')).toHaveLength(1);
  },
);

test('a promotion that an alarm undoes quarantines its revision by the event of its rollback', async () => {
  const scene = await aScene({ strategy: 'allAtOnce' });
  const id = await delivered(scene);
  await scene.pass(60_000);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  const rollback = scene.deployment(id).replacedBy ?? '';
  expect(await hear(scene, rollback)).toEqual({ quarantined: true, run: RUN_ID });
  expect(runOf(scene)).toMatchObject({ quarantinedFor: id });
});

test('a rollout that a person aborts or rolls back is not quarantined', async () => {
  const aborted = await aScene();
  const id = await delivered(aborted);
  await abortDeployment(aborted.ports, { id, reason: 'Not now', by: 'ada' });
  await wentBack(aborted, id);
  expect(await hear(aborted, id)).toMatchObject({ quarantined: false, because: expect.stringContaining('a person') });

  const undone = await aScene({ strategy: 'allAtOnce' });
  await delivered(undone);
  const { id: rollback } = await startRollback(undone.ports, { service: 'checkout', reason: 'Not now', ...by });
  expect(await hear(undone, rollback)).toMatchObject({ quarantined: false });
  expect(undone.cloud.pipelines.shutBecause()).toBeNull();
});

test('a rollout that did not come through the pipeline, or whose pipeline is gone, closes no stage', async () => {
  const scene = await aScene();
  const id = await deploy(scene);
  await run(scene, id);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await wentBack(scene, id);
  expect(await hear(scene, id)).toMatchObject({
    because: expect.stringContaining('did not come through the pipeline'),
  });

  const other = await aScene();
  const gone = await delivered(other);
  await remediateAlarm(other.ports, other.alarmEvent());
  await wentBack(other, gone);
  const ports = { ...other.ports, pipelines: { ...other.ports.pipelines, service: null } };
  const event = { id: 'event-1', detail: { deployment: { id: gone } } };
  expect(await quarantineRevision(ports, event)).toMatchObject({ because: expect.stringContaining('any more') });
});

test('a run whose delivery was never recorded is quarantined all the same', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record');
  await delivered(scene).catch(() => {});
  const [id = ''] = scene.ledger().deployments.keys();
  await run(scene, id);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await wentBack(scene, id);
  expect(await hear(scene, id)).toMatchObject({ quarantined: true });
  expect(runOf(scene)).toMatchObject({ quarantine: 'inForce', quarantinedFor: id });
});

test('a quarantined revision is not started again until a release, and a later revision may start', async () => {
  const scene = await aScene();
  const id = await delivered(scene);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await wentBack(scene, id);
  await hear(scene, id);
  const start = (revision: string) => startPipelineRun(scene.ports, { service: 'checkout', revision, ...by });
  await expect(start(REVISION)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('POST /services/checkout/release first'),
  });
  expect((await start('b'.repeat(40))).revision).toBe('b'.repeat(40));
  const release = { name: 'checkout', reason: 'It was the network', by: 'grace' };
  expect(await releaseService(scene.ports, release)).toEqual({ service: 'checkout', released: [RUN_ID] });
  expect(scene.timeline(RUN_ID).at(-1)).toMatchObject({
    kind: 'RevisionReleased',
    by: 'grace',
    because: 'It was the network',
  });
  expect((await start(REVISION)).revision).toBe(REVISION);
});

test('a release without a recorded quarantine opens the stage all the same, and may be repeated after a crash', async () => {
  const scene = await aScene();
  await scene.ports.pipelines.quarantine('By hand');
  const release = { name: 'checkout', reason: 'It is mended', by: 'ada' };
  scene.breakNext('pipelines.release', 'after');
  await expect(releaseService(scene.ports, release)).rejects.toMatchObject({ name: 'Transient' });
  expect(await releaseService(scene.ports, release)).toEqual({ service: 'checkout', released: [] });
  expect(scene.cloud.pipelines.shutBecause()).toBeNull();
});

test('a service that the pipeline does not deliver cannot be released', async () => {
  const scene = await aScene();
  const release = { name: 'basket', reason: 'It is mended', by: 'ada' };
  await expect(releaseService(scene.ports, release)).rejects.toMatchObject({ name: 'Conflict' });
  expect(scene.calls).not.toContain('pipelines.release');
});
