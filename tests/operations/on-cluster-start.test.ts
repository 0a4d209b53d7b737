import { clusterOrderFor } from '../../src/domain/orders/cluster-order.ts';
import { checkService } from '../../src/operations/opening/check-service.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { publishVersion } from '../../src/operations/rollout/publish-version.ts';
import {
  aClusterScene,
  baking,
  clusterTarget,
  done,
  image,
  opened,
  orderIn,
  planned,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { by, deploy } from './a-rollout.ts';
import { ALARM, type Scene } from './a-scene.ts';

const start = (scene: Scene, input: Partial<StartRolloutInput> = image(2)) =>
  startRollout(scene.ports, { service: 'checkout', ...by, ...input });

describe('a deployment', () => {
  test('is opened without a look at the cluster, which its first task will have', async () => {
    const scene = await aClusterScene();
    const id = await deploy(scene, image(2));

    expect(scene.deployment(id)).toMatchObject({
      status: 'opened',
      stable: null,
      canary: null,
      liveRevision: null,
      replaces: null,
      artifact: { image: 'good:2' },
    });
    expect(scene.executions.get(`rollout ${id}`)).toBe('running');
    expect(scene.calls.filter((call) => /^(traffic|versions)\./.test(call))).toEqual([]);
  });

  test('of a version that was live before needs no image', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene, { version: version(1) });

    expect(scene.deployment(id).artifact).toEqual({ version: version(1) });
  });

  test.each<[string, Partial<StartRolloutInput>, string, RegExp]>([
    ['code in S3', { artifact: { s3: { bucket: 'builds', key: 'a.zip' } } }, '/artifact', /from an image, not from/],
    ['a version of Lambda', { version: '42' }, '/version', /none of a service on Kubernetes/],
  ])('of %s is refused at its field', async (_what, input, pointer, detail) => {
    await expect(start(await aClusterScene(), input)).rejects.toMatchObject({
      name: 'InvalidRequest',
      details: { errors: [{ pointer, detail: expect.stringMatching(detail) }] },
    });
  });

  test.each([true, false])('says to every task of its way forward whether it is a hotfix (%s)', async (hotfix) => {
    const scene = await aClusterScene();
    const id = await deploy(scene, { ...image(2), hotfix });
    const takesOver = hotfix ? { takesOver: true } : {};
    const plan = orderIn(await planRollout(scene.ports, { deploymentId: id }));
    expect(plan).toMatchObject({ do: 'plan', ...takesOver });
    expect(plan).toEqual(expect.not.objectContaining(hotfix ? { takesOver: false } : { takesOver: true }));

    const { spec, steps, ...rest } = scene.deployment(id);
    const under = { ...rest, spec, steps, status: 'rollingOut', stable: version(1), canary: version(2) } as const;
    const order = clusterOrderFor({ ...under, liveRevision: '7' }, {
      do: 'shift',
      toPercent: 25,
      because: '',
    } as never);
    expect(order).toMatchObject({ do: 'setWeight', ...takesOver });
  });

  test('with a weight that its route cannot give is refused at that step', async () => {
    const target = { ...clusterTarget, route: { kind: 'blueGreen' } as const };
    const scene = await aClusterScene({ target, strategy: [{ setWeight: 100 }] });

    await expect(start(scene, { ...image(2), strategy: [{ setWeight: 10 }] })).rejects.toMatchObject({
      name: 'InvalidRequest',
      details: { errors: [{ pointer: '/strategy/0/setWeight', detail: expect.stringContaining('all calls or none') }] },
    });
  });

  test('of the same image, while it is in flight, is the same deployment; another one is in its way', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);

    expect(await start(scene)).toMatchObject({ outcome: 'existing', deployment: { id } });
    expect(await start(scene, { version: version(2) })).toMatchObject({ outcome: 'existing', deployment: { id } });
    await expect(start(scene, image(3))).rejects.toMatchObject({ name: 'Conflict', details: { inFlight: { id } } });
  });
});

