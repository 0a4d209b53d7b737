import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { recordClusterTask } from '../../src/operations/rollout/record-cluster-task.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import {
  abort,
  aClusterScene,
  baking,
  done,
  failed,
  image,
  opened,
  orderIn,
  planned,
  promoted,
  record,
  version,
} from './a-cluster-rollout.ts';
import { deploy } from './a-rollout.ts';
import type { Scene } from './a-scene.ts';

const last = (scene: Scene, id: string) => scene.timeline(id).at(-1);

describe('a plan', () => {
  test('a plan records what was found on the cluster, and orders the first shift', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    await scene.pass(MINUTE);

    const result = await record(scene, id, done('plan', { notes: ['25 % is 1 of 4 pods.'] }));

    expect(scene.deployment(id)).toMatchObject({
      status: 'rollingOut',
      stable: version(1),
      canary: version(2),
      liveRevision: '7',
      progress: { stepIndex: 0, stepStartedAt: scene.now() },
    });
    expect(scene.timeline(id).slice(1)).toMatchObject([
      {
        kind: 'RolloutPlanned',
        because: `From version ${version(1)} in 4 steps: set weight 25 %, bake, set weight 50 %, bake, promote. 25 % is 1 of 4 pods.`,
      },
      { kind: 'VersionPublished', data: { version: version(2) } },
    ]);
    expect(result).toMatchObject({ deploymentId: id, did: 'plan' });
    expect(orderIn(result)).toMatchObject({ do: 'setWeight', canaryPercent: 25, revision: '7', stable: version(1) });
    // The notices are sent now, because no later task of this machine would send them.
    expect(scene.delivered().filter(({ deploymentId }) => deploymentId === id).length).toBeGreaterThan(2);
  });

  test('a plan that finds the same image and manifests live ends the deployment as unchanged, unless it rolls back', async () => {
    const scene = await aClusterScene();
    const same = failed('plan', 'Conflict');
    const found = { ...same, error: { ...same.error, details: { unchanged: version(1) } } };
    const id = await opened(scene);

    expect(await record(scene, id, found)).toMatchObject({ did: 'plan', next: { do: 'stop' } });
    expect(scene.deployment(id)).toMatchObject({ status: 'unchanged', stable: version(1), canary: null });
    expect(last(scene, id)).toMatchObject({ kind: 'DeploymentUnchanged', data: { stable: version(1) } });

    const aborted = await opened(scene);
    await abort(scene, aborted);
    await record(scene, aborted, found);
    expect(scene.deployment(aborted).status).not.toBe('unchanged');
  });

  test('a plan of the first version has no steps, because there is no stable version to compare it with', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene, image(1));

    const result = await record(scene, id, done('plan', { stable: 'none', version: version(1) }));

    expect(scene.deployment(id)).toMatchObject({ steps: [], stable: 'none' });
    expect(scene.timeline(id)[1]?.because).toBe(
      'It is the first version, so there is nothing to try it against: promote.',
    );
    expect(orderIn(result)).toMatchObject({ do: 'promote', canaryPercent: 100 });
  });

  test('a plan that is reported twice is recorded once', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    const before = scene.timeline(id);

    expect(orderIn(await record(scene, id, done('plan')))).toMatchObject({ do: 'setWeight' });
    expect(scene.timeline(id)).toEqual(before);
  });

  test('a plan that ends after the deployment was superseded changes nothing', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    await deploy(scene, { ...image(3), supersede: true });

    expect(await record(scene, id, done('plan'))).toMatchObject({ next: { do: 'stop' } });
    expect(scene.deployment(id)).toMatchObject({ status: 'superseded', canary: null });
  });

  test('a plan that ends after an abort is known to the rollback, which then leads to the cluster', async () => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    await abort(scene, id);

    expect(await record(scene, id, done('plan'))).toMatchObject({ next: { do: 'rollBack' } });
    expect(orderIn(await rollBack(scene.ports, { deploymentId: id }))).toMatchObject({
      do: 'takeBack',
      stable: version(1),
    });
  });

  test.each([{ version: null }, { revision: null }])('a plan without %j records nothing', async (change) => {
    const scene = await aClusterScene();
    const id = await opened(scene);

    expect(await record(scene, id, done('plan', change))).toMatchObject({ did: 'plan' });
    expect(scene.deployment(id).status).toBe('opened');
  });
});

