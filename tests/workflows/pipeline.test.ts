import { aStage, closeStages, MINUTE, SECOND } from './a-stage.ts';

const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];
const INTO_DEPLOY = 4 * MINUTE + SECOND;
afterEach(closeStages);

const notices = (stage: Awaited<ReturnType<typeof aStage>>, about: string) =>
  stage.cloud.delivered().filter(({ channel, subject }) => channel === 'notice' && subject.includes(about));

test('a run through all six stages is in the timeline, stage by stage, with a metric for each', async () => {
  const stage = await aStage({ spec: { strategy: 'allAtOnce' } });
  const { id } = await stage.deliver(first);
  await stage.pass(INTO_DEPLOY + 32 * MINUTE);

  const run = stage.run(id);
  expect(run).toMatchObject({ status: 'succeeded', revision: first, by: 'ada', service: 'checkout' });
  const names = ['Source', 'Build', 'Test', 'SecurityScan', 'Deploy', 'Monitor'];
  expect(run?.stages.map(({ name, status }) => `${name} ${status}`)).toEqual(names.map((name) => `${name} succeeded`));
  const entries = stage.ledger.view().timeline.get(id) ?? [];
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.filter(({ kind }) => kind === 'PipelineStageSucceeded')).toHaveLength(6);
  expect(entries.filter(({ kind }) => kind === 'DeliveryOpened')).toHaveLength(1);
  const measured = stage.cloud.measurements();
  const duration = (name: string) =>
    measured.find((one) => one.name === 'PipelineStageDuration' && one.dimensions?.PipelineStage === name)?.value;
  expect(duration('Build')).toBe(MINUTE);
  expect(duration('Monitor')).toBeGreaterThan(29 * MINUTE);
  expect(measured.filter(({ name }) => name === 'PipelineStageFailed').map(({ value }) => value)).toEqual(
    names.map(() => 0),
  );
  expect([...stage.ledger.view().pending.keys()]).toEqual([]);
});

test('a stage that fails stops the run, and the page names the stage, the revision and the caller', async () => {
  const stage = await aStage({ revisions: { [first]: { failsIn: 'SecurityScan' } } });
  const { id } = await stage.deliver(first);
  await stage.pass(10 * MINUTE);
  expect(stage.run(id)?.status).toBe('failed');
  expect(stage.ledger.view().deployments.size).toBe(0);
  const [notice, ...others] = notices(stage, 'pipeline stage failed');
  expect(others).toEqual([]);
  expect(notice).toMatchObject({ severity: 'warning', service: 'checkout' });
  expect(notice?.body).toMatch(/Stage SecurityScan of revision a{40} failed\. It was asked for by ada\./);
  const failed = stage.ledger
    .view()
    .timeline.get(id)
    ?.find(({ kind }) => kind === 'PipelineActionFailed');
  expect(failed?.because).toContain('SecurityScan says no');
  const measured = stage.cloud.measurements().filter(({ value }) => value === 1);
  expect(measured).toMatchObject([
    { name: 'PipelineStageFailed', dimensions: { Service: 'checkout', PipelineStage: 'SecurityScan' } },
  ]);
});

test('a bad revision is rolled back and quarantined, later runs wait, and a release lets the latest continue', async () => {
  const stage = await aStage();
  const { id: bad } = await stage.deliver(first);
  await stage.pass(INTO_DEPLOY + MINUTE + 10 * SECOND);
  stage.turnRed();
  await stage.pass(10 * SECOND);
  expect(stage.run(bad)).toMatchObject({ status: 'failed', quarantine: 'inForce' });
  expect(stage.cloud.pipelines.shutBecause()).toMatch(/^Revision a{40} is bad\. Deployment dep-\S+ was rolled back/);
  expect(notices(stage, 'revision quarantined')).toHaveLength(1);
  await expect(stage.deliver(first)).rejects.toMatchObject({ name: 'Conflict' });

  stage.cloud.alarms.setAlarmState({ name: 'checkout-errors', state: 'OK', reason: 'A test' });
  const { id: waits } = await stage.deliver(second);
  await stage.pass(2 * MINUTE);
  const { id: latest } = await stage.deliver(third);
  await stage.pass(INTO_DEPLOY + 5 * MINUTE);
  expect(stage.ledger.view().deployments.size).toBe(1);
  expect(stage.run(waits)?.status).toBe('superseded');

  expect(await stage.release()).toEqual({ service: 'checkout', released: [bad] });
  await stage.pass(10 * SECOND);
  expect(stage.run(bad)?.quarantine).toBe('released');
  expect(stage.run(latest)?.stages.at(-1)).toMatchObject({ name: 'Deploy', status: 'running' });
  expect(stage.ledger.view().deployments.size).toBe(2);
  // The next tick of `reconcile` sends the message.
  await stage.pass(5 * MINUTE);
  expect(notices(stage, 'revision released')).toHaveLength(1);
  expect(stage.ledger.view().timeline.get(bad)?.at(-1)).toMatchObject({ kind: 'RevisionReleased', by: 'grace' });
});

test('a version that a person rolls back is not quarantined', async () => {
  const stage = await aStage();
  const { id } = await stage.deliver(first);
  await stage.pass(INTO_DEPLOY + MINUTE);
  await stage.abort([...stage.ledger.view().deployments.keys()][0] ?? '');
  await stage.pass(10 * SECOND);
  expect(stage.run(id)).toMatchObject({ status: 'failed', quarantine: 'none' });
  expect(stage.cloud.pipelines.shutBecause()).toBeNull();
});
