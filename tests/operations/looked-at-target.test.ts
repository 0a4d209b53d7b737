import { checkService } from '../../src/operations/opening/check-service.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { publishVersion } from '../../src/operations/rollout/publish-version.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, promoted, run } from './a-rollout.ts';
import { ALARM, aScene, quietAlarm, type Scene, target } from './a-scene.ts';

const code = { artifact: { s3: { bucket: 'code', key: 'checkout.zip' } } } as const;
const check = (scene: Scene) => checkService(scene.ports, { name: 'checkout' });
const back = (scene: Scene, to?: string) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', to, ...by });

/** Moves the alias as a person would, by hand. */
const move = ({ cloud }: Scene, functionVersion: string, weights: Record<string, number> = {}) =>
  cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion, weights });
const uploaded = ({ cloud }: Scene) => cloud.lambda.getFunction(target.function).latest;
const becomes = (
  { cloud }: Scene,
  version: string,
  state: 'Active' | 'Inactive' | 'Failed' | 'Stopped',
  pendingUntil = 0,
) =>
  cloud.lambda.setReadiness(target.function, {
    version,
    readiness: { pendingUntil, becomes: state, reason: 'The subnet is full.' },
  });

describe('an alias on $LATEST', () => {
  test('an alias on the unpublished code is refused with the next step, before any code is uploaded', async () => {
    const scene = await aScene();
    move(scene, '$LATEST');
    const before = uploaded(scene);

    expect(await check(scene)).toMatchObject([{ severity: 'error', check: 'targetIsPublished' }]);
    const request = { service: 'checkout', ...code, ...by };
    await expect(startRollout(scene.ports, request)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/is on \$LATEST.*aws lambda publish-version.*aws lambda update-alias/),
    });
    expect(scene.calls).not.toContain('versions.publish');
    expect(uploaded(scene)).toBe(before);
  });

  test('an alias that a person put on the unpublished code after preflight ends the rollout before any code is uploaded', async () => {
    const scene = await aScene();
    const id = await deploy(scene, code);
    move(scene, '$LATEST');
    await run(scene, id);

    expect(scene.deployment(id)).toMatchObject({ because: expect.stringMatching(/checkout:live is on \$LATEST/) });
    expect(scene.calls).not.toContain('versions.publish');
    expect(scene.live()).toEqual({ $LATEST: 100 });
  });

  test('a rollback to a named version moves the alias off the unpublished code', async () => {
    const scene = await aScene();
    await promoted(scene);
    move(scene, '$LATEST');
    await back(scene, '41');

    expect(scene.live()).toEqual({ 41: 100 });
  });
});

test('a split that another person made after preflight ends the rollout with its share and its version', async () => {
  const scene = await aScene();
  const deploymentId = await deploy(scene);
  move(scene, '41', { 43: 0.2 });

  await expect(planRollout(scene.ports, { deploymentId })).rejects.toMatchObject({
    name: 'Conflict',
    message:
      'Since preflight, somebody put 20 % of checkout:live on version 43. Put it on one version, then deploy again.',
  });
});

test.each(['$LATEST', '0', '007', '4.2', 'v42'])('a deployment refuses %s as its version', async (version) => {
  const scene = await aScene();
  await expect(startRollout(scene.ports, { service: 'checkout', version, ...by })).rejects.toMatchObject({
    name: 'InvalidRequest',
    details: { errors: [expect.objectContaining({ pointer: '/version' })] },
  });
});

test.each(['$LATEST', '0', '007', 'v42'])('a rollback refuses %s as its version', async (to) => {
  const scene = await aScene();
  await promoted(scene);
  await expect(back(scene, to)).rejects.toMatchObject({
    name: 'InvalidRequest',
    details: { errors: [expect.objectContaining({ pointer: '/to' })] },
  });
  expect(scene.live()).toEqual({ 42: 100 });
});

