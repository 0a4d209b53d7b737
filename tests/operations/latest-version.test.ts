/** `version: "latest"` publishes the code that the team's own tool has put into `$LATEST`, and nothing else. */
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { publishVersion } from '../../src/operations/rollout/publish-version.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { by, deploy, goOn, run, settle } from './a-rollout.ts';
import { ALARM, aScene, BEHAVIOUR, type Scene, target } from './a-scene.ts';

const latest = { version: 'latest' } as const;
let puts = 0;

/** Deploys as the team's tool does. */
const put = ({ cloud }: Scene, errorPercent = 0.1) => {
  puts += 1;
  const behaviour = { ...BEHAVIOUR, errorPercent, p99Ms: 100 + puts };
  cloud.lambda.updateCode({ functionName: target.function, code: { kind: 'modelled', behaviour } });
};
const put41 = ({ cloud }: Scene) =>
  cloud.lambda.updateCode({ functionName: target.function, code: { kind: 'modelled', behaviour: BEHAVIOUR } });
const start = (scene: Scene, input: Partial<StartRolloutInput> = {}) =>
  startRollout(scene.ports, { service: 'checkout', ...latest, ...by, ...input });
const versionsOf = ({ cloud }: Scene) => Object.keys(cloud.lambda.getFunction(target.function).versions);

test('the code in $LATEST is published, tried and promoted, and the timeline says where it came from', async () => {
  const scene = await aScene();
  put(scene);
  const id = await deploy(scene, latest);
  await run(scene, id);
  expect(scene.live()).toEqual({ 41: 90, 44: 10 });
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'promoted', artifact: latest, stable: '41', canary: '44' });
  const published = scene.timeline(id).find(({ kind }) => kind === 'VersionPublished');
  expect(published?.because).toMatch(/^Version 44 is what was in \$LATEST\./);
});

test('code that a tool uploads after the request is not published: the deployment fails and says so', async () => {
  const scene = await aScene();
  put(scene);
  const id = await deploy(scene, latest);
  put(scene);
  await run(scene, id);
  expect(versionsOf(scene)).toEqual(['41', '42', '43']);
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'failed',
    because: expect.stringMatching(/\$LATEST of checkout were changed after .* Deploy "latest" again\./),
  });
});

test('settings that change after the request are not published, and the deployment rolls back', async () => {
  const scene = await aScene();
  put(scene);
  const id = await deploy(scene, latest);
  scene.cloud.lambda.putFunction({ name: target.function, environment: { TABLE: 'carts' } });
  await run(scene, id);
  expect(versionsOf(scene)).toEqual(['41', '42', '43']);
});

test('a change of the settings alone is a release', async () => {
  const scene = await aScene();
  scene.cloud.lambda.putFunction({ name: target.function, environment: { TABLE: 'carts' } });
  const id = await deploy(scene, latest);
  await run(scene, id);
  expect(scene.live()).toEqual({ 41: 90, 44: 10 });
});

test('an update that is in progress is waited for', async () => {
  const scene = await aScene();
  put(scene);
  const readiness = { pendingUntil: scene.now() + MINUTE, becomes: 'Active', reason: '' } as const;
  scene.cloud.lambda.setReadiness(target.function, { version: '$LATEST', readiness });
  const id = await deploy(scene, latest);
  await planRollout(scene.ports, { deploymentId: id });
  expect(await publishVersion(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'wait' } });
  await scene.pass(MINUTE);
  await publishVersion(scene.ports, { deploymentId: id });
  expect(scene.deployment(id).canary).toBe('44');
});

test('$LATEST that is already live is unchanged: nothing is opened or published, and a dry run says so too', async () => {
  const scene = await aScene();
  const unchanged = {
    service: 'checkout',
    version: '41',
    because:
      'Version 41 holds all the traffic of checkout:live already, and what is in $LATEST is the same. Nothing was deployed.',
  };
  expect(await start(scene)).toEqual({ outcome: 'unchanged', unchanged });
  expect(await start(scene, { dryRun: true })).toMatchObject({
    outcome: 'dryRun',
    unchanged,
    findings: [{ severity: 'warning', check: 'versionIsNew', subject: '41' }],
  });
  expect(versionsOf(scene)).toEqual(['41', '42', '43']);
  expect(scene.ledger().deployments.size).toBe(0);
});

test('the live code is unchanged, also when a version of other code was published since', async () => {
  const scene = await aScene();
  put(scene);
  const id = await deploy(scene, latest);
  await run(scene, id);
  await abortDeployment(scene.ports, { id, reason: 'no', ...by });
  await settle(scene, id);
  put41(scene);
  expect(await start(scene)).toMatchObject({ outcome: 'unchanged', unchanged: { version: '41' } });
});

test.each([{}, { hotfix: true }])('a version that already has all the traffic is unchanged %j', async (input) => {
  const scene = await aScene();
  expect(await start(scene, { version: '41', ...input })).toMatchObject({
    outcome: 'unchanged',
    unchanged: { version: '41' },
  });
});

test('a release that changes nothing is unchanged, also under a red alarm', async () => {
  const scene = await aScene();
  scene.setAlarm('ALARM', ALARM);
  expect(await start(scene)).toMatchObject({ outcome: 'unchanged' });
  put(scene);
  await expect(start(scene)).rejects.toMatchObject({ name: 'InvalidRequest', message: expect.stringContaining('red') });
});

