/**
 * A version is named by its number or by its ARN. A version of another function, and a name that is no version, are
 * refused.
 */

import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { by, promoted } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const start = (scene: Scene, input: Partial<StartRolloutInput>) =>
  startRollout(scene.ports, { service: 'checkout', ...by, ...input });

test.each<[string, string | RegExp]>([
  ['arn:aws:lambda:eu-central-1:000000000000:function:checkout', /names no version\. Add its number, as in .*:42\.$/],
  ['arn:aws:lambda:eu-central-1:000000000000:function:checkout:live', /is an alias, which moves/],
  ['arn:aws:lambda:eu-central-1:000000000000:function:checkout:$LATEST', /Write "version": "latest"/],
  ['arn:aws:lambda:eu-central-1:000000000000:function:cart:42', /is of the function cart, .* the function checkout\./],
  ['arn:aws:lambda:eu-west-1:000000000000:function:checkout:42', /is of the region eu-west-1, .* eu-central-1\./],
  ['arn:aws:lambda:eu-central-1:123456789012:function:checkout:42', /is of the account 123456789012, /],
  ['arn:aws-cn:lambda:eu-central-1:000000000000:function:checkout:42', /is of the partition aws-cn, /],
  ['arn:aws:s3:::checkout', /is not the ARN of a Lambda function's version/],
  ['arn:aws:lambda:eu-central-1:000000000000:layer:checkout:42', /is not the ARN of a Lambda function's version/],
  ['v0123456789ab', /none of Lambda's/],
])('the version %s is refused', async (version, message) => {
  const scene = await aScene();
  await expect(start(scene, { version })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(message),
    details: { errors: [{ pointer: '/version' }] },
  });
  await expect(start(scene, { version: undefined, artifact: { version } })).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
});

test('an ARN of a version of the function is that version', async () => {
  const scene = await aScene();
  const version = 'arn:aws:lambda:eu-central-1:000000000000:function:checkout:42';
  expect(await start(scene, { version })).toMatchObject({
    outcome: 'opened',
    deployment: { artifact: { version: '42' } },
  });
});

describe('a rollback', () => {
  const back = (scene: Scene, to: string) =>
    startRollback(scene.ports, { service: 'checkout', to, reason: 'no', ...by });
  const released = async () => {
    const scene = await aScene();
    await promoted(scene);
    return scene;
  };

  test('a rollback goes to the version that an ARN names', async () => {
    const scene = await released();
    const to = 'arn:aws:lambda:eu-central-1:000000000000:function:checkout:41';
    expect(await back(scene, to)).toMatchObject({ kind: 'rollback', stable: '41' });
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test.each<[string, RegExp]>([
    ['arn:aws:lambda:eu-central-1:000000000000:function:cart:41', /is of the function cart/],
    ['arn:aws:lambda:eu-central-1:000000000000:function:checkout:live', /is an alias, which moves/],
    ['latest', /^\$LATEST is the code that was uploaded last, and no version to go back to/],
    ['$LATEST', /^\$LATEST is the code that was uploaded last, and no version to go back to/],
  ])('a rollback to %s is refused, and nothing moves', async (to, message) => {
    const scene = await released();
    await expect(back(scene, to)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(message),
      details: { errors: [{ pointer: '/to' }] },
    });
    expect(scene.live()).toEqual({ 42: 100 });
  });
});
