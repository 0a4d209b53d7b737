import type { ClusterDone } from '../../src/domain/orders/cluster-order.ts';
import type { BrakeOrder } from '../../src/domain/workload/brake-order.ts';
import { fieldsOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { abort, aClusterScene, done, image, planned, record, version } from './a-cluster-rollout.ts';
import { deploy } from './a-rollout.ts';
import type { Scene } from './a-scene.ts';

const namespace = 'shop';
const ref = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace } };
const path = '/spec/selector';
const wide = { app: 'orders' };
const home = { ...wide, 'slipway/track': 'stable' };
const brake: BrakeOrder = {
  ref,
  patch: [
    { op: 'test', path, value: wide },
    { op: 'replace', path, value: home },
  ],
};

/** A rollout at that share, with the brake that the task has left and a Service that leads to both versions. */
async function baking(percent = 25, left: ClusterDone['brake'] = brake) {
  const steps = [{ setWeight: percent }, { bake: { minutes: 5 } }];
  const scene = await aClusterScene({ strategy: steps });
  const { cluster } = scene.cloud;
  cluster.addNamespace(namespace);
  cluster.applyByHand({ manager: 'slipway', object: { ...ref, spec: { selector: wide, ports: [{ port: 80 }] } } });
  const id = await planned(scene);
  await record(scene, id, done('setWeight', { percent, revision: '8', brake: left }));
  await registerWait(scene.ports, { deploymentId: id, token: `token of ${id}`, waitFor: 'bake' });
  return { scene, id, selector: () => fieldsOf(specOf(cluster.find(ref) ?? {}).selector) };
}

const red = (scene: Scene) => remediateAlarm(scene.ports, scene.alarmEvent());
const traffic = (scene: Scene, id: string) =>
  scene
    .timeline(id)
    .filter(({ kind }) => ['TrafficShifted', 'Promoted', 'TrafficTakenBack'].includes(kind))
    .map(({ kind, by, data }) => [kind, by, data.canaryPercent]);
const measured = (scene: Scene) => scene.measured().filter(({ name }) => name === 'TimeToWeightZero');

test('an alarm takes the calls off the canary at once, and the ledger says so at once, by the alarm', async () => {
  const { scene, id, selector } = await baking();

  await red(scene);

  expect(selector()).toEqual(home);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 0, liveRevision: '8', signal: { kind: 'rollBack' } });
  expect(scene.deployment(id).progress.brake).toBeUndefined();
  expect(scene.deployment(id).progress.brakedFrom).toBe(25);
  expect(traffic(scene, id).at(-1)).toEqual(['TrafficTakenBack', 'alarm checkout-errors', 0]);
  expect(scene.answered).toEqual([`token of ${id}`]);
  expect(scene.calls.indexOf('clusters.reach')).toBeLessThan(scene.calls.lastIndexOf('deployments.record'));
  expect(measured(scene)).toHaveLength(1);
});

test('a step that is recorded twice is one entry, also when its brake was pulled in between', async () => {
  const { scene, id } = await baking();
  await red(scene);
  const before = traffic(scene, id);

  await record(scene, id, done('setWeight', { percent: 25, revision: '8', brake }));

  expect(traffic(scene, id)).toEqual(before);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 0, progress: { brakedFrom: 25 } });
});

test('the task after a brake writes no second entry about the calls', async () => {
  const { scene, id } = await baking();
  await red(scene);
  const before = traffic(scene, id);

  await record(scene, id, done('takeBack', { revision: '9', foundPercent: 25 }));

  expect(traffic(scene, id)).toEqual(before);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 0, liveRevision: '9' });
});

test('a step that led calls to the canary after the brake is recorded, and so is their return', async () => {
  const { scene, id } = await baking();
  await red(scene);

  await record(scene, id, done('takeBack', { revision: '9', foundPercent: 50 }));

  expect(
    traffic(scene, id)
      .slice(-3)
      .map(([kind, , percent]) => [kind, percent]),
  ).toEqual([
    ['TrafficTakenBack', 0],
    ['TrafficShifted', 50],
    ['TrafficTakenBack', 0],
  ]);
});

