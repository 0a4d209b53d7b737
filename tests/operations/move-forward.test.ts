import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import type { SplitOrder } from '../../src/ports/traffic.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, planned, settle } from './a-rollout.ts';
import { aScene, type Scene, target } from './a-scene.ts';

/** Edits the description of the alias as a person would: the revision is new and the split stays. */
function editAlias({ cloud: { lambda } }: Scene): void {
  const { functionVersion, weights } = lambda.getAlias(target.function, { alias: target.alias });
  lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion, weights });
}
const twoSteps = {
  strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }],
};
const onEdit = (scene: Scene, edits: number) => {
  const { setSplit } = scene.ports.traffic;
  let left = edits;
  return async (order: SplitOrder) => {
    if (left > 0) editAlias(scene);
    left -= 1;
    return setSplit(order);
  };
};

test('an alias whose description was edited takes its next step and its promotion as usual', async () => {
  const scene = await aScene(twoSteps);
  const id = await baking(scene);
  editAlias(scene);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  expect(scene.live()).toEqual({ 41: 50, 42: 50 });

  editAlias(scene);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  expect(scene.deployment(id).status).toBe('promoted');
  expect(scene.timeline(id).filter(({ kind }) => kind === 'TrafficShifted' || kind === 'Promoted')).toMatchObject([
    { by: 'slipway', data: { canaryPercent: 10 } },
    { by: 'slipway', data: { canaryPercent: 50 } },
    { by: 'slipway', data: { canaryPercent: 100 } },
  ]);
});

test('an alias that is edited before its first shift is shifted', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  editAlias(scene);
  await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });

  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  expect(scene.deployment(id).atPercent).toBe(10);
});

test('an alias that is edited again and again is tried five times, then later', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  const thrice = { ...scene.ports, traffic: { ...scene.ports.traffic, setSplit: onEdit(scene, 3) } };
  await shiftTraffic(thrice, { deploymentId: id, toPercent: 10 });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });

  const other = await aScene();
  const slow = await planned(other);
  const always = { ...other.ports, traffic: { ...other.ports.traffic, setSplit: onEdit(other, 99) } };
  await expect(shiftTraffic(always, { deploymentId: slow, toPercent: 10 })).rejects.toMatchObject({
    name: 'Transient',
  });
});

test('a pause that comes while the alias is edited is obeyed before the shift', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  editAlias(scene);
  scene.breakNext('traffic.setSplit', 'before', async () => {
    await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });
  });

  expect(await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 })).toMatchObject({ next: { do: 'judge' } });
  expect(scene.live()).toEqual({ 41: 100 });
});

describe('a fenced off task does not mistake a later shift for an edit of the alias', () => {
  test('a first shift is refused when an abort comes before it acts', async () => {
    const scene = await aScene();
    const id = await planned(scene);
    scene.breakNext('traffic.setSplit', 'before', async () => {
      await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
    });

    await expect(shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 })).rejects.toMatchObject({
      name: 'Conflict',
    });
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test.each([
    ['an abort', (scene: Scene, id: string) => abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' })],
    ['a way back', (scene: Scene, id: string) => rollBack(scene.ports, { deploymentId: id })],
  ])('a first shift between the move of %s and its record leaves no call on the canary', async (_what, goBack) => {
    const scene = await aScene();
    const id = await planned(scene);
    scene.breakNext('traffic.takeBack', 'after', async () => {
      await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 }).catch(() => {});
    });
    await goBack(scene, id);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).atPercent).toBe(0);
  });

  test('a first shift is refused when a rollback comes in the middle of its move', async () => {
    const scene = await aScene();
    const id = await planned(scene);
    let refused: unknown;
    const late = () => shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });
    scene.breakNext('traffic.setSplit', 'before', async () => {
      await rollBack(scene.ports, { deploymentId: id });
    });
    await late().catch((error: unknown) => {
      refused = error;
    });

    expect(refused).toMatchObject({ name: 'Conflict' });
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('a shift of a rollout that has ended is refused, although its successor gave the same version the same share', async () => {
    const scene = await aScene(twoSteps);
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.breakNext('traffic.setSplit', 'before', async () => {
      await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
      await rollBack(scene.ports, { deploymentId: id });
      await settle(scene, id);
      await baking(scene);
    });
    await goOn(scene, id);

    expect(scene.live()).toEqual({ 41: 90, 42: 10 });
    expect(scene.deployment(id).status).toBe('rolledBack');
    expect(scene.ledger().inFlight.size).toBe(1);
  });

  test('a promotion all at once is refused when an abort comes before it', async () => {
    const scene = await aScene({ strategy: 'allAtOnce' });
    const id = await planned(scene);
    scene.breakNext('traffic.setSplit', 'before', async () => {
      await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
    });

    await expect(promote(scene.ports, { deploymentId: id })).rejects.toMatchObject({ name: 'Conflict' });
    expect(scene.live()).toEqual({ 41: 100 });
  });
});

test('a shift that died unrecorded is not repeated after an alarm has rolled it back without the ledger', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  await scene.pass(MINUTE);
  scene.breakNext('deployments.record');
  const shift = () => shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });
  await expect(shift()).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  scene.setAlarm('ALARM');
  const { lambda } = scene.cloud;
  lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion: '41', weights: {} });

  await expect(shift()).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('Alarm') });
  expect(scene.live()).toEqual({ 41: 100 });

  scene.setAlarm('OK');
  await expect(shift()).rejects.toMatchObject({ name: 'Transient' });
  await scene.pass(4 * MINUTE);
  await shift();
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
});
