/**
 * An alarm stays red for a while after the version that turned it red was rolled back. It is no reason for a hotfix, and
 * it turns green by itself.
 */
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, promoted, settle } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const ways: [string, (scene: Scene) => Promise<string>][] = [
  [
    'its alarm rolled it back',
    async (scene) => {
      const id = await baking(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      await remediateAlarm(scene.ports, scene.alarmEvent());
      await goOn(scene, id);
      return id;
    },
  ],
  [
    'a person aborted it',
    async (scene) => {
      const id = await baking(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      await abortDeployment(scene.ports, { id, reason: 'it is bad', by: 'ada' });
      await goOn(scene, id);
      return id;
    },
  ],
  [
    'its promotion was undone',
    async (scene) => {
      const id = await promoted(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      const { id: undo } = await startRollback(scene.ports, { service: 'checkout', reason: 'it is bad', ...by });
      await settle(scene, undo);
      return id;
    },
  ],
];

const STILL =
  /^Alarm checkout-errors is still red because of version 42 of deployment dep-001, which was taken back\. Wait until it is green, then deploy again\.$/;

describe.each(ways)('after %s', (_what, bad) => {
  test('a deployment is told to wait until the alarm is green, and is accepted then', async () => {
    const scene = await aScene();
    await bad(scene);
    await scene.pass(7_000);
    const again = () => startRollout(scene.ports, { service: 'checkout', version: '43', ...by });
    await expect(again()).rejects.toMatchObject({ name: 'InvalidRequest', message: expect.stringMatching(STILL) });

    scene.setAlarm('OK');
    expect(await again()).toMatchObject({ outcome: 'opened' });
  });

  test('a dry run says the same, and a hotfix says that the alarm does not count against it', async () => {
    const scene = await aScene();
    await bad(scene);
    const dryRun = (hotfix: boolean) =>
      startRollout(scene.ports, { service: 'checkout', version: '43', dryRun: true, hotfix, ...by });
    expect(await dryRun(false)).toMatchObject({
      findings: [{ severity: 'error', check: 'alarmIsQuiet', detail: expect.stringMatching(STILL) }],
    });
    expect(await dryRun(true)).toMatchObject({
      findings: [
        {
          severity: 'warning',
          check: 'alarmIsQuiet',
          detail: expect.stringMatching(/does not count against this hotfix/),
        },
      ],
    });
  });
});

test('a retry of what an alarm rolled back is told to wait until the alarm is green', async () => {
  const scene = await aScene();
  const id = (await ways[0]?.[1](scene)) ?? '';
  await expect(retryDeployment(scene.ports, { id, reason: 'again', ...by })).rejects.toMatchObject({
    message: expect.stringMatching(STILL),
  });
});

test('an alarm that was red before the rollout, or turns red long after it, may be fixed by a hotfix', async () => {
  const before = await aScene();
  before.setAlarm('ALARM');
  await before.pass(MINUTE);
  const advice = {
    message: expect.stringMatching(/is already red\. If this deployment is the fix, repeat it with "hotfix": true/),
  };
  await expect(deploy(before)).rejects.toMatchObject(advice);

  const long = await aScene();
  await ways[1]?.[1](long);
  long.setAlarm('OK', ALARM);
  await long.pass(60 * MINUTE);
  long.setAlarm('ALARM', ALARM);
  await expect(deploy(long, { version: '43' })).rejects.toMatchObject(advice);
});
