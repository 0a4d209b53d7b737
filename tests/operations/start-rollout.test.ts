import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { undoPromotion } from '../../src/operations/way-back/undo-promotion.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, planned, promoted, run } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const start = (scene: Scene, input: Partial<StartRolloutInput> = {}) =>
  startRollout(scene.ports, { service: 'checkout', version: '42', ...by, ...input });

test('a deployment is opened with its first entry and its notices, and only then is its machine started', async () => {
  const scene = await aScene();
  const id = await deploy(scene, { commit: 'c0ffee', reason: 'to ship the new basket' });

  expect(scene.deployment(id)).toMatchObject({
    status: 'opened',
    stable: '41',
    canary: null,
    commit: 'c0ffee',
    fence: 1,
  });
  expect(scene.timeline(id)).toMatchObject([
    { kind: 'DeploymentOpened', by: 'ada', because: 'to ship the new basket' },
  ]);
  expect(scene.calls.indexOf('deployments.open')).toBeLessThan(scene.calls.indexOf('workflows.start'));
  expect(scene.executions.get(`rollout ${id}`)).toBe('running');
  // The first task of the machine sends these messages: the request does not wait for SNS.
  expect([...scene.ledger().pending.keys()]).toEqual([`${id}-0001-event`, `${id}-0001-notice`]);
});

test('an unknown service is refused by name', async () => {
  const scene = await aScene();
  await expect(start(scene, { service: 'cart' })).rejects.toMatchObject({
    name: 'NotFound',
    message: 'There is no service cart. Register it with PUT /services/cart.',
  });
});

test.each<[string, Partial<StartRolloutInput>]>([
  ['neither a version nor code', { version: undefined }],
  ['both a version and code', { artifact: { image: 'checkout:1' } }],
])('a request with %s is refused', async (_what, input) => {
  await expect(start(await aScene(), input)).rejects.toMatchObject({
    name: 'InvalidRequest',
    details: { errors: [{ pointer: '/version', detail: expect.stringContaining('exactly one') }] },
  });
});

test('a strategy of the request has to keep the same rules as that of a service', async () => {
  await expect(start(await aScene(), { strategy: [{ setWeight: 50 }, { setWeight: 10 }] })).rejects.toMatchObject({
    name: 'InvalidRequest',
    details: { errors: [expect.objectContaining({ pointer: '/strategy/1/setWeight' })] },
  });
});

test('a strategy of the request whose approval lasts longer than the deadline of the service is refused', async () => {
  const strategy = [{ setWeight: 10 }, { approve: { within: { hours: 4 } } }] as const;
  await expect(start(await aScene(), { strategy })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/^The strategy of this request does not fit .*241 minutes/),
    details: {
      errors: [
        { pointer: '/strategy', detail: expect.stringMatching(/241 minutes or more.* PUT .services.checkout\.$/) },
      ],
    },
  });
});

test('a second deployment is refused with the id of the first', async () => {
  const scene = await aScene();
  const first = await baking(scene);

  await expect(start(scene, { version: '43' })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('repeat this with "supersede": true'),
    details: { inFlight: { id: first } },
  });
});

test('one of two deployments at the same moment is opened, and the other is refused with its id', async () => {
  const scene = await aScene();
  const [one, other] = await Promise.allSettled([start(scene), start(scene, { version: '43' })]);

  expect(one).toMatchObject({ status: 'fulfilled', value: { outcome: 'opened' } });
  expect(other).toMatchObject({ status: 'rejected', reason: { name: 'Conflict' } });
  expect(scene.ledger().inFlight.size).toBe(1);
});

test('the same version again, while it is in flight, is the same deployment', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  expect(await start(scene)).toMatchObject({ outcome: 'existing', deployment: { id } });
});

test('the version of a rollout that rolls back is refused, with that rollout’s id', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await abortDeployment(scene.ports, { id, reason: 'changed my mind', by: 'ada' });

  await expect(start(scene)).rejects.toMatchObject({ name: 'Conflict', details: { inFlight: { id } } });
});

test('the same request again, by its key, is the same deployment', async () => {
  const scene = await aScene();
  const artifact = { s3: { bucket: 'local', key: 'checkout.zip' } };
  const id = await deploy(scene, { artifact, requestKey: 'key-1' });

  for (const requestKey of ['key-1', null]) {
    expect(await start(scene, { version: undefined, artifact, requestKey })).toMatchObject({ deployment: { id } });
  }
});

test('the same request twice at the same moment is one deployment', async () => {
  const scene = await aScene();
  const results = await Promise.all([start(scene), start(scene)]);

  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['existing', 'opened']);
});

test('superseding puts the traffic back, ends the first and starts the second from whole ground', async () => {
  const scene = await aScene();
  const first = await baking(scene);
  const token = scene.ledger().waits.get(first);

  const second = await deploy(scene, { version: '43', supersede: true });

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.answered).toContain(token);
  expect(scene.deployment(first)).toMatchObject({ status: 'superseded', replacedBy: second, atPercent: 0 });
  expect(scene.deployment(second)).toMatchObject({ stable: '41', replaces: first, status: 'opened' });
  await run(scene, second);
  expect(scene.live()).toEqual({ 41: 90, 43: 10 });
});

