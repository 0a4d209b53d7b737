import fc from 'fast-check';
import {
  type FollowedRun,
  followRun,
  type PipelineRun,
  type RunEvent,
  type RunFact,
} from '../../src/domain/pipeline/pipeline-run.ts';
import { aRun, REVISION, runEvent, STARTED_AT } from './a-pipeline-run.ts';

const stage = (name: string, status: 'running' | 'succeeded' | 'failed' | 'stopped'): RunFact => ({
  about: 'stage',
  stage: name,
  status,
});
const ofRun = (
  status: 'running' | 'succeeded' | 'failed' | 'stopped' | 'superseded',
  by: string | null = null,
): RunFact => ({
  about: 'run',
  status,
  by,
});

function followed(run: PipelineRun, event: RunEvent): FollowedRun {
  const result = followRun(run, event);
  if (result === null) throw new Error('It was followed before.');
  return result;
}

function after(events: readonly RunEvent[], run = aRun()): PipelineRun {
  return events.reduce((current, event) => followRun(current, event)?.run ?? current, run);
}

test('a stage that begins and ends is in the run, with its times, an entry for each, and its duration', () => {
  const begun = followed(aRun({ revision: REVISION }), runEvent(stage('Build', 'running'), 10));
  expect(begun.run.stages).toEqual([
    { name: 'Build', status: 'running', startedAt: STARTED_AT + 10_000, endedAt: null },
  ]);
  expect(begun.entries).toMatchObject([
    { kind: 'PipelineStageStarted', because: `Stage Build of revision ${REVISION} began.` },
  ]);
  expect(begun.measurements).toEqual([]);

  const ended = followed(begun.run, runEvent(stage('Build', 'succeeded'), 70));
  expect(ended.run.stages).toMatchObject([{ status: 'succeeded', endedAt: STARTED_AT + 70_000 }]);
  expect(ended.entries).toMatchObject([{ kind: 'PipelineStageSucceeded' }]);
  const dimensions = { Service: 'checkout', PipelineStage: 'Build' };
  expect(ended.measurements).toEqual([
    { name: 'PipelineStageFailed', value: 0, unit: 'Count', dimensions },
    { name: 'PipelineStageDuration', value: 60_000, unit: 'Milliseconds', dimensions },
  ]);
});

test('a stage that fails names the revision and the caller', () => {
  const { entries, measurements } = followed(aRun({ by: 'ada' }), runEvent(stage('Test', 'failed'), 5));
  expect(entries).toMatchObject([
    { kind: 'PipelineStageFailed', because: expect.stringMatching(/^Stage Test failed\. It was asked for by ada\./) },
  ]);
  expect(measurements).toMatchObject([{ name: 'PipelineStageFailed', value: 1 }]);
});

test('a stage that is stopped neither failed nor succeeded', () => {
  const { run, entries, measurements } = followed(
    after([runEvent(stage('Test', 'running'))]),
    runEvent(stage('Test', 'stopped'), 5),
  );
  expect(run.stages).toMatchObject([{ status: 'stopped' }]);
  expect(entries).toMatchObject([{ kind: 'PipelineStageStopped' }]);
  expect(measurements.map(({ name }) => name)).toEqual(['PipelineStageDuration']);
});

test('an event that comes twice changes nothing', () => {
  const event = runEvent(stage('Build', 'succeeded'), 10);
  expect(followRun(followed(aRun(), event).run, event)).toBeNull();
});

test('an end that comes before its beginning has its duration when both are known', () => {
  const late = followed(after([runEvent(stage('Build', 'failed'), 70)]), runEvent(stage('Build', 'running'), 10));
  expect(late.run.stages).toEqual([
    { name: 'Build', status: 'failed', startedAt: STARTED_AT + 10_000, endedAt: STARTED_AT + 70_000 },
  ]);
  expect(late.measurements).toMatchObject([{ name: 'PipelineStageDuration', value: 60_000 }]);
  // The beginning of an earlier attempt adds nothing.
  const later = followed(late.run, runEvent(stage('Build', 'running'), 5));
  expect(later.run.stages).toEqual(late.run.stages);
  expect(later.measurements).toEqual([]);
});

test('a stage that is tried again runs again, and the end of the earlier attempt changes nothing', () => {
  const again = after([
    runEvent(stage('Deploy', 'running'), 10),
    runEvent(stage('Deploy', 'failed'), 20),
    runEvent(stage('Deploy', 'running'), 60),
  ]);
  expect(again.stages).toMatchObject([{ status: 'running', startedAt: STARTED_AT + 60_000, endedAt: null }]);
  const old = followed(again, runEvent(stage('Deploy', 'stopped'), 30));
  expect(old.run.stages).toEqual(again.stages);
  expect(old.measurements).toEqual([]);
  expect(after([runEvent(stage('Deploy', 'succeeded'), 90)], old.run).stages).toMatchObject([{ status: 'succeeded' }]);
});

test('the later of two ends without a known beginning counts', () => {
  const [first, second] = [runEvent(stage('Test', 'failed'), 10), runEvent(stage('Test', 'succeeded'), 20)];
  expect(after([first, second]).stages).toEqual(after([second, first]).stages);
});

