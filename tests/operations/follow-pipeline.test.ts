import { PipelineStateChange } from '../../src/functions/events/messages/pipeline-state-change.ts';
import { followPipeline } from '../../src/operations/pipeline/follow-pipeline.ts';
import { aScene, type Scene } from './a-scene.ts';
import { actionChanged, buildChanged, REVISION, RUN_ID, read, runChanged, stageChanged } from './pipeline-events.ts';

const follow = (scene: Scene, given: object) => followPipeline(scene.ports, read(given));

test.each([
  ['STARTED', 'running'],
  ['RESUMED', 'running'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['CANCELED', 'stopped'],
  ['STOPPED', 'stopped'],
  ['SUPERSEDED', 'superseded'],
])('a run with the state %s in AWS is %s', (state, status) => {
  expect(read(runChanged(state))).toEqual({
    id: 'event-1',
    runId: RUN_ID,
    at: Date.UTC(2026, 0, 5, 10, 0, 7),
    fact: { about: 'run', status, by: null },
  });
});

test.each([
  [runChanged('STOPPING')],
  [stageChanged('Build', 'STOPPING')],
  [actionChanged('STARTED')],
  [actionChanged('SUCCEEDED')],
  [actionChanged('SUCCEEDED', { category: 'Source' })],
  [buildChanged('IN_PROGRESS')],
  [buildChanged('FAILED', {}, [])],
  [buildChanged('FAILED', {}, [{ name: 'REVISION', value: REVISION }])],
])('an event that says nothing about a part of a run is ignored: %#', (given) => {
  expect(read(given)).toBeNull();
});

test('the trigger says who started a run', () => {
  const trigger = {
    'trigger-type': 'StartPipelineExecution',
    'trigger-detail': 'arn:aws:sts::1:assumed-role/Admin/ada',
  };
  expect(read(runChanged('STARTED', { 'execution-trigger': trigger }))?.fact).toMatchObject({
    by: 'StartPipelineExecution arn:aws:sts::1:assumed-role/Admin/ada',
  });
  const created = { 'execution-trigger': { 'trigger-type': 'CreatePipeline' } };
  expect(read(runChanged('STARTED', created))?.fact).toMatchObject({ by: 'CreatePipeline' });
});

test('the source that was fetched says which revision it is', () => {
  const result = { 'external-execution-id': REVISION, 'external-execution-summary': 'Ship it' };
  const given = actionChanged('SUCCEEDED', { category: 'Source', result });
  expect(read(given)?.fact).toEqual({ about: 'revision', revision: REVISION });
});

test.each([
  [
    { 'external-execution-summary': 'Build terminated with state: FAILED', 'error-code': 'JobFailed' },
    'Build terminated with state: FAILED JobFailed',
  ],
  [{ 'external-execution-url': 'https://console/1' }, 'https://console/1'],
  [{ 'external-execution-summary': '' }, 'it ended as FAILED'],
  [undefined, 'it ended as FAILED'],
])('the entry of a failed action has the reason that AWS gives: %#', (result, because) => {
  expect(read(actionChanged('FAILED', result && { result }))?.fact).toMatchObject({ about: 'action', because });
});

test('the entry of a failed build says in which phase, why, and where its log is', () => {
  const phases = [
    { 'phase-type': 'INSTALL', 'phase-status': 'SUCCEEDED', 'phase-context': [': '] },
    { 'phase-type': 'BUILD', 'phase-status': 'FAILED', 'phase-context': ['COMMAND_EXECUTION_ERROR: exit status 1'] },
    { 'phase-type': 'POST_BUILD', 'phase-status': 'FAILED' },
    { 'phase-type': 'COMPLETED' },
  ];
  const given = buildChanged('FAILED', { phases, logs: { 'deep-link': 'https://console/log' } });
  expect(read(given)).toMatchObject({
    runId: RUN_ID,
    fact: {
      about: 'build',
      build: 'slipway-dev-test',
      succeeded: false,
      because:
        'it ended as FAILED. the phase BUILD ended as FAILED: COMMAND_EXECUTION_ERROR: exit status 1. ' +
        'the phase POST_BUILD ended as FAILED: no reason given. Its log: https://console/log',
    },
  });
  expect(read(buildChanged('SUCCEEDED'))?.fact).toMatchObject({ succeeded: true, because: 'it ended as SUCCEEDED.' });
});

test.each([
  [{}],
  [{ ...runChanged('STARTED'), 'detail-type': 'CodeDeploy Deployment State-change Notification' }],
  [{ ...runChanged('STARTED'), detail: { state: 'STARTED' } }],
  [{ ...stageChanged('Build', 'STARTED'), time: undefined }],
])('an event that is not from the pipeline is refused: %#', (given) => {
  expect(PipelineStateChange.safeParse(given).success).toBe(false);
});

test('an event writes the run, its entry and its metric, and sends its notice', async () => {
  const scene = await aScene();
  expect(await follow(scene, stageChanged('Build', 'STARTED', 'event-1'))).toEqual({ followed: true });
  expect(await follow(scene, stageChanged('Build', 'FAILED', 'event-2'))).toEqual({ followed: true });

  expect(scene.ledger().pipelineRuns.get(RUN_ID)).toMatchObject({
    service: 'checkout',
    stages: [{ name: 'Build', status: 'failed' }],
  });
  expect(scene.kinds(RUN_ID)).toEqual(['PipelineStageStarted', 'PipelineStageFailed']);
  expect(scene.delivered().map(({ id }) => id)).toEqual([
    `${RUN_ID}-0001-event`,
    `${RUN_ID}-0002-event`,
    `${RUN_ID}-0002-notice`,
  ]);
  expect(scene.cloud.measurements().map(({ name, value }) => [name, value])).toEqual([
    ['PipelineStageFailed', 1],
    ['PipelineStageDuration', 0],
  ]);
});

test('the same event again writes, measures and sends nothing', async () => {
  const scene = await aScene();
  await follow(scene, stageChanged('Build', 'FAILED'));
  const before = { kinds: scene.kinds(RUN_ID), sent: scene.delivered().length };
  expect(await follow(scene, stageChanged('Build', 'FAILED'))).toEqual({ followed: false });
  expect({ kinds: scene.kinds(RUN_ID), sent: scene.delivered().length }).toEqual(before);
  expect(scene.cloud.measurements()).toHaveLength(1);
});

test('an event whose record is lost is recorded when it comes again, and a recorded event is not', async () => {
  const scene = await aScene();
  scene.breakNext('pipelineRuns.record');
  await expect(follow(scene, stageChanged('Build', 'FAILED'))).rejects.toMatchObject({ name: 'Transient' });
  scene.breakNext('pipelineRuns.record', 'after');
  await expect(follow(scene, stageChanged('Build', 'FAILED'))).rejects.toMatchObject({ name: 'Transient' });
  expect(await follow(scene, stageChanged('Build', 'FAILED'))).toEqual({ followed: false });
  expect(scene.kinds(RUN_ID)).toEqual(['PipelineStageFailed']);
  // `reconcile` sends the messages that were not sent then.
  expect(scene.ledger().pending.size).toBe(2);
});

test('events without a pipeline, or without a fact, are ignored', async () => {
  const scene = await aScene();
  expect(await followPipeline(scene.ports, null)).toEqual({ followed: false });
  const ports = { ...scene.ports, pipelines: { service: null } };
  expect(await followPipeline(ports, read(stageChanged('Build', 'FAILED')))).toEqual({ followed: false });
  expect(scene.ledger().pipelineRuns.size).toBe(0);
});
