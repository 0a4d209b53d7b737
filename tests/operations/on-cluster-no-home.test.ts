import type { CallsLeft } from '../../src/domain/orders/cluster-order.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import {
  abort,
  aClusterScene,
  baking,
  done,
  failed,
  goingBack,
  image,
  opened,
  orderIn,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { by } from './a-rollout.ts';

const noHome = (left: Partial<CallsLeft>) => {
  const { error, ...result } = failed('takeBack', 'NotFound', 'Version 1 does not come up.');
  const details = {
    left: { revision: '9', stable: version(2), cleared: null, percent: 100, foundPercent: 25, stays: true, ...left },
  };
  return { ...result, error: { ...error, details } };
};

test('a rollback without a stable version to return to says where the calls are', async () => {
  const { scene, id } = await goingBack();
  await record(scene, id, noHome({}));

  expect(scene.deployment(id)).toMatchObject({ status: 'failed', atPercent: 100, liveRevision: '9' });
  expect(scene.timeline(id).slice(-2)).toMatchObject([
    { kind: 'Promoted', data: { canaryPercent: 100 }, because: 'Version 1 does not come up.' },
    { kind: 'DeploymentFailed', because: expect.stringContaining('deploy a version that works, now') },
  ]);
});

test('a rollback finds a step that was not recorded before it, also without a version to return to', async () => {
  const { scene, id } = await goingBack();
  await record(scene, id, noHome({ foundPercent: 50, percent: 0, stays: false }));

  expect(scene.timeline(id).slice(-3)).toMatchObject([
    { kind: 'TrafficShifted', data: { canaryPercent: 50 } },
    { kind: 'TrafficTakenBack', data: { canaryPercent: 0 } },
    { kind: 'DeploymentFailed' },
  ]);
});

test('the steps of a superseded deployment are recorded there, also when the next rollback has no version to return to', async () => {
  const scene = await aClusterScene();
  const first = await baking(scene);
  const id = await opened(scene, { ...image(3), supersede: true });
  await abort(scene, id);
  const cleared = { deploymentId: first, percent: 100, revision: '8' };
  await record(scene, id, noHome({ cleared, percent: 0, foundPercent: null, stays: false }));

  expect(scene.deployment(first)).toMatchObject({ status: 'superseded', atPercent: 100 });
  expect(scene.kinds(first).at(-1)).toBe('Promoted');
});

test('an undo without a version to return to says that a later deployment took the calls off the undone version', async () => {
  const scene = await aClusterScene();
  await promoted(scene, { from: null, to: 1 });
  await promoted(scene, { from: 1, to: 2 });
  const { id } = await startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by });
  await rollBack(scene.ports, { deploymentId: id });
  await record(scene, id, noHome({ stable: version(3), percent: 0, foundPercent: 0, stays: false }));

  expect(scene.timeline(id).slice(-2)).toMatchObject([
    {
      kind: 'TrafficTakenBack',
      data: { canaryPercent: 0 },
      because: 'A deployment after it had led its calls elsewhere.',
    },
    { kind: 'DeploymentFailed' },
  ]);
});

test('one more order rolls back a canary that was accused while its calls waited for stable', async () => {
  const scene = await aClusterScene();
  const id = await baking(scene);
  await rollBack(scene.ports, { deploymentId: id });
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await record(scene, id, noHome({}));

  expect(scene.deployment(id)).toMatchObject({ status: 'rollingBack', atPercent: 100 });
  expect(await settleDeployment(scene.ports, { deploymentId: id })).toMatchObject({ outcome: 'rollBack' });
  expect(orderIn(await rollBack(scene.ports, { deploymentId: id }))).toMatchObject({
    do: 'takeBack',
    isCanaryBad: true,
  });
});

test.each([
  ['scaledToNone', 'was scaled to no pod at all'],
  ['unready', 'has had no ready pod for as long as its pods may take to get ready'],
] as const)(
  'a version beside a stable one that answers no call (%s) has no steps except those that a person approves',
  async (alone, why) => {
    const scene = await aClusterScene();
    const id = await opened(scene, image(2));
    await record(scene, id, done('plan', { alone }));

    expect(scene.deployment(id)).toMatchObject({ steps: [], stable: version(1) });
    expect(scene.timeline(id)[1]?.because).toBe(
      `Version ${version(1)} ${why}, so there is nothing to try it against: promote.`,
    );
  },
);
