import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import {
  abort,
  aClusterScene,
  backAgain,
  baking,
  done,
  failed,
  goingBack,
  image,
  opened,
  orderIn,
  planned,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { by, deploy } from './a-rollout.ts';
import type { Scene } from './a-scene.ts';

const traffic = (scene: Scene, id: string) =>
  scene
    .timeline(id)
    .filter(({ kind }) => ['TrafficShifted', 'Promoted', 'TrafficTakenBack'].includes(kind))
    .map(({ kind, data, because }) => ({ kind, percent: data.canaryPercent, because }));
const takenBack = done('takeBack', {
  revision: '9',
  foundPercent: 25,
  pods: [{ version: version(1), ready: 3, total: 3 }],
});

describe('a rollback', () => {
  test('a rollback is one entry with its reason, and only the settlement is left', async () => {
    const { scene, id } = await goingBack();

    expect(await record(scene, id, takenBack)).toMatchObject({ did: 'takeBack', next: { do: 'rollBack' } });

    expect(scene.deployment(id)).toMatchObject({ status: 'rollingBack', atPercent: 0, liveRevision: '9' });
    expect(traffic(scene, id).at(-1)).toEqual({
      kind: 'TrafficTakenBack',
      percent: 0,
      because: `changed my mind. Pods ready: 3 of version ${version(1)}.`,
    });
    expect(await settleDeployment(scene.ports, { deploymentId: id })).toMatchObject({ outcome: 'rolledBack' });
  });

  test('a rollback that is reported twice is recorded once', async () => {
    const { scene, id } = await goingBack();
    await record(scene, id, takenBack);
    const before = scene.timeline(id);

    await record(scene, id, takenBack);
    expect(scene.timeline(id)).toEqual(before);
  });

  test('a rollback finds a shift in progress that was not recorded before the deployment turned back', async () => {
    const { scene, id } = await goingBack();
    await record(scene, id, { ...takenBack, foundPercent: 50 });

    expect(traffic(scene, id).slice(1)).toMatchObject([
      { kind: 'TrafficShifted', percent: 50, because: 'It was on its way there when it turned back.' },
      { kind: 'TrafficTakenBack', percent: 0 },
    ]);
  });

  test('a rollback that another process recorded first adds the shift that only it found', async () => {
    const { scene, id } = await goingBack();
    await record(scene, id, { ...takenBack, foundPercent: null });

    await record(scene, id, { ...takenBack, foundPercent: 50 });

    expect(traffic(scene, id).map(({ kind, percent }) => [kind, percent])).toEqual([
      ['TrafficShifted', 25],
      ['TrafficTakenBack', 0],
      ['TrafficShifted', 50],
    ]);
  });

  test('the rollback of a deployment that was never planned has moved no call', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const id = await deploy(scene, { ...image(3), supersede: true });
    await abort(scene, id);
    await rollBack(scene.ports, { deploymentId: id });

    await record(scene, id, done('takeBack', { version: null, foundPercent: null, revision: null }));

    expect(scene.deployment(id)).toMatchObject({ atPercent: 0, canary: null, liveRevision: null });
    expect(traffic(scene, id)).toEqual([]);
    expect(scene.deployment(first).status).toBe('superseded');
  });

  test('a rollback without a recorded reason says that the deployment could not continue', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await record(scene, id, takenBack);

    expect(traffic(scene, id).at(-1)?.because).toMatch(/^It could not go on\. Pods ready: 3/);
  });

  test('a rollback that ends after its deployment was superseded is recorded all the same', async () => {
    const { scene, id } = await goingBack();
    await deploy(scene, { ...image(3), supersede: true });
    expect(scene.deployment(id).status).toBe('superseded');

    await record(scene, id, takenBack);

    expect(scene.deployment(id)).toMatchObject({ status: 'superseded', atPercent: 0, liveRevision: '9' });
  });

  test.each(['promoted', 'failed'] as const)(
    'a rollback that ends after its deployment ended as %s changes nothing',
    async (end) => {
      const scene = await aClusterScene();
      const id = end === 'promoted' ? await promoted(scene, { from: 1, to: 2 }) : await lost(scene);
      const before = scene.deployment(id);

      await record(scene, id, { ...takenBack, revision: '99' });
      expect(before.status).toBe(end);
      expect(scene.deployment(id)).toEqual(before);
    },
  );

  test('an undo begins at all the calls, which is not a new entry', async () => {
    const scene = await aClusterScene();
    await promoted(scene, { from: null, to: 1 });
    await promoted(scene, { from: 1, to: 2 });
    const { id } = await startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by });
    const back = done('takeBack', { revision: '30', foundPercent: 100 });
    await rollBack(scene.ports, { deploymentId: id });
    await record(scene, id, back);
    await record(scene, id, back);

    expect(traffic(scene, id)).toEqual([
      { kind: 'TrafficTakenBack', percent: 0, because: 'it looks wrong. Pods ready: none.' },
    ]);
  });
});

async function lost(scene: Scene): Promise<string> {
  const id = await baking(scene);
  await rollBack(scene.ports, { deploymentId: id });
  await record(scene, id, failed('takeBack', 'Conflict'));
  return id;
}

