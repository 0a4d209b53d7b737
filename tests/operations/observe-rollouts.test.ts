import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { settleAbandonedRollout } from '../../src/operations/nets/settle-abandoned-rollout.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import type { MetricsQuery } from '../../src/ports/metrics.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';
import { baking, goOn, planned, promoted } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';
import { threshold } from './in-a-scene.ts';

const badPeriod = (scene: Scene) => ({
  startsAt: scene.now() - MINUTE,
  canary: { requests: 100, errors: 30, durationP99Ms: 20 },
  stable: { requests: 900, errors: 0, durationP99Ms: 20 },
});

test('an alarm whose event was lost rolls the traffic back within its minute', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.setAlarm('ALARM');

  expect(await observeRollouts(scene.ports)).toEqual({ observed: 1 });
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: `alarm ${ALARM}` });
});

test('an alarm whose event was lost in the watch undoes the promotion, once', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  scene.setAlarm('ALARM');

  await observeRollouts(scene.ports);
  await observeRollouts(scene.ports);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).replacedBy).not.toBeNull();
  expect(scene.ledger().deployments.size).toBe(2);
});

test('a red alarm accuses only the newer of two watched promotions', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  await scene.pass(MINUTE);
  const second = await promoted(scene, { version: '43' });
  scene.setAlarm('ALARM');

  await observeRollouts(scene.ports);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(second).replacedBy).not.toBeNull();
  expect(scene.deployment(first).replacedBy).toBeNull();
});

test('a canary that fails its rule between the steps rolls back, with the verdict recorded', async () => {
  const scene = await aScene({ judge: threshold });
  const id = await baking(scene);
  await scene.pass(2 * MINUTE);
  scene.rows.push(badPeriod(scene));

  await observeRollouts(scene.ports);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: 'judge' });
  expect(scene.timeline(id).find(({ kind }) => kind === 'VerdictReached')).toMatchObject({
    because: expect.stringContaining('the canary had 30.00; stable 0.00'),
    data: { verdict: 'unhealthy', atPercent: 10 },
  });
});

const sequential = aSequentialJudge();

test('the sequential judge looks every minute, at the whole rollout and the hour before it', async () => {
  const scene = await aScene({ judge: sequential });
  const id = await baking(scene);
  await scene.pass(4 * MINUTE);
  const opened = scene.deployment(id).openedAt;
  const minute = (index: number, canaryErrors: number) => ({
    startsAt: opened + index * MINUTE,
    canary: { requests: index < 0 ? 0 : 100, errors: canaryErrors, durationP99Ms: null },
    stable: { requests: 900, errors: 8 + (index % 3), durationP99Ms: null },
  });
  for (let index = -60; index < 0; index += 1) scene.rows.push(minute(index, 0));
  for (let index = 0; index < 3; index += 1) scene.rows.push(minute(index, 9));

  await observeRollouts(scene.ports);

  expect(scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: 'judge' });
  expect(scene.live()).toEqual({ 41: 100 });
  expect(await scene.ports.verdicts.list(id)).toHaveLength(3);
});

test('the hour before the rollout is read only for the judge that needs it', async () => {
  const asked = async (judge: Parameters<typeof aScene>[0]) => {
    const scene = await aScene(judge);
    const id = await baking(scene);
    await scene.pass(2 * MINUTE);
    const queries: MetricsQuery[] = [];
    const read = async (given: readonly MetricsQuery[]) => {
      queries.push(...given);
      return new Map();
    };
    await observeRollouts({ ...scene.ports, metrics: { ...scene.ports.metrics, read } });
    const [query] = queries;
    const opened = Math.ceil(scene.deployment(id).openedAt / MINUTE) * MINUTE;
    return (
      query && {
        fromMinute: (query.from - opened) / MINUTE,
        toMinute: (query.to - opened) / MINUTE,
        metrics: query.metrics,
      }
    );
  };

  expect(await asked({ judge: sequential })).toEqual({ fromMinute: -70, toMinute: 2, metrics: ['errorRatePercent'] });
  expect(await asked({ judge: { kind: 'mann-whitney', metrics: ['durationP99Ms'] } })).toEqual({
    fromMinute: 0,
    toMinute: 2,
    metrics: ['durationP99Ms'],
  });
  expect(await asked({ judge: threshold })).toMatchObject({ fromMinute: 0, toMinute: 2 });
  expect(await asked({ judge: { kind: 'alarms-only' } })).toBeUndefined();
});

test('the judge mann-whitney is not asked between the steps, where repeated looks would at last accuse by chance', async () => {
  const scene = await aScene({ judge: { kind: 'mann-whitney', metrics: ['errorRatePercent', 'errorRatePercent'] } });
  const id = await baking(scene);
  for (let index = 0; index < 8; index += 1) {
    await scene.pass(30_000);
    scene.rows.push({ ...badPeriod(scene), startsAt: scene.deployment(id).openedAt + index * MINUTE });
  }

  await observeRollouts(scene.ports);
  expect(scene.deployment(id).signal).toBeNull();
  expect((await scene.ports.verdicts.list(id)).length).toBeGreaterThan(0);
});

test('a bad period before the first shift does not accuse the canary, and is only recorded', async () => {
  const scene = await aScene({ judge: threshold });
  const id = await planned(scene);
  await scene.pass(2 * MINUTE);
  scene.rows.push(badPeriod(scene));

  await observeRollouts(scene.ports);

  expect(scene.deployment(id).signal).toBeNull();
  expect(await scene.ports.verdicts.list(id)).toHaveLength(1);
});

test('a rollout past its deadline rolls back, even a paused rollout that nobody resumes', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });
  await goOn(scene, id);
  await scene.pass(60 * MINUTE);

  await observeRollouts(scene.ports);
  await goOn(scene, id);

  expect(scene.deployment(id)).toMatchObject({
    status: 'rolledBack',
    because: 'The deadline of the rollout has passed',
  });
});

test('observeRollouts answers a signal whose token was never answered', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.breakNext('workflows.answer');
  await expect(
    signalDeployment(scene.ports, { id, signal: 'promote', reason: 'now', by: 'ada' }),
  ).rejects.toMatchObject({ name: 'Transient' });

  await observeRollouts(scene.ports);

  expect(scene.answered).toEqual([scene.ledger().waits.get(id)]);
});

test('a healthy rollout, or one that rolls back already, is left alone', async () => {
  const scene = await aScene({ alarms: [] });
  const id = await baking(scene);
  const before = scene.kinds(id);

  expect(await observeRollouts(scene.ports)).toEqual({ observed: 1 });
  await settleAbandonedRollout(scene.ports, { deploymentId: id });
  expect(await observeRollouts(scene.ports)).toEqual({ observed: 0 });
  expect(scene.kinds(id).slice(0, before.length)).toEqual(before);
});

test('one target that cannot be reached is reported as an error', async () => {
  const scene = await aScene();
  await baking(scene);
  scene.setAlarm('ALARM');
  scene.breakNext('traffic.takeBack');

  await expect(observeRollouts(scene.ports)).rejects.toMatchObject({ name: 'Transient' });
});
