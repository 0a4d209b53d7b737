import { type StartRollbackInput, startRollback } from '../../src/operations/opening/start-rollback.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import {
  aClusterScene,
  backAgain,
  baking,
  failed,
  image,
  opened,
  orderIn,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { by } from './a-rollout.ts';
import type { Scene } from './a-scene.ts';

const back = (scene: Scene, input: Partial<StartRollbackInput> = {}) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by, ...input });

/** Slipway has promoted versions 1, 2 and 3. */
async function thricePromoted() {
  const scene = await aClusterScene();
  const first = await promoted(scene, { from: null, to: 1 });
  const second = await promoted(scene, { from: 1, to: 2 });
  const third = await promoted(scene, { from: 2, to: 3 });
  return { scene, first, second, third };
}

test('a rollback without a version goes to the version before, by an order of its own machine', async () => {
  const { scene, third } = await thricePromoted();

  const rollback = await back(scene);

  expect(rollback).toMatchObject({
    kind: 'rollback',
    status: 'opened',
    stable: version(2),
    canary: version(3),
    atPercent: 100,
    liveRevision: '30',
    replaces: third,
  });
  expect(scene.executions.get(`rollback ${rollback.id}`)).toBe('running');
  expect(scene.calls.filter((call) => /^(traffic|versions)\./.test(call))).toEqual([]);
  expect(orderIn(await rollBack(scene.ports, { deploymentId: rollback.id }))).toMatchObject({
    do: 'takeBack',
    stable: version(2),
    canary: version(3),
  });
  await backAgain(scene, rollback.id, { foundPercent: 100, revision: '31' });
  expect(scene.deployment(rollback.id)).toMatchObject({ status: 'rolledBack', because: 'it looks wrong' });
});

test('after a rollback the live version is the one that it returned to', async () => {
  const { scene } = await thricePromoted();
  const { id } = await back(scene);
  await backAgain(scene, id, { foundPercent: 100, revision: '31' });

  expect(await back(scene)).toMatchObject({ stable: version(1), canary: version(2), liveRevision: '31' });
});

test('a rollback goes to the version that is named, or that a named deployment put live', async () => {
  const byVersion = await thricePromoted();
  expect(await back(byVersion.scene, { to: version(1) })).toMatchObject({ stable: version(1), canary: version(3) });

  const byDeployment = await thricePromoted();
  const to = byDeployment.first;
  expect(await back(byDeployment.scene, { to })).toMatchObject({ stable: version(1), canary: version(3) });
});

test.each<[string, Partial<StartRollbackInput>, string, RegExp]>([
  [
    'the version that is live',
    { to: version(3) },
    'Conflict',
    /shop\/orders on production is on version v\d+3 already/,
  ],
  ['a version that nobody deployed', { to: version(9) }, 'NotFound', /No deployment of checkout knows a version v\d+9/],
])('a rollback to %s is refused', async (_what, input, name, message) => {
  const { scene } = await thricePromoted();

  await expect(back(scene, input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(scene.ledger().inFlight.size).toBe(0);
});

test('a rollback from the first version is refused', async () => {
  const scene = await aClusterScene();
  await promoted(scene, { from: null, to: 1 });

  await expect(back(scene)).rejects.toMatchObject({
    name: 'Conflict',
    message: `Version ${version(1)} is the first of checkout, so there is none to go back to. Deploy a version that works.`,
  });
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['nothing was ever deployed', async () => {}],
  [
    'somebody else was found there',
    async (scene) => {
      await promoted(scene, { from: null, to: 1 });
      const id = await baking(scene);
      await rollBack(scene.ports, { deploymentId: id });
      await record(scene, id, failed('takeBack', 'Conflict'));
    },
  ],
])('a rollback is refused because the live version is unknown when %s', async (_what, arrange) => {
  const scene = await aClusterScene();
  await arrange(scene);

  await expect(back(scene)).rejects.toMatchObject({
    name: 'Conflict',
    message:
      'No deployment of checkout says which version is live on shop/orders on production. Deploy the version that should be.',
  });
});

describe('with a rollout in flight', () => {
  test('a rollback request without a version rolls back the rollout in flight', async () => {
    const scene = await aClusterScene();
    await promoted(scene, { from: null, to: 1 });
    const id = await baking(scene);

    expect(await back(scene)).toMatchObject({ id, kind: 'rollout', signal: { kind: 'rollBack', by: 'ada' } });
    expect(scene.answered).toContain(`token of ${id}`);
  });

  test('a rollback request rolls back a rollout that was opened in the same moment', async () => {
    const { scene } = await thricePromoted();
    let id = '';
    scene.breakNext('deployments.open', 'before', async () => {
      id = await opened(scene, image(4));
    });

    expect(await back(scene)).toMatchObject({ id, signal: { kind: 'rollBack' } });
    expect(scene.executions.get(`rollback ${id}`)).toBe('running');
  });

  test('a rollback further back supersedes the rollout in flight, and starts from the promoted version', async () => {
    const { scene } = await thricePromoted();
    const id = await baking(scene, image(4));

    const rollback = await back(scene, { to: version(2) });

    expect(rollback).toMatchObject({ kind: 'rollback', stable: version(2), canary: version(3), atPercent: 100 });
    expect(scene.deployment(id)).toMatchObject({ status: 'superseded', replacedBy: rollback.id });
    expect(scene.answered).toContain(`token of ${id}`);
  });
});

test('a rollback in flight is the answer to a second request, and refuses another version', async () => {
  const { scene } = await thricePromoted();
  const { id } = await back(scene);

  expect(await back(scene)).toMatchObject({ id });
  await expect(back(scene, { to: version(1) })).rejects.toMatchObject({
    name: 'Conflict',
    details: { inFlight: { id } },
  });
});
