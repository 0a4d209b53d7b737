import {
  CodePipelineClient,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { codepipelinePipelines } from '../../src/aws/codepipeline-pipelines.ts';
import { sdkError } from './sdk-error.ts';

const aws = mockClient(CodePipelineClient);
afterAll(() => void aws.restore());
const pipelines = codepipelinePipelines(new CodePipelineClient({ region: 'eu-west-1' }), {
  name: 'slipway-dev-delivery',
  service: 'checkout',
});
const REVISION = 'c'.repeat(40);
beforeEach(() => aws.reset());

test('a run is started for one commit in place of the branch, with a token made from the key', async () => {
  aws.on(StartPipelineExecutionCommand).resolves({ pipelineExecutionId: 'run-1' });
  expect(await pipelines.start({ revision: REVISION, once: 'ada key, with spaces / and more' })).toBe('run-1');
  expect(await pipelines.start({ revision: REVISION, once: null })).toBe('run-1');
  const [keyed, free] = aws.commandCalls(StartPipelineExecutionCommand).map(({ args }) => args[0].input);
  const sourceRevisions = [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: REVISION }];
  expect(keyed).toEqual({
    name: 'slipway-dev-delivery',
    sourceRevisions,
    clientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(free).toEqual({ name: 'slipway-dev-delivery', sourceRevisions });
});

test('an answer without an id is Broken, because only a person can find the run', async () => {
  aws.on(StartPipelineExecutionCommand).resolves({});
  await expect(pipelines.start({ revision: REVISION, once: null })).rejects.toMatchObject({ name: 'Broken' });
});

test.each([
  ['100 % of the calls failed; see <a href="x">it</a>', '100 percent of the calls failed see a href x it a'],
  ['Größe\nzwei', 'Gr e zwei'],
  ['ä', 'No reason was given.'],
  ['', 'No reason was given.'],
  ['ok'.repeat(400), 'ok'.repeat(150)],
])('the reason %j is shortened and cleaned to what CodePipeline accepts', async (because, reason) => {
  aws.on(DisableStageTransitionCommand).resolves({});
  await pipelines.quarantine(because);
  expect(aws.commandCalls(DisableStageTransitionCommand)[0]?.args[0].input).toEqual({
    pipelineName: 'slipway-dev-delivery',
    stageName: 'Deploy',
    transitionType: 'Inbound',
    reason,
  });
});

test('a release opens the transition into Deploy, and no other', async () => {
  aws.on(EnableStageTransitionCommand).resolves({});
  await pipelines.release();
  expect(aws.commandCalls(EnableStageTransitionCommand)[0]?.args[0].input).toEqual({
    pipelineName: 'slipway-dev-delivery',
    stageName: 'Deploy',
    transitionType: 'Inbound',
  });
});

test.each([
  ['PipelineNotFoundException', 'NotFound'],
  ['ConcurrentPipelineExecutionsLimitExceededException', 'Broken'],
  ['ThrottlingException', 'Transient'],
  ['ValidationException', 'InvalidRequest'],
  ['AccessDeniedException', 'Broken'],
])('the error %s becomes %s, and its message says what was attempted', async (name, expected) => {
  aws.onAnyCommand().rejects(sdkError(name));
  const start = pipelines.start({ revision: REVISION, once: null });
  await expect(start).rejects.toMatchObject({
    name: expected,
    message: expect.stringContaining(`Could not start the pipeline for ${REVISION}`),
  });
  await expect(pipelines.quarantine('bad')).rejects.toMatchObject({
    name: expected,
    message: expect.stringContaining('shut the stage Deploy'),
  });
  await expect(pipelines.release()).rejects.toMatchObject({
    name: expected,
    message: expect.stringContaining('open the stage Deploy'),
  });
});
