import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { settleAbandonedRollout } from '../../src/operations/nets/settle-abandoned-rollout.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { healPromotions } from '../../src/operations/way-back/heal-promotions.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { undoPromotion } from '../../src/operations/way-back/undo-promotion.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import {
  abort,
  aClusterScene,
  backAgain,
  baking,
  done,
  image,
  opened,
  orderIn,
  planned,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { deploy } from './a-rollout.ts';
import { ALARM, type Scene } from './a-scene.ts';

const red = (scene: Scene) => remediateAlarm(scene.ports, scene.alarmEvent());

describe('a rollout that has to roll back', () => {
  test.each([
    ['a person', abort],
    ['an alarm', red],
  ])('a rollback for %s wakes a rollout that waits, and its own machine does the rest', async (_who, turn) => {
    const scene = await aClusterScene();
    const id = await baking(scene);

    await turn(scene, id);

    expect(scene.answered).toEqual([`token of ${id}`]);
    expect(scene.executions.has(`rollback ${id}`)).toBe(false);
    expect(scene.deployment(id)).toMatchObject({
      status: 'rollingOut',
      atPercent: 25,
      signal: { because: expect.any(String) },
    });
  });

  test.each([
    ['a person', abort],
    ['an alarm', red],
  ])('a rollback for %s starts a second machine when the own machine is at work', async (_who, turn) => {
    const scene = await aClusterScene();
    const id = await planned(scene);

    await turn(scene, id);

    expect(scene.answered).toEqual([]);
    expect(scene.executions.get(`rollback ${id}`)).toBe('running');
  });

  test('a rollback that is requested several times is recorded once', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await abort(scene, id);
    await red(scene);

    expect(scene.kinds(id).filter((kind) => kind === 'SignalReceived')).toHaveLength(1);
  });

  test('a rollback of a rollout that has ended meanwhile needs no machine', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    scene.breakNext('deployments.record', 'before', () => backAgain(scene, id));

    expect(await red(scene)).toMatchObject([{ did: 'takeBack' }]);
    expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', signal: null });
    expect(scene.executions.has(`rollback ${id}`)).toBe(false);
  });

  test('observeRollouts finds within a minute a rollback whose machine was not started', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    scene.breakNext('workflows.start');
    await abort(scene, id);
    expect(scene.executions.has(`rollback ${id}`)).toBe(false);

    await observeRollouts(scene.ports);
    expect(scene.executions.get(`rollback ${id}`)).toBe('running');
  });

  test.each<[string, (scene: Scene, id: string) => Promise<unknown>]>([
    ['goes forward', async () => {}],
    [
      'has been told to pause',
      (scene, id) => signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' }),
    ],
    [
      'is on its way back already',
      async (scene, id) => {
        await abort(scene, id);
        await rollBack(scene.ports, { deploymentId: id });
        scene.executions.clear();
      },
    ],
  ])('a rollback starts no machine for a rollout that %s', async (_what, arrange) => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    await arrange(scene, id);

    await observeRollouts(scene.ports);
    expect(scene.executions.has(`rollback ${id}`)).toBe(false);
  });

  test('observeRollouts rolls back a rollout past its deadline', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await scene.pass(60 * MINUTE);

    await observeRollouts(scene.ports);
    expect(scene.deployment(id).signal).toMatchObject({ because: 'The deadline of the rollout has passed' });
    expect(scene.answered).toEqual([`token of ${id}`]);
  });
});

describe('the task of the rollback', () => {
  test('the task of the rollback sends its order to the cluster, which knows its own state best', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await abort(scene, id);

    const order = orderIn(await rollBack(scene.ports, { deploymentId: id }));

    expect(order).toMatchObject({ do: 'takeBack', stable: version(1), canary: version(2), clears: [] });
    expect(scene.deployment(id)).toMatchObject({ status: 'rollingBack', because: 'changed my mind', atPercent: 25 });
    expect(scene.calls.filter((call) => call.startsWith('traffic.'))).toEqual([]);
  });

  test('the task of the rollback only settles a rollout for which nothing was planned', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    await abort(scene, id);

    expect(await rollBack(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'settle' } });
  });

  test('the rollback of an unplanned deployment still clears the deployment that it superseded', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const second = await deploy(scene, { ...image(3), supersede: true });
    await abort(scene, second);

    const order = orderIn(await rollBack(scene.ports, { deploymentId: second }));
    expect(order).toMatchObject({ do: 'takeBack', stable: null, canary: null, clears: [first] });
  });

  test('the rollback is repeated after it is recorded, because a task may have died on the cluster since', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await abort(scene, id);
    await backAgain(scene, id);

    expect(orderIn(await rollBack(scene.ports, { deploymentId: id }))).toMatchObject({
      do: 'takeBack',
      stable: version(1),
    });
    expect(scene.deployment(id).status).toBe('rolledBack');
  });

  test.each(['promoted', 'superseded'])('the rollback task leaves a deployment alone that was %s', async (end) => {
    const scene = await aClusterScene();
    const id = end === 'promoted' ? await promoted(scene, { from: 1, to: 2 }) : await baking(scene);
    if (end === 'superseded') await deploy(scene, { ...image(3), supersede: true });

    expect(scene.deployment(id).status).toBe(end);
    expect(await rollBack(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'settle' } });
  });

  test('the task of the rollback keeps the recorded error that led to it', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    const state = { error: { Error: 'States.TaskFailed', Cause: 'The build has failed' } };

    await rollBack(scene.ports, { deploymentId: id, state });

    expect(scene.timeline(id).at(-1)).toMatchObject({
      kind: 'TaskFailed',
      because: 'A task failed (States.TaskFailed): The build has failed',
    });
  });
});