describe('a shift', () => {
  const pods = [
    { version: version(1), ready: 3, total: 3 },
    { version: version(2), ready: 0, total: 1 },
  ];

  test('a shift is an entry with the pods that answer, and the next step is in progress', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);

    const result = await record(scene, id, done('setWeight', { percent: 25, revision: '8', pods }));

    expect(last(scene, id)).toMatchObject({
      kind: 'TrafficShifted',
      because: `Step 1 of 4: 25 % of the calls. Pods ready: 3 of version ${version(1)}, 0 of 1 of version ${version(2)}.`,
      data: { canaryPercent: 25 },
    });
    expect(scene.deployment(id)).toMatchObject({ atPercent: 25, liveRevision: '8', progress: { stepIndex: 1 } });
    expect(result).toMatchObject({ did: 'setWeight', next: { do: 'bake', forSeconds: 300 } });
  });

  test('a shift that is reported twice is recorded once, and skips no step', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    const before = scene.timeline(id);

    expect(await record(scene, id, done('setWeight', { percent: 25, revision: '8' }))).toMatchObject({
      next: { do: 'bake' },
    });
    expect(scene.timeline(id)).toEqual(before);
    expect(scene.deployment(id).progress.stepIndex).toBe(1);
  });

  test('a shift after a person’s promotion is recorded, and the steps stay as the person has set them', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    await signalDeployment(scene.ports, { id, signal: 'promote', reason: 'it is urgent', by: 'ada' });
    await judgeCanary(scene.ports, { deploymentId: id });

    const result = await record(scene, id, done('setWeight', { percent: 25, revision: '8' }));

    expect(scene.deployment(id)).toMatchObject({ atPercent: 25, progress: { stepIndex: 4 } });
    expect(orderIn(result)).toMatchObject({ do: 'promote', revision: '8' });
  });

  test('a signal of a person during a shift is obeyed before the next order', async () => {
    const scene = await aClusterScene();
    const id = await planned(scene);
    await signalDeployment(scene.ports, { id, signal: 'promote', reason: 'it is urgent', by: 'ada' });

    expect(await record(scene, id, done('plan'))).toMatchObject({ next: { do: 'judge' } });
  });
});

describe('a promotion', () => {
  test('a promotion is an entry and the step after the last one, and the cluster has no more work', async () => {
    const scene = await aClusterScene({ strategy: [{ setWeight: 25 }] });
    const id = await planned(scene);
    await record(scene, id, done('setWeight', { percent: 25, revision: '8' }));

    const result = await record(scene, id, done('promote', { percent: 100, revision: '9' }));

    expect(last(scene, id)).toMatchObject({
      kind: 'Promoted',
      because: `Version ${version(2)} gets all the calls. Pods ready: none.`,
    });
    expect(scene.deployment(id)).toMatchObject({ atPercent: 100, liveRevision: '9', progress: { stepIndex: 2 } });
    expect(result).toMatchObject({ did: 'promote', next: { do: 'promote' } });
  });

  test('a promotion that was no longer due is recorded, and advances no step', async () => {
    const scene = await aClusterScene();
    const id = await baking(scene);

    await record(scene, id, done('promote', { percent: 100, revision: '9' }));

    expect(scene.deployment(id)).toMatchObject({ atPercent: 100, progress: { stepIndex: 1 } });
  });
});

test.each(['setWeight', 'promote'] as const)(
  'a %s that ends after the deployment has turned back is left to the rollback',
  async (act) => {
    const scene = await aClusterScene();
    const id = await baking(scene);
    await rollBack(scene.ports, { deploymentId: id });
    const before = scene.deployment(id);

    expect(await record(scene, id, done(act, { percent: 100, revision: '9' }))).toMatchObject({
      next: { do: 'rollBack' },
    });
    expect(scene.deployment(id)).toEqual(before);
  },
);

test('a shift that ends after the deployment has ended changes nothing', async () => {
  const scene = await aClusterScene();
  const id = await promoted(scene, { from: 1, to: 2 });
  const before = scene.deployment(id);

  expect(await record(scene, id, done('setWeight', { percent: 50, revision: '99' }))).toMatchObject({
    next: { do: 'stop' },
  });
  expect(scene.deployment(id)).toEqual(before);
});

test.each(['restart', 'scale', 'status', 'diff'] as const)('a %s is no step of a rollout', async (act) => {
  const scene = await aClusterScene();
  const id = await baking(scene);
  const before = scene.deployment(id);

  expect(await record(scene, id, done(act, { percent: 100 }))).toMatchObject({ did: act });
  expect(scene.deployment(id)).toEqual(before);
});

describe('a task that leaves no result', () => {
  test.each<[string, readonly { Name: string; Value: string }[]]>([
    ['has exported nothing', []],
    ['has exported something else', [{ Name: 'OTHER', Value: '{}' }]],
    ['has exported what is no JSON', [{ Name: 'SLIPWAY_RESULT', Value: '{"do":' }]],
    ['has exported what is no result', [{ Name: 'SLIPWAY_RESULT', Value: '{"do":"plan","ok":true}' }]],
  ])('a task that leaves no result because it %s is broken, and records nothing', async (_what, exported) => {
    const scene = await aClusterScene();
    const id = await opened(scene);
    const before = scene.timeline(id);

    await expect(recordClusterTask(scene.ports, { deploymentId: id, exported: [...exported] })).rejects.toMatchObject({
      name: 'Broken',
      message: 'The task on the cluster ended without a result that can be read. Its build log says how far it got.',
    });
    expect(scene.timeline(id)).toEqual(before);
  });
});
