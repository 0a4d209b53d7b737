/**
 * An alarm may still be red because of a version that was rolled back. A later hotfix is not accused for that, only for
 * its own faults.
 */

import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, goOn, promoted, settle } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const turnedAt = ({ cloud }: Scene) => cloud.alarms.list().find(({ name }) => name === ALARM)?.changedAt ?? 0;
const ways: [string, (scene: Scene) => Promise<unknown>][] = [
  [
    'its event',
    (scene) => remediateAlarm(scene.ports, scene.alarmEvent({ id: `event ${turnedAt(scene)}`, at: turnedAt(scene) })),
  ],
  ['the tick', (scene) => observeRollouts(scene.ports)],
];

/** Each case leaves 41 live and healthy, and the alarm red because of 42. */
const before: [string, (scene: Scene) => Promise<unknown>][] = [
  [
    'went back by the alarm',
    async (scene) => {
      const id = await baking(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      await ways[0]?.[1](scene);
      await goOn(scene, id);
    },
  ],
  [
    'was aborted',
    async (scene) => {
      const id = await baking(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      await abortDeployment(scene.ports, { id, reason: 'it is bad', by: 'ada' });
      await goOn(scene, id);
    },
  ],
  [
    'was rolled back after its promotion',
    async (scene) => {
      await promoted(scene);
      await scene.pass(MINUTE);
      scene.setAlarm('ALARM');
      const { id } = await startRollback(scene.ports, { service: 'checkout', reason: 'it is bad', ...by });
      await settle(scene, id);
    },
  ],
];

describe.each(before)('after a version that %s', (_what, bad) => {
  const fixing = async (scene: Scene) => {
    await bad(scene);
    await scene.pass(MINUTE);
    return baking(scene, { version: '43', hotfix: true });
  };

  test('a hotfix continues while the alarm is red because of the earlier version', async () => {
    const scene = await aScene();
    const id = await fixing(scene);
    for (const [, tell] of ways) await tell(scene);
    await scene.pass(5 * MINUTE);
    await observeRollouts(scene.ports);
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('promoted');
    expect(scene.live()).toEqual({ 43: 100 });
  });

  test.each(ways)('a hotfix that turns the alarm red again is rolled back by %s', async (_way, tell) => {
    const scene = await aScene();
    const id = await fixing(scene);
    await scene.pass(MINUTE);
    scene.setAlarm('OK');
    await scene.pass(MINUTE);
    scene.setAlarm('ALARM');
    await tell(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: `alarm ${ALARM}` });
  });
});