describe('an execution that ended without an end for its deployment', () => {
  test('an execution that ended early is followed by another, once in five minutes, until the calls are back', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    const followers = () => [...scene.executions.keys()].filter((name) => name.startsWith(`rollback ${id}_`));

    expect(await settleAbandonedRollout(scene.ports, { deploymentId: id })).toEqual({ settled: false });
    await scene.pass(MINUTE);
    await settleAbandonedRollout(scene.ports, { deploymentId: id });

    expect(followers()).toHaveLength(1);
    expect(scene.kinds(id).filter((kind) => kind === 'ExecutionAbandoned')).toHaveLength(1);
    expect(scene.deployment(id)).toMatchObject({
      status: 'rollingBack',
      because: 'Its execution ended without settling it',
    });
    await scene.pass(5 * MINUTE);
    await settleAbandonedRollout(scene.ports, { deploymentId: id });
    expect(followers()).toHaveLength(2);

    await backAgain(scene, id);
    expect(await settleAbandonedRollout(scene.ports, { deploymentId: id })).toEqual({ settled: false });
    await scene.pass(5 * MINUTE);
    expect(followers()).toHaveLength(2);
  });
});

describe('the undo of a promotion', () => {
  test('an undo leads to a rollback that begins at all the calls, and moves none itself', async () => {
    const scene = await aClusterScene();
    await promoted(scene, { from: null, to: 1 });
    const id = await promoted(scene, { from: 1, to: 2 });

    expect(await red(scene)).toMatchObject([{ did: 'undo' }]);

    const rollback = scene.deployment(scene.deployment(id).replacedBy ?? '');
    expect(rollback).toMatchObject({
      kind: 'rollback',
      stable: version(1),
      canary: version(2),
      atPercent: 100,
      replaces: id,
    });
    expect(scene.executions.get(`rollback ${rollback.id}`)).toBe('running');
    expect(scene.deployment(id).atPercent).toBe(100);
    const order = orderIn(await rollBack(scene.ports, { deploymentId: rollback.id }));
    expect(order).toMatchObject({ do: 'takeBack', stable: version(1), canary: version(2) });
  });

  test('the undo of a first version finds no version to return to', async () => {
    const scene = await aClusterScene();
    const id = await promoted(scene, { from: null, to: 1 });

    expect(await red(scene)).toMatchObject([
      { did: 'nothing', because: expect.stringContaining('put the first version live') },
    ]);
    await expect(
      undoPromotion(scene.ports, { deployment: scene.deployment(id), because: 'it looks wrong', by: 'ada' }),
    ).rejects.toMatchObject({
      name: 'Conflict',
      message: `Deployment ${id} put the first version of checkout live, so there is none to go back to. Deploy a version that works.`,
    });
  });

  test('an undo supersedes another rollout that was opened from the bad version', async () => {
    const scene = await aClusterScene();
    const id = await promoted(scene, { from: 1, to: 2 });
    const next = await planned(scene, image(3));

    const order = { deployment: scene.deployment(id), because: `Alarm ${ALARM}`, by: 'ada' };
    const { id: rollback } = await undoPromotion(scene.ports, order);

    const because = `Alarm ${ALARM}, on the version that it started from`;
    expect(scene.deployment(next)).toMatchObject({ status: 'superseded', replacedBy: rollback, because });
    expect(scene.executions.get(`rollback ${rollback}`)).toBe('running');
    expect(await rollBack(scene.ports, { deploymentId: rollback })).toMatchObject({
      next: { order: expect.stringContaining(`"clears":["${next}"]`) },
    });
  });

  test('an undo is never made unrecorded: no call moves on a cluster before the undo is recorded', async () => {
    const scene = await aClusterScene();
    const id = await promoted(scene, { from: 1, to: 2 });

    expect(await healPromotions(scene.ports)).toBe(0);
    expect(scene.deployment(id)).toMatchObject({ status: 'promoted', replacedBy: null });
  });

  test('an undo needs both versions recorded', async () => {
    const scene = await aClusterScene();
    const id = await promoted(scene, { from: 1, to: 2 });
    const deployment = { ...scene.deployment(id), liveRevision: null };

    await expect(undoPromotion(scene.ports, { deployment, because: 'x', by: 'ada' })).rejects.toMatchObject({
      name: 'Conflict',
    });
  });
});

test('a shift in progress does not stop the machine: its result is recorded, and the machine continues from there', async () => {
  const scene = await aClusterScene();
  const id = await baking(scene);
  await scene.pass(MINUTE);

  expect(await observeRollouts(scene.ports)).toEqual({ observed: 1 });
  expect(await record(scene, id, done('setWeight', { percent: 25, revision: '8' }))).toMatchObject({
    next: { do: 'bake', forSeconds: 240 },
  });
});
