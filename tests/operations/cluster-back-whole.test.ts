import { anObject } from '../domain/a-workload.ts';
import { CALL_STEP } from '../effort.ts';
import { aLiveWorkload, MINUTE } from './a-workload.ts';
import { died, diesAtEachCall, firstWeight, planned, SPLITS, shapeOf } from './a-workload-crash.ts';
import { ownFolder } from './a-workload-folder.ts';
import { overtakenPort } from './a-workload-port.ts';

test.each(SPLITS)('a rollback wins against a shift on %j, at whichever write of the shift it comes', async (route) => {
  for (let nth = 1; ; nth += CALL_STEP) {
    const { workload, rollout } = await planned(route);
    const before = shapeOf(workload);
    let hit = false;
    const by = async () => {
      hit = true;
      await workload.start(rollout.orders.takeBack());
    };
    await rollout.weigh(firstWeight(route), overtakenPort(workload.cluster.port, { nth, by }).port).catch(() => {});
    if (!hit) return;
    await workload.pass(MINUTE);
    expect({ nth, ...shapeOf(workload) }).toEqual({ nth, ...before });
  }
});

const settings = (MODE: string) =>
  ownFolder({ more: [{ ...anObject('ConfigMap', { name: 'settings' }), data: { MODE } }] });
test("a ConfigMap of the team's own has stable's content again after a rollback", async () => {
  const workload = await aLiveWorkload({
    manifests: { folder: 'one' },
    folders: { one: settings('quiet'), two: settings('loud') },
  });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: { folder: 'two' } });
  await rollout.plan();
  await rollout.weigh(25);
  await rollout.takeBack();
  expect(workload.find('ConfigMap', 'settings')?.data).toEqual({ MODE: 'quiet' });
});
test('a rollback that died between two objects is finished by the next one, with every object of stable', async () => {
  await diesAtEachCall(async (dying) => {
    const rendered = (replicas: number, port: number) => ({ port, replicas, environment: {}, secrets: [] });
    const workload = await aLiveWorkload({ manifests: rendered(3, 8080) });
    const shape = () =>
      ['Service', 'NetworkPolicy', 'HorizontalPodAutoscaler', 'Role'].map((kind) => [kind, workload.find(kind)?.spec]);
    const before = shape();
    const rollout = workload.rollout('good:2', { fence: 2, manifests: rendered(2, 9090) });
    await rollout.plan();
    await rollout.promote();
    await died(rollout.takeBack(dying(workload.cluster.port)));
    await rollout.takeBack();
    await workload.pass(MINUTE);
    expect(shape()).toEqual(before);
  });
});

test('on blueGreen, calls never return to stable in the middle of a promotion', async () => {
  const { workload, rollout } = await planned({ kind: 'blueGreen' });
  await rollout.weigh(100);
  const seen = workload.watchCalls();
  await rollout.promote();
  expect(seen).toEqual([{ 'good:2': 100 }]);
});

const quota = (workload: Awaited<ReturnType<typeof aLiveWorkload>>, pods: number) => {
  const metadata = { name: 'pods', namespace: 'shop' };
  const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: String(pods) } } };
  workload.cluster.applyByHand({ manager: 'team', object });
};

test('a rollback waits for room in a quota that is full of the pods that it replaces', async () => {
  const { workload, rollout } = await planned({ kind: 'replicas' });
  quota(workload, 4);
  await rollout.promote().catch(() => {});
  await rollout.takeBack();
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});
test('a promotion waits for room in the quota too, if the strategy may remove one pod first', async () => {
  const { workload, rollout } = await planned({ kind: 'replicas' });
  quota(workload, 4);
  const promoting = workload.start(rollout.orders.promote());
  promoting.catch(() => {});
  await workload.pass(10 * MINUTE);
  await promoting;
  expect(workload.pods()).toEqual({ 'good:2': 3 });
});
