/** A modelled version whose function never fails, but answers a third of its calls with a status of 500. */
import { aStage, MINUTE } from './a-stage.ts';

const strategy = [{ setWeight: 50 }, { bake: { minutes: 10 } }] as const;

test('a version that answers with server errors is rolled back by the alarm on the rate of errors', async () => {
  const stage = await aStage({ spec: { strategy } });
  const id = await stage.deploy({ artifact: { image: 'sorry' } });
  await stage.pass(5 * MINUTE);

  expect(stage.status(id)).toBe('rolledBack');
  expect(stage.live()).toEqual({ 1: 100 });
  const { requests = 0, errors, serverErrors = 0, harmed } = stage.cloud.totals('checkout').get('2') ?? {};
  expect(errors).toBe(0);
  expect(serverErrors / requests).toBeCloseTo(0.3, 1);
  expect(harmed).toBe(serverErrors);
});

test('the same version stays live when the alarm is on failed invocations alone, as in AWS', async () => {
  const stage = await aStage({ spec: { strategy } });
  const [alarm] = stage.cloud.alarms.list();
  if (alarm === undefined) throw new Error('There is no alarm.');
  stage.cloud.alarms.putAlarm({ ...alarm, metric: 'Errors' });
  const id = await stage.deploy({ artifact: { image: 'sorry' } });
  await stage.pass(15 * MINUTE);

  expect(stage.status(id)).toBe('promoted');
});

test('a call of such a version answers as a handler behind an API does', async () => {
  const stage = await aStage();
  stage.cloud.addFunction({ name: 'sorry', alias: 'live', artifact: { image: 'sorry' } });
  const calls = Array.from({ length: 100 }, () =>
    stage.cloud.invoke({ functionName: 'sorry', qualifier: 'live', event: {} }),
  );
  await stage.pass(MINUTE);
  const answers = await Promise.all(calls);
  const bad = answers.filter((answer) => answer.outcome === 'answered' && answer.payload !== null);
  expect(bad.length).toBeGreaterThan(10);
  expect(bad[0]).toMatchObject({ payload: { statusCode: 500 } });
  expect(stage.cloud.totals('sorry').get('1')).toMatchObject({ errors: 0, serverErrors: bad.length });
});
