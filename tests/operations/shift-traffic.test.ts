import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, planned, promoted, run, settle } from './a-rollout.ts';
import { aScene, target } from './a-scene.ts';

test('a good version goes from shift to promotion, with one timeline entry for each change of the alias', async () => {
  const scene = await aScene();
  const id = await promoted(scene);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'promoted',
    atPercent: 100,
    watchUntil: scene.now() + 30 * MINUTE,
  });
  expect(scene.kinds(id)).toEqual([
    'DeploymentOpened',
    'RolloutPlanned',
    'VersionPublished',
    'TrafficShifted',
    'BakeStarted',
    'VerdictReached',
    'Promoted',
    'DeploymentPromoted',
  ]);
});

test.each([
  ['allAtOnce', 'From version 41 to a promotion at once, without a canary.'],
  [[{ setWeight: 10 }], 'From version 41 in 1 step: set weight 10 %, promote.'],
  [[{ setWeight: 10 }, { judge: {} }], 'From version 41 in 2 steps: set weight 10 %, judge, promote.'],
] as const)('the plan of the strategy %j is described in words', async (strategy, because) => {
  const scene = await aScene();
  const id = await deploy(scene, { strategy });
  await planRollout(scene.ports, { deploymentId: id });
  expect(scene.timeline(id).at(-1)).toMatchObject({ kind: 'RolloutPlanned', because });
});

test('a shift that crashes before it is recorded is safe to repeat', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  const shift = () => shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });

  scene.breakNext('deployments.record');
  await expect(shift()).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  expect(scene.deployment(id).atPercent).toBe(0);

  await shift();
  await shift();
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  expect(scene.deployment(id).atPercent).toBe(10);
  expect(scene.kinds(id).filter((kind) => kind === 'TrafficShifted')).toHaveLength(1);
});

test('a shift that never reached the alias is never recorded', async () => {
  const scene = await aScene();
  const id = await planned(scene);

  scene.breakNext('traffic.setSplit');
  await expect(shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 })).rejects.toMatchObject({
    name: 'Transient',
  });

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.kinds(id)).not.toContain('TrafficShifted');
});

test('a promotion that crashes before it is recorded is safe to repeat', async () => {
  const scene = await aScene({ strategy: 'allAtOnce' });
  const id = await planned(scene);

  scene.breakNext('deployments.record');
  await expect(promote(scene.ports, { deploymentId: id })).rejects.toMatchObject({ name: 'Transient' });
  await promote(scene.ports, { deploymentId: id });
  await promote(scene.ports, { deploymentId: id });

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.kinds(id).filter((kind) => kind === 'Promoted')).toHaveLength(1);
});

test('a forward shift never runs ahead of a signal that waits', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });

  const { next } = await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });

  expect(next).toEqual({ do: 'judge' });
  expect(scene.live()).toEqual({ 41: 100 });
  expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({
    next: { do: 'hold', because: 'lunch' },
  });
});

test('a pause that comes just before the promotion holds it, and does not roll back', async () => {
  const scene = await aScene({ strategy: [{ setWeight: 10 }] });
  const id = await planned(scene);
  await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });

  expect(await promote(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'promote' } });
  await settle(scene, id);

  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  expect(scene.deployment(id)).toMatchObject({ status: 'paused', because: 'lunch' });
});

test('when a third version is live, the alias is left alone, the rollout fails and a person is paged', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion: '43' });

  await rollBack(scene.ports, { deploymentId: id });
  await settle(scene, id);

  expect(scene.live()).toEqual({ 43: 100 });
  expect(scene.deployment(id).status).toBe('failed');
  expect(scene.kinds(id).slice(-2)).toEqual(['TrafficMovedByOthers', 'DeploymentFailed']);
  expect(
    scene
      .delivered()
      .filter(({ severity }) => severity === 'page')
      .map(({ subject }) => subject),
  ).toContain('[page] checkout: traffic moved by others');
  expect(scene.ledger().locks.get('checkout')?.deploymentId).toBeNull();
});

test('when the version before was deleted, the rollout fails with a page instead of endless tries', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  await promote(scene.ports, { deploymentId: id });
  scene.cloud.lambda.putAlias({ functionName: target.function, alias: 'slipway-before-live', functionVersion: '42' });
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion: '42' });
  scene.cloud.lambda.deleteVersion(target.function, { version: '41' });

  await rollBack(scene.ports, { deploymentId: id });

  expect(scene.deployment(id)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('There is nothing to go back to'),
  });
  expect(scene.delivered().at(-1)).toMatchObject({ severity: 'page' });
});

test('a shift onto an alias that another person has moved is refused, and the rollout fails without a move', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion: '43' });

  await expect(shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('100 % on version 43'),
  });
  expect(scene.live()).toEqual({ 43: 100 });
});

test('a rollout whose ground has moved since preflight fails before it has changed anything', async () => {
  const scene = await aScene();
  const id = await deploy(scene);
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion: '43' });

  await expect(planRollout(scene.ports, { deploymentId: id })).rejects.toMatchObject({
    name: 'Conflict',
    message: 'checkout:live was moved to version 43 since preflight. Deploy again from there.',
  });
  await run(scene, id);

  expect(scene.live()).toEqual({ 43: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('since preflight'),
  });
});

test('the pin keeps the version before during a rollout, and the old live version after the promotion', async () => {
  const scene = await aScene();
  const pinned = () => scene.cloud.lambda.getAlias(target.function, { alias: 'slipway-before-live' }).functionVersion;
  const { functionVersion: before } = scene.cloud.lambda.putAlias({
    ...{ functionName: target.function, alias: 'slipway-before-live' },
    functionVersion: '43',
  });
  const id = await planned(scene);
  expect(pinned()).toBe(before);

  await signalDeployment(scene.ports, { id, signal: 'promote', reason: 'it is good', by: 'ann' });
  await judgeCanary(scene.ports, { deploymentId: id });
  await promote(scene.ports, { deploymentId: id });
  expect(scene.live()).toEqual({ 42: 100 });
  expect(pinned()).toBe('41');
});

test('planning and publishing a second time after a crash changes nothing', async () => {
  const scene = await aScene();
  const id = await planned(scene, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } } });
  const before = scene.kinds(id);
  await run(scene, id);

  expect(scene.deployment(id).canary).toBe('44');
  expect(scene.kinds(id).slice(0, before.length)).toEqual(before);
  expect(scene.kinds(id).filter((kind) => kind === 'VersionPublished')).toHaveLength(1);
});

test.each([
  ['role', 'role/other', { roleArn: 'arn:aws:iam::000000000000:role/other' }],
  ['dead-letter queue', ':failed', { deadLetterArn: 'arn:aws:sqs:eu-west-1:000000000000:failed' }],
])(
  'code that publishes to a version of another %s fails, names the version, and calls no hook',
  async (_what, named, other) => {
    const scene = await aScene({ hooks: { beforeTraffic: [{ function: 'smoke' }], afterTraffic: [] } });
    scene.cloud.lambda.putFunction({ name: target.function, ...other });
    const id = await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } }, ...by });
    await run(scene, id);

    expect(scene.deployment(id)).toMatchObject({ status: 'failed', because: expect.stringContaining(named) });
    expect(scene.hookRuns).toEqual([]);
    expect(scene.live()).toEqual({ 41: 100 });
  },
);
