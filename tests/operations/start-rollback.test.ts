import { fullAccess } from '../../src/domain/access/access.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { type StartRollbackInput, startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, promoted, run } from './a-rollout.ts';
import { aScene, type Scene, target } from './a-scene.ts';

const back = (scene: Scene, input: Partial<StartRollbackInput> = {}) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by, ...input });

/** Slipway promotes 42 and then 43, starting from 41. */
async function twicePromoted() {
  const scene = await aScene();
  const first = await promoted(scene);
  const second = await promoted(scene, { version: '43' });
  return { scene, first, second };
}

test('a rollback without a version goes to the version before at once, and the machine then settles it', async () => {
  const { scene, second } = await twicePromoted();

  const rollback = await back(scene);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(rollback).toMatchObject({ kind: 'rollback', stable: '42', canary: '43', atPercent: 0, replaces: second });
  expect(scene.kinds(rollback.id)).toEqual(['DeploymentOpened', 'TrafficTakenBack']);
  expect(scene.executions.get(`rollback ${rollback.id}`)).toBe('running');
  await rollBack(scene.ports, { deploymentId: rollback.id });
  await settleDeployment(scene.ports, { deploymentId: rollback.id });
  expect(scene.deployment(rollback.id)).toMatchObject({ status: 'rolledBack', because: 'it looks wrong' });
  expect(scene.kinds(rollback.id).filter((kind) => kind === 'TrafficTakenBack')).toHaveLength(1);
});

test('a rollback goes to the version that is named', async () => {
  const { scene } = await twicePromoted();
  await back(scene, { to: '41' });

  expect(scene.live()).toEqual({ 41: 100 });
});

test('a rollback goes to the version that the named deployment put live', async () => {
  const { scene, first } = await twicePromoted();
  await back(scene, { to: first });

  expect(scene.live()).toEqual({ 42: 100 });
});

test('the id of a rollback stands for the version that it restored', async () => {
  const { scene } = await twicePromoted();
  const first = await back(scene, { to: '41' });
  await settleDeployment(scene.ports, { deploymentId: first.id });
  const other = await back(scene, { to: '43' });
  await settleDeployment(scene.ports, { deploymentId: other.id });

  await back(scene, { to: first.id });

  expect(scene.live()).toEqual({ 41: 100 });
});

test.each<[string, Partial<StartRollbackInput>, string, RegExp]>([
  ['the version that is live', { to: '43' }, 'Conflict', /on version 43 already. There is nothing to roll back/],
  ['a version that does not exist', { to: '99' }, 'NotFound', /version 99/],
  ['a deployment that does not exist', { to: 'dep-404' }, 'NotFound', /no deployment dep-404/],
  ['an unknown service', { service: 'cart' }, 'NotFound', /no service cart/],
])('a rollback to %s is refused, and nothing moves', async (_what, input, name, message) => {
  const { scene } = await twicePromoted();

  await expect(back(scene, input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  expect(scene.live()).toEqual({ 43: 100 });
});

test('a rollback must name its version when Slipway did not promote the live one', async () => {
  const scene = await aScene();

  await expect(back(scene)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('no record of a version before version 41. Name the version'),
  });
  await back(scene, { to: '42', access: fullAccess('ada') });
  expect(scene.live()).toEqual({ 42: 100 });
});

test.each<[string, (id: string) => Partial<StartRollbackInput>]>([
  ['a version that was never live', () => ({ to: '43' })],
  ['a deployment whose version was never promoted', (to) => ({ to })],
])('a rollback to %s by a deployer is refused, whatever is in flight, and nothing moves', async (_what, input) => {
  const scene = await aScene();
  await promoted(scene);
  const tried = await baking(scene, { version: '43' });
  const wish = { ...input(tried), access: { caller: 'ada', grants: [{ role: 'deployer', services: '*' }] } } as const;
  const refused = {
    name: 'Forbidden',
    message: expect.stringMatching(/43 was never live on checkout:live.*POST \/deploy/),
  };
  const during = scene.live();

  await expect(back(scene, wish)).rejects.toMatchObject(refused);
  expect(scene.live()).toEqual(during);
  await abortDeployment(scene.ports, { id: tried, reason: 'it looks wrong', by: 'ada' });
  await goOn(scene, tried);
  await expect(back(scene, wish)).rejects.toMatchObject(refused);
  expect(scene.live()).toEqual({ 42: 100 });
});

test('a deployment of another service names no version of this one', async () => {
  const { scene, first } = await twicePromoted();
  const elsewhere = { ...target, alias: 'basket' };
  scene.cloud.lambda.putAlias({ functionName: target.function, alias: elsewhere.alias, functionVersion: '43' });
  await scene.ports.services.write({ spec: aSpec({ name: 'basket', target: elsewhere }), by: 'ada', at: 0 });

  await expect(back(scene, { service: 'basket', to: first })).rejects.toMatchObject({
    name: 'NotFound',
    message: expect.stringContaining(`no deployment ${first}`),
  });
});

test('a rollback to a deployment that never published a version is refused', async () => {
  const scene = await aScene();
  const id = await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'missing.zip' } } });
  await run(scene, id);

  await expect(back(scene, { to: id })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('never published a version'),
  });
});