test('a brake of an earlier step is not recorded when a later step has led calls to the canary again', async () => {
  const { scene, id } = await baking();
  const later = { ...brake, ref: { ...ref, metadata: { ...ref.metadata, name: 'other' } } };
  scene.breakNext('clusters.reach', 'before', async () => {
    await record(scene, id, done('setWeight', { percent: 50, revision: '9', brake: later }));
  });

  await red(scene);

  expect(scene.deployment(id)).toMatchObject({ atPercent: 50, progress: { brake: later } });
  expect(traffic(scene, id).at(-1)).toEqual(['TrafficShifted', 'slipway', 50]);
});

test.each([
  ['cannot be reached', (scene: Scene) => scene.cloud.cluster.setReachable(false)],
  ['does not answer', (scene: Scene) => scene.cloud.cluster.goAway(Number.POSITIVE_INFINITY)],
  ['does not let it', (scene: Scene) => scene.cloud.cluster.deny({ verb: 'patch', resource: 'services' })],
  [
    'is not as the record has it',
    (scene: Scene) =>
      void scene.cloud.cluster.changeByHand({ manager: 'team', ref, change: { spec: { selector: { app: 'else' } } } }),
  ],
])('a cluster that %s is left to the task, which rolls back the calls', async (_how, spoil) => {
  const { scene, id } = await baking();
  spoil(scene);

  await red(scene);

  expect(scene.deployment(id)).toMatchObject({ atPercent: 25, signal: { kind: 'rollBack' } });
  expect(scene.answered).toEqual([`token of ${id}`]);
  expect(measured(scene)).toEqual([]);
  await record(scene, id, done('takeBack', { revision: '9', foundPercent: 25 }));
  expect(traffic(scene, id).at(-1)).toEqual(['TrafficTakenBack', 'slipway', 0]);
});

test('an error inside Slipway is reported in spite of the brake', async () => {
  const { scene } = await baking();
  scene.breakNext('clusters.reach', 'before', async () => {
    throw new TypeError('a defect');
  });
  await expect(red(scene)).rejects.toThrow('a defect');
});

test('a deployment without a brake is rolled back by its task alone', async () => {
  const { scene, id, selector } = await baking(25, null);
  await red(scene);
  expect(selector()).toEqual(wide);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 25 });
  expect(scene.calls).not.toContain('clusters.reach');
});

test('the request of a person is recorded before the calls move, in the name of that person', async () => {
  const { scene, id, selector } = await baking();
  scene.breakNext('clusters.reach', 'before', async () => {
    expect(scene.deployment(id)).toMatchObject({ atPercent: 25, signal: { kind: 'abort' } });
  });

  await abort(scene, id);

  expect(selector()).toEqual(home);
  expect(traffic(scene, id).at(-1)).toEqual(['TrafficTakenBack', 'ada', 0]);
  expect(scene.kinds(id).filter((kind) => kind === 'SignalReceived')).toHaveLength(1);
});

test('with all calls on the canary, an abort waits for the task, which restores stable, and an alarm does not wait', async () => {
  const one = await baking(100);
  await abort(one.scene, one.id);
  expect(one.selector()).toEqual(wide);
  const other = await baking(100);
  await red(other.scene);
  expect(other.selector()).toEqual(home);
});

test('a promotion pulls no brake, because the pods of stable are being replaced', async () => {
  const { scene, id, selector } = await baking();
  const { progress } = scene.deployment(id);
  await scene.ports.deployments.record(id, ({ deployment }) => ({
    deployment: { ...deployment, progress: { ...progress, stepIndex: 2 } },
    entries: [],
  }));
  await red(scene);
  expect(selector()).toEqual(wide);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 25 });
});

test('observeRollouts pulls the brake of a red alarm as the event of the alarm does', async () => {
  const { scene, id, selector } = await baking();
  scene.setAlarm('ALARM');
  await scene.pass(60_000);
  await observeRollouts(scene.ports);
  expect(selector()).toEqual(home);
  expect(scene.deployment(id)).toMatchObject({ atPercent: 0 });
});

test('a superseding deployment takes calls off the canary at once, and the first clearing order adds no entry', async () => {
  const { scene, id, selector } = await baking();
  const next = await deploy(scene, { ...image(3), supersede: true });

  expect(selector()).toEqual(home);
  expect(scene.deployment(id)).toMatchObject({ status: 'superseded', atPercent: 0 });
  const before = traffic(scene, id);
  const cleared = { deploymentId: id, percent: 25, revision: '9' };
  await record(scene, next, done('plan', { version: version(3), revision: '10', cleared }));
  expect(traffic(scene, id)).toEqual(before);
});