describe('preflight', () => {
  const ready = { severity: 'warning', check: 'clusterIsReady' };

  test('says that the cluster is looked at later', async () => {
    const scene = await aClusterScene();

    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready]);
    expect(await start(scene, { ...image(2), dryRun: true })).toMatchObject({ outcome: 'dryRun', findings: [ready] });
    expect(scene.ledger().deployments.size).toBe(0);
  });

  test('takes an alarm without data for an error only once a version has been live', async () => {
    const scene = await aClusterScene();
    scene.setAlarm('INSUFFICIENT_DATA');

    await promoted(scene, { from: null, to: 1 });
    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready, { severity: 'error' }]);
    await expect(start(scene)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining(`Alarm ${ALARM} has no data`),
    });
  });

  test('refuses a red alarm, unless this is the fix', async () => {
    const scene = await aClusterScene();
    scene.setAlarm('ALARM');

    await expect(start(scene)).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(await start(scene, { ...image(2), hotfix: true })).toMatchObject({ outcome: 'opened' });
  });

  test('asks for no alarm where the service names none', async () => {
    const scene = await aClusterScene({ alarms: [] });
    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready, { check: 'alarmsNamed' }]);
  });
});

describe('a deployment that takes the place of another one', () => {
  test('wakes it, and leaves its calls to its own first task', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);

    const second = await deploy(scene, { ...image(3), supersede: true });

    expect(scene.answered).toContain(`token of ${first}`);
    expect(scene.deployment(first)).toMatchObject({ status: 'superseded', replacedBy: second, atPercent: 25 });
    expect(scene.deployment(second)).toMatchObject({ status: 'opened', replaces: first, stable: null });
    expect(scene.executions.has(`rollback ${first}`)).toBe(false);
    const order = orderIn(await planRollout(scene.ports, { deploymentId: second }));
    expect(order).toMatchObject({ do: 'plan', wanted: { image: 'good:3' }, clears: [first] });
  });

  test('clears what any of those has left whose place was taken before', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const second = await deploy(scene, { ...image(3), supersede: true });
    const third = await deploy(scene, { ...image(4), supersede: true });

    expect(orderIn(await planRollout(scene.ports, { deploymentId: third }))).toMatchObject({ clears: [second, first] });
  });

  test('looks back no further than twenty of them', async () => {
    const scene = await aClusterScene();
    let last = await deploy(scene, image(1));
    for (let number = 2; number <= 23; number += 1) last = await deploy(scene, { ...image(number), supersede: true });

    const order = orderIn(await planRollout(scene.ports, { deploymentId: last }));
    expect(order?.do === 'plan' && order.clears).toHaveLength(20);
  });

  test('finds that it has ended by itself in that moment, and leaves it as it ended', async () => {
    const scene = await aClusterScene();
    const first = await planned(scene, { ...image(2), strategy: [{ setWeight: 100 }] });
    await record(scene, first, done('setWeight', { percent: 100, revision: '8' }));
    scene.breakNext('deployments.record', 'before', async () => {
      const { deployment } = await scene.ports.deployments.read(first);
      await scene.ports.deployments.record(first, () => ({
        deployment: { ...deployment, status: 'promoted', settledAt: scene.now() },
        entries: [],
      }));
    });

    const second = await deploy(scene, { ...image(3), supersede: true });

    expect(scene.deployment(first)).toMatchObject({ status: 'promoted', replacedBy: null });
    expect(scene.deployment(second)).toMatchObject({ replaces: null });
  });
});

describe('the tasks that Lambda needs', () => {
  test('plan nothing themselves, and order it once', async () => {
    const scene = await aClusterScene();
    const id = await deploy(scene, image(2));
    const task = { deploymentId: id };

    expect(orderIn(await planRollout(scene.ports, task))).toMatchObject({ do: 'plan', weights: [25, 50], clears: [] });
    expect(scene.deployment(id).status).toBe('opened');
    await record(scene, id, done('plan'));
    expect(orderIn(await planRollout(scene.ports, task))).toMatchObject({ do: 'setWeight' });
  });

  test('plan nothing past the deadline, which turns the rollout back', async () => {
    const scene = await aClusterScene();
    const id = await deploy(scene, image(2));
    await scene.pass(3_600_000);

    expect(await planRollout(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'rollBack' } });
  });

  test('publish nothing, and move no alias', async () => {
    const scene = await aClusterScene({ strategy: [{ setWeight: 100 }] });
    const id = await deploy(scene, image(2));
    const task = { deploymentId: id };

    expect(orderIn(await publishVersion(scene.ports, task))).toMatchObject({ do: 'plan' });
    await record(scene, id, done('plan'));
    expect(orderIn(await promote(scene.ports, task))).toMatchObject({ do: 'setWeight' });
    await record(scene, id, done('setWeight', { percent: 100, revision: '8' }));
    await record(scene, id, done('promote', { percent: 100, revision: '8' }));
    expect(await promote(scene.ports, task)).toMatchObject({ next: { do: 'promote' } });
    expect(scene.calls.filter((call) => /^(traffic|versions)\./.test(call))).toEqual([]);
  });
});