test('a rollback request ends a rollout in flight: the traffic is back before the answer, under the same deployment', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  const answer = await back(scene);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(answer).toMatchObject({ id, signal: { kind: 'rollBack', by: 'ada' } });
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: 'it looks wrong' });
});

test('a rollback to a version further back supersedes the rollout in flight', async () => {
  const { scene } = await twicePromoted();
  const id = await baking(scene, { version: '41' });

  const rollback = await back(scene, { to: '42' });

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'superseded', replacedBy: rollback.id });
});

test('a rollback in flight is the answer to a second request, and refuses another version', async () => {
  const { scene } = await twicePromoted();
  const first = await back(scene);

  expect(await back(scene)).toMatchObject({ id: first.id });
  expect(await back(scene, { to: '42' })).toMatchObject({ id: first.id });
  await expect(back(scene, { to: '41' })).rejects.toMatchObject({
    name: 'Conflict',
    message: `Rollback ${first.id} to version 42 is in flight. Wait for it, then roll back to 41.`,
  });
});

test('two rollback requests at the same moment are one rollback', async () => {
  const { scene } = await twicePromoted();
  const answers = await Promise.all([back(scene), back(scene)]);

  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(scene.live()).toEqual({ 42: 100 });
});

test('a rollback request that meets a promotion goes back one version, not two', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  const second = await baking(scene, { version: '43' });
  scene.breakNext('deployments.record', 'before', async () => {
    await scene.pass(5 * MINUTE);
    await goOn(scene, second);
  });

  const rollback = await back(scene);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(rollback).toMatchObject({ kind: 'rollback', replaces: second, stable: '42' });
  expect(scene.deployment(first).replacedBy).toBeNull();
});

test('a rollback whose alias cannot be reached is recorded, and its machine tries again', async () => {
  const { scene } = await twicePromoted();
  scene.breakNext('traffic.takeBack');

  const rollback = await back(scene);

  expect(scene.live()).toEqual({ 43: 100 });
  expect(scene.executions.get(`rollback ${rollback.id}`)).toBe('running');
  await rollBack(scene.ports, { deploymentId: rollback.id });
  expect(scene.live()).toEqual({ 42: 100 });
});

test('a rollback by a person succeeds even when somebody else has split the alias', async () => {
  const { scene } = await twicePromoted();
  const weights = { 41: 0.5 };
  scene.cloud.lambda.updateAlias({
    functionName: target.function,
    alias: target.alias,
    functionVersion: '43',
    weights,
  });

  await back(scene);

  expect(scene.live()).toEqual({ 42: 100 });
});

test('the reason for a rollout is never recorded as the reason for its rollback', async () => {
  const scene = await aScene();
  const id = await baking(scene, { reason: 'to ship the new basket' });

  await rollBack(scene.ports, { deploymentId: id });

  expect(scene.deployment(id).because).toBe('It could not go on');
});

test('the reason for a pause is not the reason for a rollback at the deadline', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });
  await goOn(scene, id);

  await scene.pass(60 * MINUTE);
  await goOn(scene, id);

  expect(scene.deployment(id)).toMatchObject({
    status: 'rolledBack',
    because: 'The deadline of the rollout has passed',
  });
});
