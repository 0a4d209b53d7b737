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
  test('a deployment is opened without a look at the cluster, and its first task looks', async () => {
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

  test('a deployment of a version that was live before needs no image', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene, { version: version(1) });

    expect(scene.deployment(id).artifact).toEqual({ version: version(1) });
  });

  test.each<[string, Partial<StartRolloutInput>, string, RegExp]>([
    ['code in S3', { artifact: { s3: { bucket: 'builds', key: 'a.zip' } } }, '/artifact', /from an image, not from/],
    ['a version of Lambda', { version: '42' }, '/version', /none of a service on Kubernetes/],
  ])('a deployment of %s is refused at its field', async (_what, input, pointer, detail) => {
    await expect(start(await aClusterScene(), input)).rejects.toMatchObject({
      name: 'InvalidRequest',
      details: { errors: [{ pointer, detail: expect.stringMatching(detail) }] },
    });
  });

  test.each([true, false])('a deployment tells every forward task whether it is a hotfix (%s)', async (hotfix) => {
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

  test('a deployment with a weight that its route cannot express is refused at that step', async () => {
    const target = { ...clusterTarget, route: { kind: 'blueGreen' } as const };
    const scene = await aClusterScene({ target, strategy: [{ setWeight: 100 }] });

    await expect(start(scene, { ...image(2), strategy: [{ setWeight: 10 }] })).rejects.toMatchObject({
      name: 'InvalidRequest',
      details: { errors: [{ pointer: '/strategy/0/setWeight', detail: expect.stringContaining('all calls or none') }] },
    });
  });

  test('a repeated image in flight is the same deployment, and another image is refused', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);

    expect(await start(scene)).toMatchObject({ outcome: 'existing', deployment: { id } });
    expect(await start(scene, { version: version(2) })).toMatchObject({ outcome: 'existing', deployment: { id } });
    await expect(start(scene, image(3))).rejects.toMatchObject({ name: 'Conflict', details: { inFlight: { id } } });
  });
});

describe('the preflight on a cluster', () => {
  const ready = { severity: 'warning', check: 'clusterIsReady' };

  test('the preflight says that the first task looks at the cluster', async () => {
    const scene = await aClusterScene();

    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready]);
    expect(await start(scene, { ...image(2), dryRun: true })).toMatchObject({ outcome: 'dryRun', findings: [ready] });
    expect(scene.ledger().deployments.size).toBe(0);
  });

  test('the preflight makes an alarm without data an error only once a version has been live', async () => {
    const scene = await aClusterScene();
    scene.setAlarm('INSUFFICIENT_DATA');

    await promoted(scene, { from: null, to: 1 });
    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready, { severity: 'error' }]);
    await expect(start(scene)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining(`Alarm ${ALARM} has no data`),
    });
  });

  test('the preflight refuses a red alarm, unless this is the fix', async () => {
    const scene = await aClusterScene();
    scene.setAlarm('ALARM');

    await expect(start(scene)).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(await start(scene, { ...image(2), hotfix: true })).toMatchObject({ outcome: 'opened' });
  });

  test('the preflight asks for no alarm when the service names none', async () => {
    const scene = await aClusterScene({ alarms: [] });
    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([ready, { check: 'alarmsNamed' }]);
  });
});

describe('a deployment that supersedes another one', () => {
  test('a superseding deployment wakes the other one, and leaves its calls to its own first task', async () => {
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

  test('a superseding deployment clears what the chain of superseded deployments has left', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const second = await deploy(scene, { ...image(3), supersede: true });
    const third = await deploy(scene, { ...image(4), supersede: true });

    expect(orderIn(await planRollout(scene.ports, { deploymentId: third }))).toMatchObject({ clears: [second, first] });
  });

  test('a superseding deployment looks back at most twenty deployments', async () => {
    const scene = await aClusterScene();
    let last = await deploy(scene, image(1));
    for (let number = 2; number <= 23; number += 1) last = await deploy(scene, { ...image(number), supersede: true });

    const order = orderIn(await planRollout(scene.ports, { deploymentId: last }));
    expect(order?.do === 'plan' && order.clears).toHaveLength(20);
  });

  test('a superseding deployment leaves the other one as it ended, if that one ends in the same moment', async () => {
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

describe('the tasks that run on Lambda', () => {
  test('the tasks on Lambda plan nothing themselves, and order the plan once', async () => {
    const scene = await aClusterScene();
    const id = await deploy(scene, image(2));
    const task = { deploymentId: id };

    expect(orderIn(await planRollout(scene.ports, task))).toMatchObject({ do: 'plan', weights: [25, 50], clears: [] });
    expect(scene.deployment(id).status).toBe('opened');
    await record(scene, id, done('plan'));
    expect(orderIn(await planRollout(scene.ports, task))).toMatchObject({ do: 'setWeight' });
  });

  test('the tasks on Lambda plan nothing past the deadline, and the rollout rolls back', async () => {
    const scene = await aClusterScene();
    const id = await deploy(scene, image(2));
    await scene.pass(3_600_000);

    expect(await planRollout(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'rollBack' } });
  });

  test('the tasks on Lambda publish no version, and move no alias', async () => {
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