test('superseding a rollout that has published nothing needs no call to the alias', async () => {
  const scene = await aScene();
  const first = await deploy(scene);

  await deploy(scene, { version: '43', supersede: true });

  expect(scene.deployment(first).status).toBe('superseded');
  expect(scene.calls).not.toContain('traffic.takeBack');
});

test('superseding a rollout that is promoted in the same moment undoes the promotion', async () => {
  const scene = await aScene();
  const first = await baking(scene);
  scene.breakNext('deployments.record', 'before', async () => {
    await scene.pass(5 * MINUTE);
    await goOn(scene, first);
  });

  const second = await deploy(scene, { version: '43', supersede: true });

  expect(scene.deployment(first)).toMatchObject({ status: 'promoted', replacedBy: second });
  expect(scene.deployment(second)).toMatchObject({ stable: '41', replaces: first });
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a rollback cannot be superseded', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  const undo = await undoPromotion(scene.ports, { deployment: scene.deployment(id), because: 'red', by: 'ada' });

  await expect(start(scene, { version: '43', supersede: true })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('It is a rollback; wait for it.'),
    details: { inFlight: { id: undo.id } },
  });
});

test('an alarm that does not exist is refused by its name', async () => {
  const scene = await aScene({ alarms: [ALARM, 'chekout-errors'] });

  await expect(start(scene)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('Alarm chekout-errors does not exist'),
    details: { findings: [expect.objectContaining({ check: 'alarmExists', subject: 'chekout-errors' })] },
  });
  expect(scene.ledger().deployments.size).toBe(0);
});

test('an alarm that is red already is refused, unless the deployment is a hotfix', async () => {
  const scene = await aScene();
  scene.setAlarm('ALARM');

  await expect(start(scene)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('repeat it with "hotfix": true'),
  });
  const id = await deploy(scene, { hotfix: true });
  expect(scene.deployment(id).ignoredAlarms).toEqual([ALARM]);
});

test('a version that does not exist is refused', async () => {
  const scene = await aScene();

  await expect(start(scene, { version: '99' })).rejects.toMatchObject({
    message: expect.stringContaining('Version 99'),
  });
});

test('a dry run finds everything, lists the steps and opens nothing', async () => {
  const scene = await aScene({ alarms: [] });
  const result = await start(scene, { version: '99', dryRun: true });

  expect(result).toMatchObject({
    outcome: 'dryRun',
    findings: [{ check: 'versionExists' }, { check: 'alarmsNamed' }],
    steps: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }],
  });
  expect(scene.ledger().deployments.size).toBe(0);
});

test('a dry run ignores the rollout in flight and its split', async () => {
  const scene = await aScene();
  await baking(scene);

  expect(await start(scene, { version: '43', dryRun: true })).toMatchObject({ outcome: 'dryRun', findings: [] });
});

test('with the database away nothing is half-written and no machine is started', async () => {
  const scene = await aScene();
  scene.breakNext('deployments.open');

  await expect(start(scene)).rejects.toMatchObject({ name: 'Transient' });

  expect(scene.ledger().deployments.size).toBe(0);
  expect(scene.ledger().outbox.size).toBe(0);
  expect(scene.executions.size).toBe(0);
});

test('with the workflows away the deployment is opened all the same, and reconcile starts it', async () => {
  const scene = await aScene();
  scene.breakNext('workflows.start');

  const id = await deploy(scene);

  expect(scene.deployment(id).status).toBe('opened');
  expect(scene.executions.size).toBe(0);
});

test('with the publisher away the deployment continues, and its notices wait in the outbox', async () => {
  const scene = await aScene();
  scene.breakNext('publisher.publish');

  await deploy(scene);

  expect(scene.delivered()).toEqual([]);
  expect(scene.ledger().pending.size).toBe(2);
});

describe('retry', () => {
  const retry = (scene: Scene, id: string) => retryDeployment(scene.ports, { id, reason: 'again', ...by });

  test('a retry after a rollback tries the same version again, by a new deployment', async () => {
    const scene = await aScene();
    const id = await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } }, commit: 'c0ffee' });
    await run(scene, id);
    await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
    await goOn(scene, id);

    const result = await retry(scene, id);

    expect(result).toMatchObject({
      outcome: 'opened',
      deployment: { artifact: { version: '44' }, commit: 'c0ffee', reason: 'again' },
    });
  });

  test('a retry of a deployment that never published a version publishes it now', async () => {
    const scene = await aScene();
    const artifact = { s3: { bucket: 'local', key: 'missing.zip' } };
    const id = await deploy(scene, { artifact });
    await run(scene, id);
    expect(scene.deployment(id).status).toBe('failed');

    expect(await retry(scene, id)).toMatchObject({ outcome: 'opened', deployment: { artifact } });
  });

  test('a retry is refused for a deployment in flight, a promoted one and a rollback', async () => {
    const scene = await aScene();
    const id = await planned(scene);
    await expect(retry(scene, id)).rejects.toMatchObject({ message: expect.stringContaining('still in flight') });

    await run(scene, id);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
    await expect(retry(scene, id)).rejects.toMatchObject({ message: expect.stringContaining('was promoted') });

    const undo = await undoPromotion(scene.ports, { deployment: scene.deployment(id), because: 'red', by: 'ada' });
    await expect(retry(scene, undo.id)).rejects.toMatchObject({ message: expect.stringContaining('is a rollback') });
  });
});
