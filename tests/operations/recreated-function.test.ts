/**
 * A function that was deleted and created again uses its version numbers a second time. Slipway never gives a version
 * calls only because of its number.
 */
import { fullAccess } from '../../src/domain/access/access.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { putService } from '../../src/operations/services/put-service.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { back, forgetFingerprints, type Recreated, recreate } from './a-recreated-function.ts';
import { baking, by, deploy, goOn, planned, promoted, run } from './a-rollout.ts';
import { aScene, type Scene, target } from './a-scene.ts';
import { ticks, told } from './an-alias-of-others.ts';
import { pages } from './in-a-scene.ts';

const watched = () => aScene({ watch: { hours: 24 } });
const alarmed = async (scene: Scene) => {
  await scene.pass(MINUTE);
  scene.setAlarm('ALARM');
  return remediateAlarm(scene.ports, scene.alarmEvent());
};

test('a rollback without a version is refused when the live number belongs to another version, and says why', async () => {
  const scene = await aScene();
  await promoted(scene);
  recreate(scene, { live: '42' });

  await expect(back(scene)).rejects.toMatchObject({
    name: 'Conflict',
    message:
      'Version 42 of checkout is not the version 42 that Slipway has on record: it has other code, so the function was deleted and created again. Slipway has no record of a version before version 42. Name the version to go back to with "to", as an admin of the service; or deploy it with POST /deploy.',
  });
  expect(scene.live()).toEqual({ 42: 100 });
});

test('a version whose number belongs to another version is no version to roll back to, except for an admin', async () => {
  const scene = await aScene();
  await promoted(scene);
  recreate(scene, { live: '43' });

  await expect(back(scene, { to: '41' })).rejects.toMatchObject({
    name: 'Forbidden',
    message: expect.stringMatching(/^Version 41 of checkout is not the version 41 .* Deploy it with POST \/deploy/),
  });
  expect(scene.live()).toEqual({ 43: 100 });
  await back(scene, { to: '41', access: fullAccess('ada') });
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a deployment stands for the version that it put live, and for no other of that number, also for an admin', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  recreate(scene, { live: '41' });
  await promoted(scene);
  await promoted(scene, { version: '43' });

  await expect(back(scene, { to: first, access: fullAccess('ada') })).rejects.toMatchObject({ name: 'NotFound' });
  expect(scene.live()).toEqual({ 43: 100 });
  await back(scene, { to: '42' });
  expect(scene.live()).toEqual({ 42: 100 });
});

test.each<[string, Recreated]>([
  ['the promoted version', { live: '42' }],
  ['the version before', { live: '41' }],
  ['a third version', { live: '43' }],
])(
  'an alarm of a watched version moves no alias that was created on the number of %s, and pages once',
  async (_what, recreated) => {
    const scene = await watched();
    const id = await promoted(scene);
    recreate(scene, recreated);
    const before = scene.live();

    await alarmed(scene);
    await ticks(scene, 3);

    expect(scene.live()).toEqual(before);
    expect(scene.deployment(id)).toMatchObject({ replacedBy: null, status: 'promoted' });
    expect(scene.deployment(id).watchUntil).toBeLessThanOrEqual(scene.now());
    expect(told(scene, id)).toHaveLength(1);
  },
);

test('a function that was created again with the same code and settings has the same versions', async () => {
  const scene = await watched();
  const id = await promoted(scene);
  recreate(scene, { live: '42', same: ['41', '42', '43'] });

  await alarmed(scene);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).replacedBy).not.toBeNull();
});

test('the same code under other settings is another version', async () => {
  const scene = await watched();
  await promoted(scene);
  recreate(scene, { live: '42', same: ['41', '42', '43'], environment: { TABLE: 'other' } });

  await alarmed(scene);

  expect(scene.live()).toEqual({ 42: 100 });
  await expect(back(scene, { to: '41' })).rejects.toMatchObject({
    message: expect.stringContaining('it has other settings'),
  });
});

test('a rollback on a function that was created again goes back only to versions from after that', async () => {
  const scene = await aScene();
  await promoted(scene);
  recreate(scene, { live: '41' });
  await promoted(scene, { version: '43' });

  await back(scene);
  expect(scene.live()).toEqual({ 41: 100 });

  const [deploymentId = ''] = scene.ledger().inFlight;
  await settleDeployment(scene.ports, { deploymentId });
  await expect(back(scene)).rejects.toMatchObject({ name: 'Conflict' });
  expect(scene.live()).toEqual({ 41: 100 });
});