describe('a version that is not Active', () => {
  test('a version that is Failed cannot be deployed, and the refusal has the reason of AWS', async () => {
    const scene = await aScene();
    becomes(scene, '42', 'Failed');

    await expect(startRollout(scene.ports, { service: 'checkout', version: '42', ...by })).rejects.toMatchObject({
      details: { findings: [expect.objectContaining({ check: 'versionIsReady', subject: '42' })] },
      message: expect.stringContaining('Version 42 is Failed (The subnet is full.)'),
    });
  });

  test('a version that is Pending is recorded, and gets no call before it is Active', async () => {
    const scene = await aScene();
    becomes(scene, '42', 'Active', scene.now() + 7 * MINUTE);
    const deploymentId = await deploy(scene);
    await planRollout(scene.ports, { deploymentId });
    const publish = () => publishVersion(scene.ports, { deploymentId });

    expect(await publish()).toMatchObject({ next: { do: 'wait', forSeconds: 5, backTo: 'publish' } });
    await scene.pass(6 * MINUTE);
    expect(await publish()).toMatchObject({ next: { do: 'wait', forSeconds: 36 } });
    await scene.pass(MINUTE);
    expect(await publish()).toMatchObject({ next: { do: 'shift', toPercent: 10 } });
    expect(scene.timeline(deploymentId).filter(({ kind }) => kind === 'VersionPublished')).toMatchObject([
      { because: expect.stringMatching(/^Version 42 is published and still Pending/), data: { state: 'Pending' } },
    ]);
  });

  test('a Pending version that turns out Failed rolls back with its reason, and the wait ends at the deadline', async () => {
    const scene = await aScene();
    becomes(scene, '42', 'Failed', scene.now() + MINUTE);
    const deploymentId = await deploy(scene);
    await planRollout(scene.ports, { deploymentId });
    await publishVersion(scene.ports, { deploymentId });
    await scene.pass(MINUTE);

    await expect(publishVersion(scene.ports, { deploymentId })).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('Version 42 is Failed (The subnet is full.)'),
    });
    becomes(scene, '42', 'Active', scene.now() + 24 * 60 * MINUTE);
    await scene.pass(60 * MINUTE);
    expect(await publishVersion(scene.ports, { deploymentId })).toMatchObject({ next: { do: 'rollBack' } });
  });

  test('a version that is Pending or Failed is no version to roll back to', async () => {
    const scene = await aScene();
    await promoted(scene);
    becomes(scene, '43', 'Failed', scene.now() + MINUTE);
    await expect(back(scene, '43')).rejects.toMatchObject({ message: expect.stringContaining('still Pending') });
    await scene.pass(MINUTE);
    await expect(back(scene, '43')).rejects.toMatchObject({ message: expect.stringContaining('is Failed') });
    expect(scene.live()).toEqual({ 42: 100 });
  });

  test('a version that Lambda has taken out of use cannot be deployed, nor rolled back to', async () => {
    const scene = await aScene();
    await promoted(scene);
    becomes(scene, '43', 'Stopped');
    await expect(deploy(scene, { version: '43' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(back(scene, '43')).rejects.toMatchObject({ message: expect.stringContaining('calls to it fail') });
    expect(scene.live()).toEqual({ 42: 100 });
  });

  test('a rollback goes to a version that is Inactive, because users wait', async () => {
    const scene = await aScene();
    await promoted(scene);
    becomes(scene, '41', 'Inactive');
    await back(scene);

    expect(scene.live()).toEqual({ 41: 100 });
  });
});

test('a publication for which Lambda has no capacity now is tried again soon, and does not end the rollout', async () => {
  const scene = await aScene();
  const deploymentId = await deploy(scene, code);
  await planRollout(scene.ports, { deploymentId });
  scene.breakNext('versions.publish');

  expect(await publishVersion(scene.ports, { deploymentId })).toMatchObject({
    next: { do: 'wait', backTo: 'publish', because: expect.stringContaining('versions.publish') },
  });
  expect(await publishVersion(scene.ports, { deploymentId })).toMatchObject({ next: { do: 'shift' } });
});

describe('an alarm that cannot see a new version', () => {
  const put = ({ cloud }: Scene, change: { metric?: 'Errors' | 'ErrorRate'; dimensions: { FunctionName: string } }) =>
    cloud.alarms.putAlarm({ ...quietAlarm, name: ALARM, ...change });

  test('an alarm that watches one version is refused, even if that version is gone', async () => {
    const scene = await aScene();
    const dimensions = { FunctionName: 'checkout', Resource: 'checkout:live', ExecutedVersion: '7' };
    put(scene, { dimensions });

    expect(await check(scene)).toMatchObject([
      {
        severity: 'error',
        check: 'alarmMatchesTarget',
        subject: ALARM,
        detail: expect.stringContaining('version 7 alone'),
      },
    ]);
  });

  test('an alarm whose metric math is about another function is refused', async () => {
    const scene = await aScene();
    put(scene, { metric: 'ErrorRate', dimensions: { FunctionName: 'basket' } });

    expect(await check(scene)).toMatchObject([
      {
        severity: 'error',
        check: 'alarmMatchesTarget',
        detail: expect.stringContaining('watches basket, not checkout'),
      },
    ]);
  });

  test('an alarm that cannot see a new version is found inside composite alarms, level by level', async () => {
    const scene = await aScene();
    const quiet = { state: 'OK', metric: null, changedAt: 0 } as const;
    const known = [
      { ...quiet, name: ALARM, children: ['inner'] },
      { ...quiet, name: 'inner', children: ['basket-errors'] },
      { ...quiet, name: 'basket-errors', metric: { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'basket' } } },
    ];
    const alarms = { read: async (names: readonly string[]) => known.filter(({ name }) => names.includes(name)) };

    expect(await checkService({ ...scene.ports, alarms }, { name: 'checkout' })).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('Alarm basket-errors watches basket') },
    ]);
  });

  test('an alarm of a service with few calls is a finding that names the setting for missing data', async () => {
    const scene = await aScene();
    scene.setAlarm('INSUFFICIENT_DATA');

    expect(await check(scene)).toMatchObject([
      { check: 'alarmHasData', detail: expect.stringContaining('set treatMissingData: notBreaching') },
    ]);
  });
});

describe('a check during a rollout of Slipway s own', () => {
  test('a check during a rollout says that the deployment made the split, and offers no undo', async () => {
    const scene = await aScene();
    const id = await baking(scene);

    expect(await check(scene)).toEqual([
      {
        severity: 'warning',
        check: 'targetIsWhole',
        subject: 'checkout:live',
        detail: `Deployment ${id} is in flight and has 10 % on version 42. Leave the alias to it. Wait for it, or abort it.`,
      },
    ]);
  });

  test('a check says that somebody else moved a split that is not the recorded one', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    move(scene, '41', { 42: 0.6 });

    expect(await check(scene)).toMatchObject([
      {
        severity: 'error',
        check: 'targetIsWhole',
        detail: `The alias has 60 % on version 42, and deployment ${id} has recorded 10 % on version 42: somebody else moved it. Check again in a moment, in case ${id} is moving it now; then find out who did. About ${id}: Wait for it, or abort it.`,
      },
    ]);
  });

  test('a check after the end of a deployment does not say that Slipway made the split', async () => {
    const scene = await aScene();
    await promoted(scene);
    move(scene, '42', { 43: 0.3 });

    expect(await check(scene)).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('(30 % on version 43), and not for Slipway') },
    ]);
  });
});
