/**
 * The watch is over the live version, whatever deployments came after it. The alarm's event and `observeRollouts` reach
 * the same decision.
 */
import type { AlarmEvent } from '../../src/domain/remediation/remediation.ts';
import { TURNS_GREEN_WITHIN_MS, TURNS_RED_WITHIN_MS } from '../../src/domain/remediation/remediation.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { publishVersion } from '../../src/operations/rollout/publish-version.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { healPromotions } from '../../src/operations/way-back/heal-promotions.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, planned, promoted, run } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const watched = () => aScene({ watch: { hours: 24 } });
const abort = async (scene: Scene, id: string) => {
  await abortDeployment(scene.ports, { id, reason: 'not this one', by: 'ada' });
  await goOn(scene, id);
};

/** The two ways in which Slipway learns of a red alarm. */
const ways: [string, (scene: Scene, event?: Partial<AlarmEvent>) => Promise<unknown>][] = [
  ['its event', (scene, event) => remediateAlarm(scene.ports, scene.alarmEvent(event))],
  ['the tick', (scene) => observeRollouts(scene.ports)],
];

/** Each case leaves 42 live and watched, and a later deployment that has ended without a call. */
const endings: [string, (scene: Scene) => Promise<unknown>][] = [
  ['aborted before its plan', async (scene) => abort(scene, await deploy(scene, { version: '43' }))],
  ['aborted before its first shift', async (scene) => abort(scene, await planned(scene, { version: '43' }))],
  [
    'failed in its hook',
    async (scene) => {
      const hooks = { beforeTraffic: [{ function: 'smoke' }], afterTraffic: [] };
      const { spec } = await scene.ports.services.read('checkout');
      await scene.ports.services.write({ spec: { ...spec, hooks }, by: 'ada', at: scene.now() });
      scene.hookAnswers.set('smoke', { passed: false, detail: 'it smokes' });
      await run(scene, await deploy(scene, { version: '43' }));
    },
  ],
  [
    'failed to be published',
    async (scene) => run(scene, await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'missing.zip' } } })),
  ],
  [
    'superseded, and its successor aborted',
    async (scene) => {
      await planned(scene, { version: '43' });
      await abort(scene, await deploy(scene, { version: '41', supersede: true }));
    },
  ],
];