test('the beginning of a run says who started it, unless that is known better', () => {
  const trigger = 'Webhook arn:aws:codeconnections:eu-west-1:1:connection/1';
  expect(followed(aRun(), runEvent(ofRun('running', trigger)))).toMatchObject({
    run: { by: trigger, status: 'running' },
    entries: [{ kind: 'PipelineStarted', by: trigger, because: 'The pipeline of checkout runs.' }],
  });
  const asked = aRun({ by: 'ada', reason: 'to ship it' });
  expect(followed(asked, runEvent(ofRun('running', trigger)))).toMatchObject({
    run: { by: 'ada' },
    entries: [{ by: 'ada', because: 'to ship it' }],
  });
  expect(followed(aRun(), runEvent(ofRun('running'))).run.by).toBe('pipeline');
});

test('a late beginning of a run does not open it again, and a stage that is tried again later does', () => {
  const over = after([runEvent(ofRun('failed'), 60)]);
  expect(after([runEvent(ofRun('running'), -5)], over)).toMatchObject({
    status: 'failed',
    startedAt: STARTED_AT - 5_000,
  });
  const again = after([runEvent(ofRun('running'), 100)], over);
  expect(again).toMatchObject({ status: 'running', endedAt: null });
  expect(after([runEvent(ofRun('failed'), 50)], after([runEvent(ofRun('succeeded'), 200)], again))).toMatchObject({
    status: 'succeeded',
  });
});

test.each([
  ['succeeded', 'has succeeded'],
  ['failed', 'has failed'],
  ['stopped', 'has stopped'],
  ['superseded', 'has been superseded'],
] as const)('a run that ends as %s says so, with its stages', (status, words) => {
  const run = after([runEvent(stage('Source', 'succeeded'), 1)]);
  const { entries } = followed(run, runEvent(ofRun(status), 60));
  expect(entries).toMatchObject([
    { kind: 'PipelineEnded', because: `The pipeline of checkout ${words}, after Source succeeded.` },
  ]);
});

test('a run that ends without a known stage says so', () => {
  const [entry] = followed(aRun(), runEvent(ofRun('stopped'), 60)).entries;
  expect(entry?.because).toContain('after no stage that is known');
});

test('the revision, the reason of an action, and the result of a build are kept', () => {
  expect(followed(aRun(), runEvent({ about: 'revision', revision: REVISION }))).toMatchObject({
    run: { revision: REVISION },
    entries: [],
  });
  const action: RunFact = { about: 'action', stage: 'Test', action: 'Test', because: 'Build terminated: FAILED' };
  expect(followed(aRun(), runEvent(action)).entries).toMatchObject([
    { kind: 'PipelineActionFailed', because: 'Test: Build terminated: FAILED', data: { stage: 'Test' } },
  ]);
  const build = (succeeded: boolean): RunFact => ({
    about: 'build',
    build: 'slipway-dev-test',
    succeeded,
    because: 'x',
  });
  expect(followed(aRun(), runEvent(build(true))).entries).toMatchObject([{ kind: 'PipelineBuildSucceeded' }]);
  expect(followed(aRun(), runEvent(build(false))).entries).toMatchObject([{ kind: 'PipelineBuildFailed' }]);
});

test('a long text from AWS is cut, so that the row stays small', () => {
  const said: RunFact = { about: 'action', stage: 'Test', action: 'Test', because: 'x'.repeat(5_000) };
  const [entry] = followed(aRun(), runEvent(said)).entries;
  expect(entry?.because).toHaveLength(1_000);
  expect(entry?.because).toMatch(/x\.\.\.$/);
});

test('a run keeps the ids of its latest four hundred events', () => {
  const events = Array.from({ length: 450 }, (_, index) => runEvent(stage('Build', 'running'), index));
  expect(after(events).events).toHaveLength(400);
  expect(followRun(after(events), events[449] as RunEvent)).toBeNull();
});

test('the events of a run give the same run in every order and with every repetition', () => {
  const names = ['Source', 'Build', 'Test'];
  const events = [
    runEvent(ofRun('running', 'Webhook'), 0),
    ...names.flatMap((name, index) => [
      runEvent(stage(name, 'running'), 1 + index * 10),
      runEvent(stage(name, name === 'Test' ? 'failed' : 'succeeded'), 9 + index * 10),
    ]),
    runEvent(ofRun('failed'), 30),
  ];
  const known = (run: PipelineRun) => ({
    ...run,
    events: [...run.events].sort(),
    stages: [...run.stages].sort((one, other) => (one.name < other.name ? -1 : 1)),
  });
  const expected = known(after(events));
  const twice = [...events, ...events];
  fc.assert(
    fc.property(fc.shuffledSubarray(twice, { minLength: twice.length }), (order) => {
      const durations = (list: readonly RunEvent[]) => {
        let run = aRun();
        return list.flatMap((event) => {
          const result = followRun(run, event);
          run = result?.run ?? run;
          return result?.measurements.map(({ name, value }) => `${name} ${value}`) ?? [];
        });
      };
      expect(known(after(order))).toEqual(expected);
      expect(durations(order).sort()).toEqual(durations(events).sort());
    }),
  );
});