test('an alias on $LATEST is refused, although its code is live', async () => {
  const scene = await aScene();
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: 'live', functionVersion: '$LATEST' });
  await expect(start(scene)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('is on $LATEST'),
  });
});

test('an update that failed is refused with its reason', async () => {
  const scene = await aScene();
  put(scene);
  const readiness = { pendingUntil: 0, becomes: 'Failed', reason: 'The subnet is gone.' } as const;
  scene.cloud.lambda.setReadiness(target.function, { version: '$LATEST', readiness });
  await expect(start(scene)).rejects.toMatchObject({ message: expect.stringContaining('The subnet is gone.') });
});

test('a repeated request for the latest gets its rollout in flight, and a request for other code is refused', async () => {
  const scene = await aScene();
  put(scene);
  const id = await deploy(scene, latest);
  await run(scene, id);
  expect(await start(scene)).toMatchObject({ outcome: 'existing', deployment: { id } });
  put(scene);
  await expect(start(scene)).rejects.toMatchObject({ name: 'Conflict', details: { inFlight: { id } } });
  const next = await deploy(scene, { ...latest, supersede: true });
  await run(scene, next);
  expect(scene.deployment(id).status).toBe('superseded');
  expect(scene.live()).toEqual({ 41: 90, 45: 10 });
});

test.each([latest, { version: '41' }])(
  'a request for the live version does not supersede a rollout: %j is refused, with the way to keep it',
  async (asked) => {
    const scene = await aScene();
    put(scene);
    const id = await deploy(scene, latest);
    await run(scene, id);
    put41(scene);
    await expect(start(scene, { ...asked, supersede: true })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: `Version 41 is what deployment ${id} started from, and goes back to. Abort ${id} to keep it.`,
    });
    expect(scene.live()).toEqual({ 41: 90, 44: 10 });
  },
);

test('the same key finds its deployment, although $LATEST has changed since', async () => {
  const scene = await aScene();
  const key = { by: 'ci', requestKey: 'run-7' };
  put(scene);
  const id = await deploy(scene, { ...latest, ...key });
  put(scene);
  expect(await start(scene, key)).toMatchObject({ outcome: 'existing', deployment: { id } });
});

test('a key that found the rollout of the same code finds that rollout again later', async () => {
  const scene = await aScene();
  const key = { by: 'ci', requestKey: 'run-7' };
  put(scene);
  const id = await deploy(scene, latest);
  await run(scene, id);
  await start(scene, key);
  put(scene);
  expect(await start(scene, key)).toMatchObject({ outcome: 'existing', deployment: { id } });
});

describe('a retry', () => {
  const retry = (scene: Scene, id: string) => retryDeployment(scene.ports, { id, reason: 'once more', ...by });
  const wentBack = async (scene: Scene) => {
    put(scene);
    const id = await deploy(scene, latest);
    await run(scene, id);
    await abortDeployment(scene.ports, { id, reason: 'no', ...by });
    await settle(scene, id);
    put(scene);
    return id;
  };

  test('a retry takes the version that was published, although $LATEST has changed since', async () => {
    const scene = await aScene();
    expect(await retry(scene, await wentBack(scene))).toMatchObject({ deployment: { artifact: { version: '44' } } });
  });

  test('a retry of a version that is gone publishes nothing else in its place', async () => {
    const scene = await aScene();
    const id = await wentBack(scene);
    scene.cloud.lambda.deleteVersion(target.function, { version: '44' });
    await expect(retry(scene, id)).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringMatching(/^Version 44 .* is gone\. .*"latest"/),
    });
  });

  test('a retry of a deployment that never published takes $LATEST while its code is the same', async () => {
    const scene = await aScene();
    put(scene);
    const id = await deploy(scene, latest);
    await abortDeployment(scene.ports, { id, reason: 'no', ...by });
    await settle(scene, id);
    const again = await retry(scene, id);
    expect(again).toMatchObject({ outcome: 'opened', deployment: { artifact: latest } });
    if (!('deployment' in again)) throw new Error('It opened nothing');
    await abortDeployment(scene.ports, { id: again.deployment.id, reason: 'no', ...by });
    await settle(scene, again.deployment.id);
    put(scene);
    await expect(retry(scene, id)).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringMatching(/not in \$LATEST of checkout any more/),
    });
  });
});

test('code that turns out to be live when it is published ends as unchanged, and leads to no retry', async () => {
  const scene = await aScene();
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: 'live', functionVersion: '43' });
  const readiness = { pendingUntil: scene.now() + MINUTE, becomes: 'Active', reason: '' } as const;
  scene.cloud.lambda.setReadiness(target.function, { version: '$LATEST', readiness });
  const id = await deploy(scene, latest);
  await scene.pass(MINUTE);
  await run(scene, id);
  expect(scene.deployment(id)).toMatchObject({
    status: 'unchanged',
    because: 'It is the same as version 43, which had all the traffic. Nothing was deployed.',
  });
  expect(scene.kinds(id)).toEqual(['DeploymentOpened', 'RolloutPlanned', 'DeploymentUnchanged']);
  expect(scene.live()).toEqual({ 43: 100 });
  await expect(retryDeployment(scene.ports, { id, reason: 'again', ...by })).rejects.toMatchObject({
    message: expect.stringContaining('there is nothing to retry'),
  });
  put(scene);
  expect(await start(scene)).toMatchObject({ outcome: 'opened' });
});