test("a promotion from before the function was created again is not undone to a later rollout's version", async () => {
  const scene = await watched();
  const first = await promoted(scene);
  recreate(scene, { live: '42' });
  const second = await baking(scene, { version: '43' });
  await abortDeployment(scene.ports, { id: second, reason: 'not this one', by: 'ada' });
  await goOn(scene, second);
  await scene.pass(20 * MINUTE);

  await alarmed(scene);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(first).replacedBy).toBeNull();
  expect(pages(scene)).toEqual([]);
});

test('an alias that was created on the number of the version before does not prove that the promotion was undone', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  recreate(scene, { live: '41' });
  await deploy(scene, { version: '43' });

  expect(scene.deployment(first).atPercent).toBe(100);
  expect(scene.kinds(first)).not.toContain('TrafficTakenBack');
});

test('a rollout that supersedes one on a function that was created again starts from the version that is live there', async () => {
  const scene = await aScene();
  const first = await baking(scene);
  recreate(scene, { live: '41' });
  const second = await deploy(scene, { version: '43', supersede: true });
  await run(scene, second);

  expect(scene.live()).toEqual({ 41: 90, 43: 10 });
  expect(scene.deployment(first).status).toBe('superseded');
  expect(scene.kinds(first)).not.toContain('TrafficTakenBack');
});

test('rows from before fingerprints were stored go by the number, as they did', async () => {
  const scene = await watched();
  const id = await promoted(scene);
  await forgetFingerprints(scene);
  recreate(scene, { live: '42' });

  await alarmed(scene);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).replacedBy).not.toBeNull();
});

test.each([
  ['is the same', ['41', '42', '43'], true],
  ['was created again meanwhile', [], false],
] as const)(
  'a service that leaves its function and returns rolls back there only if the function %s',
  async (_what, same, goesBack) => {
    const scene = await aScene();
    await promoted(scene);
    const put = (name: string) =>
      putService(scene.ports, { spec: aSpec({ target: { ...target, function: name } }), by: 'grace' });
    await put('checkout-2');
    recreate(scene, { live: '42', same });
    await put('checkout');

    await (goesBack ? back(scene) : expect(back(scene)).rejects.toMatchObject({ name: 'Conflict' }));

    expect(scene.live()).toEqual(goesBack ? { 41: 100 } : { 42: 100 });
  },
);

test('an alias that was deleted and created again stops neither the rollback nor the first shift', async () => {
  const again = (scene: Scene, functionVersion: string) => {
    const { lambda } = scene.cloud;
    lambda.deleteAlias(target.function, { alias: target.alias });
    lambda.putAlias({ functionName: target.function, alias: target.alias, functionVersion });
  };
  const scene = await watched();
  await promoted(scene);
  again(scene, '42');
  const second = await planned(scene, { version: '43' });
  again(scene, '42');
  await run(scene, second);
  expect(scene.live()).toEqual({ 42: 90, 43: 10 });
  await abortDeployment(scene.ports, { id: second, reason: 'not this one', by: 'ada' });
  await goOn(scene, second);
  again(scene, '42');
  await scene.pass(20 * MINUTE);

  await alarmed(scene);

  expect(scene.live()).toEqual({ 41: 100 });
});

test('a retry tries the version again that was tried, and no other version of its number', async () => {
  const scene = await aScene();
  const artifact = { s3: { bucket: 'code', key: 'checkout.zip' } };
  const aborted = async (input: Parameters<typeof baking>[1]) => {
    const id = await baking(scene, input);
    await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
    await goOn(scene, id);
    return id;
  };
  const byCode = await aborted({ artifact });
  const named = await aborted({ version: '42' });
  recreate(scene, { live: '41' });
  scene.cloud.lambda.publishVersion({ functionName: 'checkout', code: { kind: 'modelled', behaviour: OTHER } });
  const retry = (id: string) => retryDeployment(scene.ports, { id, reason: 'again', ...by });

  await expect(retry(named)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('Deploy the version that you mean'),
  });
  expect(await retry(byCode)).toMatchObject({ outcome: 'opened', deployment: { artifact } });
});

const OTHER = { errorPercent: 50, medianMs: 20, p99Ms: 80 };