describe.each(ways)('when Slipway learns by %s of a red alarm', (_way, tell) => {
  test.each(endings)('a live version is undone when the rollout after it was %s', async (_what, ending) => {
    const scene = await watched();
    const first = await promoted(scene);
    await scene.pass(MINUTE);
    await ending(scene);
    expect(scene.live()).toEqual({ 42: 100 });
    await scene.pass(MINUTE);
    scene.setAlarm('ALARM');

    await tell(scene);
    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    const undo = scene.deployment(scene.deployment(first).replacedBy ?? '');
    expect(undo).toMatchObject({ kind: 'rollback', stable: '41', replaces: first, by: `alarm ${ALARM}` });
  });

  test.each<[string, (scene: Scene) => Promise<string>]>([
    ['is not planned yet', (scene) => deploy(scene, { version: '43' })],
    [
      'is planned, and not published yet',
      async (scene) => {
        const id = await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } } });
        await planRollout(scene.ports, { deploymentId: id });
        return id;
      },
    ],
    ['is in its hook', (scene) => planned(scene, { version: '43' })],
    [
      'waits for an approval at 0 %',
      (scene) => baking(scene, { version: '43', strategy: [{ approve: { within: { minutes: 30 } } }] }),
    ],
  ])('a live version is undone with the rollout that started from it, when that one %s', async (_what, begun) => {
    const scene = await watched();
    const first = await promoted(scene);
    const second = await begun(scene);
    const waited = scene.ledger().waits.has(second);
    await scene.pass(MINUTE);
    scene.setAlarm('ALARM');

    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(second)).toMatchObject({
      status: 'superseded',
      replacedBy: scene.deployment(first).replacedBy,
      because: expect.stringContaining('on the version that it started from'),
    });
    expect(scene.answered).toHaveLength(waited ? 1 : 0);
    await publishVersion(scene.ports, { deploymentId: second });
    await settleDeployment(scene.ports, { deploymentId: scene.deployment(first).replacedBy ?? '' });
    expect(scene.live()).toEqual({ 41: 100 });
    expect([...scene.ledger().inFlight]).toEqual([]);
  });

  test('a red alarm accuses a rollout with calls, and the live version before it only when it stays red', async () => {
    const scene = await watched();
    const first = await promoted(scene);
    const second = await baking(scene, { version: '43' });
    scene.setAlarm('ALARM');
    await tell(scene);
    await goOn(scene, second);
    expect(scene.live()).toEqual({ 42: 100 });

    await scene.pass(TURNS_RED_WITHIN_MS);
    scene.setAlarm('OK');
    scene.setAlarm('ALARM');
    await tell(scene);
    expect(scene.deployment(first).replacedBy).toBeNull();

    scene.setAlarm('OK');
    await scene.pass(MINUTE);
    scene.setAlarm('ALARM');
    await tell(scene, { id: 'event-2' });
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('an alarm that is still red after an undo accuses the version before it too', async () => {
    const scene = await watched();
    const first = await promoted(scene);
    const second = await promoted(scene, { version: '43' });
    scene.setAlarm('ALARM');
    const at = scene.now();
    await tell(scene);
    await settleDeployment(scene.ports, { deploymentId: scene.deployment(second).replacedBy ?? '' });
    expect(scene.live()).toEqual({ 42: 100 });

    await scene.pass(TURNS_GREEN_WITHIN_MS - 1);
    await tell(scene, { at, id: 'event-2' });
    expect(scene.deployment(first).replacedBy).toBeNull();

    // An event tells only that the alarm was red at its time. `observeRollouts` sees that it is still red.
    await scene.pass(1);
    await tell(scene, { at, id: 'event-3' });
    await observeRollouts(scene.ports);
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('a version that a person has restored is live and watched again', async () => {
    const scene = await watched();
    const first = await promoted(scene);
    await promoted(scene, { version: '43' });
    const { id } = await startRollback(scene.ports, { service: 'checkout', reason: 'slow', ...by });
    await settleDeployment(scene.ports, { deploymentId: id });
    await scene.pass(60 * MINUTE);
    scene.setAlarm('ALARM');

    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(first).replacedBy).not.toBeNull();
  });

  test('a version that a person has skipped in a rollback is not undone', async () => {
    const scene = await watched();
    await promoted(scene);
    await promoted(scene, { version: '43' });
    const { id } = await startRollback(scene.ports, { service: 'checkout', to: '41', reason: 'slow', ...by });
    await settleDeployment(scene.ports, { deploymentId: id });
    await scene.pass(60 * MINUTE);
    scene.setAlarm('ALARM');
    const deployments = scene.ledger().deployments.size;

    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.ledger().deployments.size).toBe(deployments);
  });

  test('an alarm in the spec of a live version counts until its watch ends, also when the service drops it', async () => {
    const scene = await watched();
    await promoted(scene);
    const { spec } = await scene.ports.services.read('checkout');
    await scene.ports.services.write({ spec: { ...spec, alarms: [] }, by: 'ada', at: scene.now() });
    scene.setAlarm('ALARM');

    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
  });
});

test('a rollout whose first shift is not recorded yet is still accused, and the live version stays', async () => {
  const scene = await watched();
  const first = await promoted(scene);
  const second = await planned(scene, { version: '43' });
  scene.breakNext('traffic.setSplit', 'after', async () => {
    await remediateAlarm(scene.ports, scene.alarmEvent());
  });

  await shiftTraffic(scene.ports, { deploymentId: second, toPercent: 10 });

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(second).signal).toMatchObject({ kind: 'rollBack', by: `alarm ${ALARM}` });
  expect(scene.deployment(first)).toMatchObject({ replacedBy: null });
  expect(scene.kinds(first)).not.toContain('TrafficMovedByOthers');
});

test('an unrecorded undo of the live version is recorded, also when a later rollout never had a call', async () => {
  const scene = await watched();
  const first = await promoted(scene);
  await abort(scene, await deploy(scene, { version: '43' }));
  scene.breakNext('deployments.open');
  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });

  expect(await healPromotions(scene.ports)).toBe(1);
  expect(scene.deployment(first).replacedBy).not.toBeNull();
});

test('a watched version below a newer live version is not repaired, whatever the alias says', async () => {
  const scene = await watched();
  await promoted(scene);
  await promoted(scene, { version: '43' });
  scene.cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '41' });

  expect(await healPromotions(scene.ports)).toBe(0);
});
