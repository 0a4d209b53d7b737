import { startDeployment } from '../../src/operations/opening/start-deployment.ts';
import { followPipeline } from '../../src/operations/pipeline/follow-pipeline.ts';
import { readPipelineRun } from '../../src/operations/reading/read-pipeline-run.ts';
import { by } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { REVISION, read, runChanged } from './pipeline-events.ts';

const started = async (scene: Scene, more: object = {}) => {
  const result = await startDeployment(scene.ports, { service: 'checkout', revision: REVISION, ...by, ...more });
  if (result.outcome !== 'pipelineStarted') throw new Error(`It was ${result.outcome}.`);
  return result.run;
};

test('a revision starts the pipeline, and the ledger has the caller and the reason', async () => {
  const scene = await aScene();
  const run = await started(scene, { reason: 'to ship the new basket' });
  expect(run).toMatchObject({
    service: 'checkout',
    revision: REVISION,
    status: 'running',
    by: 'ada',
    reason: 'to ship the new basket',
  });
  expect(scene.timeline(run.id)).toMatchObject([
    { kind: 'PipelineRequested', by: 'ada', because: 'to ship the new basket', data: { revision: REVISION } },
  ]);
  expect(await readPipelineRun(scene.ports, { id: run.id })).toEqual({ run, timeline: scene.timeline(run.id) });
  expect(scene.ledger().deployments.size).toBe(0);
});

test('an event of the run that was quicker than the record of the request is kept', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record', 'before', async () => {
    const [run] = scene.cloud.pipelines.runs();
    const event = read(runChanged('STARTED', { 'execution-trigger': { 'trigger-type': 'StartPipelineExecution' } }));
    if (event !== null) await followPipeline(scene.ports, { ...event, runId: run?.id ?? '' });
  });
  const run = await started(scene);
  expect(run).toMatchObject({ by: 'ada', timelineLength: 2 });
  expect(scene.kinds(run.id)).toEqual(['PipelineStarted', 'PipelineRequested']);
});

test('a request that is repeated under its key is the same run, and is recorded once', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record');
  const keyed = { requestKey: '6f1c' };
  await expect(started(scene, keyed)).rejects.toMatchObject({ name: 'Transient' });
  const first = await started(scene, keyed);
  const second = await started(scene, keyed);
  expect(second).toEqual(first);
  expect(scene.cloud.pipelines.runs()).toHaveLength(1);
  expect(scene.kinds(first.id)).toEqual(['PipelineRequested']);
});

test('a service that is not registered is refused before anything is started', async () => {
  const scene = await aScene();
  await expect(started(scene, { service: 'cart' })).rejects.toMatchObject({ name: 'NotFound' });
  expect(scene.calls).not.toContain('pipelines.start');
});

test('without a pipeline, or for a service that it does not deliver, the answer says what to do instead', async () => {
  const scene = await aScene();
  const installed = { ...scene.ports.pipelines, service: null };
  await expect(started({ ...scene, ports: { ...scene.ports, pipelines: installed } })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringMatching(/has no pipeline\. Install it with the parameter codeConnectionArn, or deploy/),
  });
  const other = { ...scene.ports.pipelines, service: 'basket' };
  await expect(started({ ...scene, ports: { ...scene.ports, pipelines: other } })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('delivers basket, not checkout'),
  });
  expect(scene.calls).not.toContain('pipelines.start');
});

test('a revision beside a version or an artifact is refused, and a request without a revision deploys a version', async () => {
  const scene = await aScene();
  for (const more of [{ version: '42' }, { artifact: { version: '42' } }]) {
    await expect(started(scene, more)).rejects.toMatchObject({ name: 'InvalidRequest' });
  }
  const result = await startDeployment(scene.ports, { service: 'checkout', version: '42', ...by });
  expect(result).toMatchObject({ outcome: 'opened', deployment: { pipelineRun: null } });
  expect(scene.calls).not.toContain('pipelines.start');
});

test('an unknown run is not found', async () => {
  const scene = await aScene();
  await expect(readPipelineRun(scene.ports, { id: 'x' })).rejects.toMatchObject({ name: 'NotFound' });
});
