import { fullAccess } from '../../src/domain/access/access.ts';
/**
 * A version that is live again, or whose successor is gone, is protected as before. A version that is no longer live
 * causes no page.
 */
import { quarantineReason } from '../../src/domain/pipeline/quarantine.ts';
import { TURNS_GREEN_WITHIN_MS } from '../../src/domain/remediation/remediation.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { putService } from '../../src/operations/services/put-service.ts';
import { removeService } from '../../src/operations/services/remove-service.ts';
import { healPromotions } from '../../src/operations/way-back/heal-promotions.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, planned, promoted } from './a-rollout.ts';
import { ALARM, aScene, type Scene, target } from './a-scene.ts';
import { moveByHand } from './an-alias-of-others.ts';
import { pages } from './in-a-scene.ts';

const watched = () => aScene({ watch: { hours: 24 } });
const put = (scene: Scene, change: Parameters<typeof aSpec>[0]) =>
  putService(scene.ports, { spec: aSpec({ watch: { hours: 24 }, ...change }), by: 'grace' });
const settleUndoOf = (scene: Scene, id: string) =>
  settleDeployment(scene.ports, { deploymentId: scene.deployment(id).replacedBy ?? '' });
const backByHand = async (scene: Scene, to?: string) => {
  const { id } = await startRollback(scene.ports, { service: 'checkout', reason: 'slow', to, ...by });
  await settleDeployment(scene.ports, { deploymentId: id });
};

test('a red alarm accuses the service that has the target now, also when its former service shares the alarm', async () => {
  const scene = await watched();
  await promoted(scene);
  scene.cloud.lambda.putAlias({ functionName: target.function, alias: 'other', functionVersion: '41' });
  await put(scene, { target: { ...target, alias: 'other' } });
  await put(scene, { name: 'shop' });
  await scene.pass(MINUTE);
  const id = await promoted(scene, { service: 'shop', version: '43' });
  await scene.pass(MINUTE);
  scene.setAlarm('ALARM');

  await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(id).replacedBy).not.toBeNull();
});

test('a late event, after its alarm is green again, does not undo the version before the accused one', async () => {
  const scene = await watched();
  const first = await promoted(scene);
  const second = await promoted(scene, { version: '43' });
  scene.setAlarm('ALARM');
  const event = scene.alarmEvent();
  await observeRollouts(scene.ports);
  await settleUndoOf(scene, second);
  scene.setAlarm('OK');
  await scene.pass(TURNS_GREEN_WITHIN_MS + MINUTE);

  await remediateAlarm(scene.ports, event);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(first).replacedBy).toBeNull();
});

test("a version is watched again after a superseding rollout without a call undid its successor's promotion", async () => {
  const scene = await watched();
  const first = await promoted(scene);
  const second = await baking(scene, { version: '43' });
  await scene.pass(5 * MINUTE);
  scene.breakNext('deployments.record', 'before', () => goOn(scene, second));
  const third = await deploy(scene, { version: '41', supersede: true });
  await abortDeployment(scene.ports, { id: third, reason: 'not this one', by: 'ada' });
  await goOn(scene, third);
  expect(scene.deployment(second)).toMatchObject({ status: 'promoted', replacedBy: third });
  await scene.pass(30 * MINUTE);
  scene.setAlarm('ALARM');

  await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(first).replacedBy).not.toBeNull();
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  [
    'after a later one was rolled back by a person',
    async (scene) => {
      await promoted(scene, { version: '43' });
      await backByHand(scene);
    },
  ],
  [
    'after a later one was undone by an alarm',
    async (scene) => {
      const id = await promoted(scene, { version: '43' });
      scene.setAlarm('ALARM');
      await remediateAlarm(scene.ports, scene.alarmEvent());
      scene.setAlarm('OK');
      await settleUndoOf(scene, id);
    },
  ],
  [
    'after later ones were superseded and aborted',
    async (scene) => {
      await planned(scene, { version: '43' });
      const id = await deploy(scene, { version: '41', supersede: true });
      await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
      await goOn(scene, id);
    },
  ],
])('a move of the alias of a live, watched version by another person is noticed %s', async (_when, later) => {
  const scene = await watched();
  const first = await promoted(scene);
  await scene.pass(MINUTE);
  await later(scene);
  expect(scene.live()).toEqual({ 42: 100 });
  await scene.pass(30 * MINUTE);
  moveByHand(scene, '43');
  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);
  await observeRollouts(scene.ports);

  expect(scene.kinds(first).filter((kind) => kind === 'TrafficMovedByOthers')).toHaveLength(1);
});

test('the alarms of a version that is not live any more may be deleted without a page', async () => {
  const scene = await watched();
  await promoted(scene);
  await put(scene, { alarms: ['checkout-latency'] });
  await promoted(scene, { version: '43' });
  scene.cloud.alarms.deleteAlarm(ALARM);
  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);

  expect(pages(scene)).toEqual([]);
});