describe('the clearing of a superseded deployment', () => {
  const cleared = (percent: number, deploymentId: string) => ({ deploymentId, percent, revision: '9' });

  test('the clearing of a superseded deployment is recorded there once, with the step that was in progress', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const second = await opened(scene, { ...image(3), supersede: true });
    const plan = done('plan', { version: version(3), revision: '10', cleared: cleared(50, first) });

    await record(scene, second, plan);
    await record(scene, second, plan);

    expect(traffic(scene, first).slice(1)).toEqual([
      { kind: 'TrafficShifted', percent: 50, because: 'It was on its way there when it turned back.' },
      { kind: 'TrafficTakenBack', percent: 0, because: `Superseded by ${second}.` },
    ]);
    expect(scene.deployment(first)).toMatchObject({ status: 'superseded', atPercent: 0, liveRevision: '9' });
    expect(scene.deployment(second)).toMatchObject({ canary: version(3), liveRevision: '10' });
  });

  test('the clearing is recorded there too when the later deployment only rolled back', async () => {
    const scene = await aClusterScene();
    const first = await baking(scene);
    const second = await opened(scene, { ...image(3), supersede: true });
    await abort(scene, second);
    await backAgain(scene, second, { version: null, foundPercent: null, revision: '10', cleared: cleared(25, first) });

    expect(traffic(scene, first).map(({ percent }) => percent)).toEqual([25, 0]);
    expect(scene.deployment(second)).toMatchObject({ status: 'rolledBack' });
  });
});

const NAMES = ['InvalidRequest', 'NotFound', 'Conflict', 'Transient', 'Broken'] as const;

describe('a forward order that failed', () => {
  test.each(NAMES)('a forward order that failed with %s rolls the rollout back, with its words', async (name) => {
    const scene = await aClusterScene();
    const id = await planned(scene);

    const result = await record(scene, id, failed('setWeight', name, 'The pods do not come up.'));

    expect(scene.deployment(id)).toMatchObject({ status: 'rollingBack', because: 'The pods do not come up.' });
    expect(scene.timeline(id).at(-1)).toMatchObject({
      kind: 'TaskFailed',
      because: `The cluster's setWeight failed (${name}): The pods do not come up.`,
      data: { order: 'setWeight', error: name },
    });
    expect(result).toMatchObject({ did: 'setWeight', next: { do: 'rollBack' } });
  });

  test('a forward order that failed before the plan leaves nothing on the cluster to roll back', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    await record(scene, id, failed('plan', 'InvalidRequest', 'The manifests hold a Secret.'));

    expect(await rollBack(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'settle' } });
    expect(await settleDeployment(scene.ports, { deploymentId: id })).toMatchObject({ outcome: 'failed' });
    expect(scene.deployment(id).because).toBe('The manifests hold a Secret. No call had moved to the new version.');
  });

  test('a forward order that failed after an abort rolls back for the person’s reason', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    await abort(scene, id);
    await record(scene, id, failed('setWeight', 'Conflict'));

    expect(scene.deployment(id)).toMatchObject({ status: 'rollingBack', because: 'changed my mind' });
  });

  test('a forward order that failed after the deployment rolled back, or ended, adds no entry', async () => {
    const { scene, id } = await goingBack();
    const before = scene.deployment(id);
    await record(scene, id, failed('setWeight', 'Conflict', 'It was taken over.'));
    expect(scene.deployment(id)).toEqual(before);

    await record(scene, id, takenBack);
    await settleDeployment(scene.ports, { deploymentId: id });
    const ended = scene.deployment(id);
    await record(scene, id, failed('promote', 'Broken'));
    expect(scene.deployment(id)).toEqual(ended);
  });
});

describe('a rollback that failed', () => {
  test('a rollback that failed because another tool has the workload ends, and says which version has the calls', async () => {
    const { scene, id } = await goingBack();
    const result = await record(scene, id, failed('takeBack', 'Conflict', 'dep-9 has put version 9 there.'));

    expect(scene.deployment(id)).toMatchObject({ status: 'failed', because: 'dep-9 has put version 9 there.' });
    expect(scene.timeline(id).slice(-2)).toMatchObject([
      { kind: 'TrafficMovedByOthers', because: 'dep-9 has put version 9 there.' },
      { kind: 'DeploymentFailed', because: 'changed my mind. The traffic was left as others had put it.' },
    ]);
    expect(result).toMatchObject({ next: { do: 'stop' } });
  });

  test('a rollback that failed without a version to return to ends, and a person has to deploy', async () => {
    const { scene, id } = await goingBack();
    await record(scene, id, failed('takeBack', 'NotFound', 'The manifests are not kept.'));

    expect(scene.deployment(id)).toMatchObject({ status: 'failed' });
    expect(scene.timeline(id).at(-1)).toMatchObject({
      kind: 'DeploymentFailed',
      because: expect.stringContaining('There is nothing to go back to: deploy a version that works, now.'),
    });
  });

  test.each(['InvalidRequest', 'Transient', 'Broken'] as const)(
    'a rollback that failed with %s pages a person, and stays in progress',
    async (name) => {
      const { scene, id } = await goingBack();
      const before = scene.deployment(id);

      await expect(
        record(scene, id, failed('takeBack', name, 'The pods of stable do not come up.')),
      ).rejects.toMatchObject({
        name: 'Broken',
        message: 'The pods of stable do not come up.',
      });
      expect(scene.deployment(id)).toEqual(before);
    },
  );

  test.each(NAMES)('a rollback that failed with %s after the deployment has ended adds no entry', async (name) => {
    const { scene, id } = await goingBack();
    await record(scene, id, takenBack);
    await settleDeployment(scene.ports, { deploymentId: id });
    const before = scene.deployment(id);

    expect(orderIn(await record(scene, id, failed('takeBack', name)))).toBeNull();
    expect(scene.deployment(id)).toEqual(before);
  });
});
