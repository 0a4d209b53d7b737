/** Stories of rollouts that end before any call moves, on an alias and on a cluster. */
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { aPodScene } from './a-pod-scene.ts';
import { by, deploy, goOn, planned, run, settle } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const SAID = / No call had moved to the new version\.$/;
const pages = (scene: Scene) =>
  [...scene.ledger().outbox.values()].filter(({ message }) => message.severity === 'page');

test.each<[string, Parameters<typeof aScene>[0], (scene: Scene) => Promise<string>, RegExp]>([
  [
    'whose code cannot be published',
    {},
    (scene) => deploy(scene, { artifact: { s3: { bucket: 'local', key: 'missing.zip' } } }),
    /missing\.zip/,
  ],
  [
    'whose check says no',
    { hooks: { beforeTraffic: [{ function: 'smoke' }], afterTraffic: [] } },
    async (scene) => {
      scene.hookAnswers.set('smoke', { passed: false, detail: 'the basket is empty' });
      return deploy(scene);
    },
    /the basket is empty/,
  ],
  [
    'that nobody approved before its first shift',
    { strategy: [{ approve: { within: { minutes: 5 } } }, { setWeight: 10 }] },
    async (scene) => {
      const id = await deploy(scene);
      await run(scene, id);
      await scene.pass(6 * MINUTE);
      await goOn(scene, id);
      return id;
    },
    /Nobody approved it/,
  ],
])('a rollout %s ends as failed without a page, and the next one starts', async (_which, spec, open, because) => {
  const scene = await aScene(spec);
  const id = await open(scene);
  await run(scene, id);

  const { status, because: said } = scene.deployment(id);
  expect(status).toBe('failed');
  expect(said).toMatch(because);
  expect(said).toMatch(SAID);
  expect(scene.live()).toEqual({ 41: 100 });
  expect(pages(scene)).toEqual([]);
  expect(await deploy(scene)).not.toBe(id);
});

test.each<[string, (scene: Scene, id: string) => Promise<unknown>]>([
  ['a person aborts', (scene, id) => abortDeployment(scene.ports, { id, reason: 'not today', ...by })],
  ['an alarm stops', (scene) => remediateAlarm(scene.ports, scene.alarmEvent())],
])('a rollout that %s before its first shift is rolled back, which is what was asked for', async (_who, stop) => {
  const scene = await aScene();
  const id = await planned(scene);
  await stop(scene, id);
  await rollBack(scene.ports, { deploymentId: id });
  await settle(scene, id);

  expect(scene.deployment(id).status).toBe('rolledBack');
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a shift that moved calls and was not recorded is rolled back, and never said to have moved nothing', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  scene.cloud.lambda.updateAlias({
    ...{ functionName: 'checkout', alias: 'live', functionVersion: '41' },
    weights: { 42: 0.1 },
  });
  scene.cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '41' });
  await rollBack(scene.ports, { deploymentId: id });
  await settle(scene, id);

  expect(scene.deployment(id).status).toBe('rolledBack');
});

const crowded = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'pods', namespace: 'shop' } };

describe.each(['replicas', 'rolling', 'blueGreen'] as const)('on a cluster with the route %s', (kind) => {
  test.each([
    ['an image that cannot be pulled', 'missing', /ImagePullBackOff/],
    ['pods that never become ready', 'unready', /readiness probe does not pass/],
    ['pods that crash', 'crashing', /CrashLoopBackOff/],
  ])(`with the route ${kind}, a rollout with %s ends as failed and records no move`, async (_what, image, because) => {
    const on = await aPodScene({ route: { kind } });
    const id = await on.deployImage({ artifact: { image: `${image}:2` } });

    expect(on.scene.deployment(id)).toMatchObject({ status: 'failed', atPercent: 0 });
    expect(on.scene.deployment(id).because).toMatch(because);
    expect(on.scene.deployment(id).because).toMatch(SAID);
    expect(on.scene.kinds(id)).not.toContain('TrafficShifted');
    expect(on.calls()).toEqual({ 'good:1': 100 });
    expect(await on.deploy(3)).not.toBe(id);
  });
});

test('a first version whose image cannot be pulled ends as failed, and the second one starts', async () => {
  const on = await aPodScene({ first: 'missing:1' });
  const [first] = [...on.scene.ledger().deployments.values()];

  expect(first).toMatchObject({ status: 'failed', because: expect.stringMatching(SAID) });
  expect(on.scene.kinds(first?.id ?? '')).not.toContain('Promoted');
  const second = await on.deploy(2);
  expect(on.scene.deployment(second).status).toBe('promoted');
});

test('a rollout whose pods a quota refuses ends as failed', async () => {
  const on = await aPodScene();
  on.cluster.applyByHand({ manager: 'team', object: { ...crowded, spec: { hard: { pods: '3' } } } });
  const id = await on.deploy(2);

  expect(on.scene.deployment(id)).toMatchObject({ status: 'failed', because: expect.stringMatching(SAID) });
});
