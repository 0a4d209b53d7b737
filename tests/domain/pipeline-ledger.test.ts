import type { EntryKind } from '../../src/domain/deployment/timeline.ts';
import { noSuchRun, planRunChange } from '../../src/domain/pipeline/pipeline-ledger.ts';
import { aRun, REVISION, RUN_ID, STARTED_AT } from './a-pipeline-run.ts';

const entry = (kind: EntryKind) => ({ kind, by: 'ada', because: 'It was so' });

test('entries continue the stored numbers, and each sends an event with the run at that time', () => {
  const stored = aRun({ timelineLength: 4, revision: REVISION });
  const run = { ...stored, id: 'other', service: 'basket', timelineLength: 99, status: 'failed' as const };
  const write = planRunChange(stored, { run, entries: [entry('PipelineStageStarted'), entry('PipelineEnded')], at: 7 });
  expect(write.run).toMatchObject({ id: RUN_ID, service: 'checkout', timelineLength: 6, status: 'failed' });
  expect(write.entries.map(({ sequence, deploymentId, at, data }) => ({ sequence, deploymentId, at, data }))).toEqual([
    { sequence: 5, deploymentId: RUN_ID, at: 7, data: {} },
    { sequence: 6, deploymentId: RUN_ID, at: 7, data: {} },
  ]);
  expect(write.messages.map(({ id, channel }) => [id, channel])).toEqual([
    [`${RUN_ID}-0005-event`, 'event'],
    [`${RUN_ID}-0006-event`, 'event'],
  ]);
  expect(write.messages[1]?.subject).toBe('Slipway Pipeline Changed');
  expect(JSON.parse(write.messages[1]?.body ?? '')).toEqual({
    schema: 1,
    service: 'checkout',
    run: { id: RUN_ID, revision: REVISION, status: 'failed', deploymentId: null, quarantine: 'none' },
    entry: {
      sequence: 6,
      kind: 'PipelineEnded',
      at: new Date(7).toISOString(),
      by: 'ada',
      because: 'It was so',
      data: {},
    },
  });
});

test('an unknown run begins its timeline at 1', () => {
  const { run, entries } = planRunChange(null, { run: aRun(), entries: [entry('PipelineStarted')], at: STARTED_AT });
  expect(run).toEqual(aRun({ timelineLength: 1 }));
  expect(entries).toMatchObject([{ sequence: 1 }]);
});

test.each([
  ['PipelineStageFailed', 'warning', 'Mend it and deploy a new revision, or repeat the stage in CodePipeline.'],
  ['RevisionQuarantined', 'warning', 'Nothing gets into the stage Deploy until POST /services/checkout/release.'],
  ['RevisionReleased', 'info', 'The run that waits before the stage Deploy goes on.'],
] as const)('%s is reported to a person as %s, with the next step', (kind, severity, nextStep) => {
  const { messages } = planRunChange(null, { run: aRun(), entries: [entry(kind)], at: STARTED_AT });
  const notice = messages.find(({ channel }) => channel === 'notice');
  expect(notice).toMatchObject({ severity, service: 'checkout', deploymentId: RUN_ID });
  expect(notice?.body.split('\n')).toEqual([
    expect.stringMatching(/^checkout: [a-z ]+\.$/),
    'It was so',
    'Revision: not known yet. The run was asked for by pipeline.',
    nextStep,
    `By ada at 2026-01-05T10:00:00.000Z. Details: GET /pipeline-runs/${RUN_ID}`,
  ]);
});

test('the error about an unknown run says how to get one', () => {
  expect(noSuchRun('x')).toMatchObject({
    name: 'NotFound',
    message: expect.stringContaining('There is no pipeline run x'),
  });
});