test('a version that is live again pages when its alarms were deleted meanwhile', async () => {
  const scene = await watched();
  const first = await promoted(scene);
  await put(scene, { alarms: ['checkout-latency'] });
  await promoted(scene, { version: '43' });
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await backByHand(scene);
  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);
  await observeRollouts(scene.ports);

  expect(scene.kinds(first).filter((kind) => kind === 'AlarmsMissing')).toHaveLength(1);
  expect(pages(scene)).toHaveLength(1);
});

test('a service that has left its target gets no rollback there, whoever moves the alias afterwards', async () => {
  const scene = await watched();
  const first = await promoted(scene);
  await removeService(scene.ports, { name: 'checkout', by: 'grace' });
  await put(scene, { name: 'shop' });
  moveByHand(scene, '41');
  await scene.pass(MINUTE);

  expect(await healPromotions(scene.ports)).toBe(0);
  expect(scene.deployment(first).replacedBy).toBeNull();
  expect([...scene.ledger().inFlight]).toEqual([]);
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['deployment', (scene) => deploy(scene, { version: '43' })],
  [
    'rollback',
    (scene) =>
      startRollback(scene.ports, { service: 'checkout', to: '43', reason: 'best', access: fullAccess('ada'), ...by }),
  ],
])('an undo that died unrecorded behind an aborted rollout is recorded by the next %s', async (_what, next) => {
  const scene = await watched();
  const first = await promoted(scene);
  const second = await planned(scene, { version: '43' });
  await abortDeployment(scene.ports, { id: second, reason: 'not this one', by: 'ada' });
  await goOn(scene, second);
  scene.setAlarm('ALARM');
  scene.breakNext('deployments.record');
  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });
  scene.setAlarm('OK');
  expect(scene.live()).toEqual({ 41: 100 });

  await next(scene);

  expect(scene.deployment(first).atPercent).toBe(0);
  expect(scene.timeline(first).at(-1)).toMatchObject({ kind: 'TrafficTakenBack', data: { canaryPercent: 0 } });
});

test.each<[string, (scene: Scene) => Promise<{ readonly at: number }>]>([
  [
    'turned red between the preflight and the opening of a rollout',
    async (scene) => {
      const at = scene.now() + 500;
      scene.breakNext('versions.describe', 'after', () => scene.pass(1_000));
      await baking(scene, { version: '43' });
      return { at };
    },
  ],
  [
    'is not named by a rollout in flight, since the service dropped it',
    async (scene) => {
      await put(scene, { alarms: ['checkout-latency'] });
      await baking(scene, { version: '43' });
      await scene.pass(MINUTE);
      return { at: scene.now() };
    },
  ],
])(
  'an alarm of the live version that %s rolls back the rollout, and then undoes the live version',
  async (_what, turn) => {
    const scene = await watched();
    const first = await promoted(scene);
    await scene.pass(MINUTE);
    const { at } = await turn(scene);
    const [second = ''] = scene.ledger().inFlight;
    scene.setAlarm('ALARM');
    await remediateAlarm(scene.ports, scene.alarmEvent({ at }));
    expect(scene.live()).toEqual({ 42: 100 });
    await goOn(scene, second);
    expect(scene.deployment(second)).toMatchObject({
      status: 'rolledBack',
      because: expect.stringContaining('on the version that it started from'),
    });
    expect(quarantineReason(scene.deployment(second), null)).toBeNull();

    await scene.pass(TURNS_GREEN_WITHIN_MS);
    await observeRollouts(scene.ports);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(first).replacedBy).not.toBeNull();
  },
);

test('a version whose alarm is red is not promoted, also after a judge with metrics or an approval', async () => {
  const approve = { approve: { within: { minutes: 30 } } } as const;
  const scene = await aScene({ strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }, approve] });
  const id = await baking(scene);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  scene.setAlarm('ALARM');
  await signalDeployment(scene.ports, { id, signal: 'approve', reason: 'as agreed', by: 'ada' });
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: expect.stringContaining('is red') });
  expect(scene.kinds(id)).not.toContain('Promoted');
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['removed', (scene) => removeService(scene.ports, { name: 'checkout', by: 'grace' })],
  ['moved', (scene) => put(scene, { target: { ...target, alias: 'other' } })],
])('a rollout whose service was %s while it was opened rolls back before its first call', async (_how, leave) => {
  const scene = await watched();
  scene.breakNext('deployments.open', 'before', async () => void (await leave(scene)));
  const id = await promoted(scene);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'rolledBack',
    because: 'Service checkout has left checkout:live',
  });
  expect(scene.kinds(id)).not.toContain('TrafficShifted');
});
