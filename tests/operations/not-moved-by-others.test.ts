import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene, target } from './a-scene.ts';
import { long, moveByHand, noticed, ticks, told } from './an-alias-of-others.ts';

test('a change of the alias that leaves the split as recorded is not reported', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  const before = scene.kinds(id);
  moveByHand(scene, '41', { 42: 0.05 });
  await ticks(scene, 3);

  expect(scene.kinds(id)).toEqual(before);
  expect(scene.deployment(id).status).toBe('rollingOut');
});

test('a look that is older than Slipway’s own last move is not taken for a move by others', async () => {
  const scene = await aScene({
    strategy: [{ setWeight: 5 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { hours: 24 } }, { judge: {} }],
    deadline: { hours: 48 },
  });
  const id = await baking(scene);
  const old = await scene.ports.traffic.readSplit(target);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  const stale = { ...scene.ports, traffic: { ...scene.ports.traffic, readSplit: async () => old } };
  await observeRollouts(stale);

  expect(scene.deployment(id)).toMatchObject({ status: 'rollingOut', atPercent: 50 });
  expect(told(scene, id)).toHaveLength(0);
});

test('one look that shows an old split is not believed when the next one does not show it', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  await scene.pass(MINUTE);
  const { readSplit } = scene.ports.traffic;
  let looks = 0;
  const flickering: typeof readSplit = async (asked) => {
    looks += 1;
    const live = await readSplit(asked);
    return looks === 1 ? { ...live, canaryPercent: 50, revision: 'of long ago' } : live;
  };
  await observeRollouts({ ...scene.ports, traffic: { ...scene.ports.traffic, readSplit: flickering } });

  expect(told(scene, id)).toHaveLength(0);
});

test('a shift that was made and not recorded yet is not taken for a move by others', async () => {
  const scene = await aScene({ ...long, strategy: [{ setWeight: 5 }, { bake: { minutes: 5 } }, { setWeight: 50 }] });
  const id = await baking(scene);
  await scene.pass(5 * MINUTE);
  scene.breakNext('deployments.record', 'before', async () => {});
  scene.breakNext('traffic.setSplit', 'after', async () => {
    await observeRollouts(scene.ports);
  });
  await goOn(scene, id);

  expect(told(scene, id)).toHaveLength(0);
  expect(scene.deployment(id).status).toBe('promoted');
});

test('a read that fails for one alias does not stop the look at the others', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  moveByHand(scene, '42');
  await scene.pass(MINUTE);
  scene.breakNext('traffic.readSplit');
  await observeRollouts(scene.ports);
  expect(told(scene, id)).toHaveLength(0);

  await noticed(scene, id);
  expect(told(scene, id)).toHaveLength(1);
});

test('a promotion that others made a minute before is recorded as found, and not as Slipway’s own', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await scene.pass(5 * MINUTE);
  moveByHand(scene, '42');
  await goOn(scene, id);

  expect(scene.timeline(id).find(({ kind }) => kind === 'Promoted')).toMatchObject({
    by: 'unknown',
    because: expect.stringContaining('or somebody else did it'),
  });
});

test("a move that an alarm's handler made before it died is not taken for others' while its event may repeat", async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  await ticks(scene, 2);
  scene.setAlarm('ALARM');
  scene.breakNext('deployments.record');
  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 100 });
  scene.setAlarm('OK');
  await ticks(scene);
  expect(told(scene, id)).toHaveLength(0);

  await remediateAlarm(scene.ports, scene.alarmEvent());
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: expect.stringContaining('turned red') });
  expect(told(scene, id)).toHaveLength(0);
});
