import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

describe('a signal that names the step that its sender saw', () => {
  const approvals = [{ setWeight: 10 }, { approve: { within: { hours: 1 } } }, { approve: { within: { hours: 1 } } }];
  const approve = (by: string, step: number, requestKey: string | null = null) =>
    ({ signal: 'approve', reason: 'as agreed', by, step, requestKey }) as const;

  test('a late approval never approves the approval step that follows', async () => {
    const scene = await aScene({ strategy: approvals });
    const id = await baking(scene);
    await signalDeployment(scene.ports, { id, ...approve('grace', 2) });
    await goOn(scene, id);
    expect(scene.deployment(id)).toMatchObject({ status: 'awaitingApproval', progress: { stepIndex: 2 } });

    await expect(signalDeployment(scene.ports, { id, ...approve('linus', 2) })).rejects.toMatchObject({
      name: 'Conflict',
      message: `Deployment ${id} has left step 2: it is at step 3 of 3 (approve). Look at it with GET /deployments/${id}; its actions are what can be done now.`,
    });
    await goOn(scene, id);

    expect(scene.deployment(id)).toMatchObject({ status: 'awaitingApproval', signal: null });
  });

  test('an approval that meets the end of its step is refused under the lock, not before it', async () => {
    const scene = await aScene({ strategy: approvals });
    const id = await baking(scene);
    scene.breakNext('deployments.record', 'before', async () => {
      await signalDeployment(scene.ports, { id, ...approve('grace', 2) });
      await goOn(scene, id);
    });

    await expect(signalDeployment(scene.ports, { id, ...approve('linus', 2) })).rejects.toMatchObject({
      name: 'Conflict',
    });
    expect(scene.deployment(id)).toMatchObject({ progress: { stepIndex: 2 }, signal: null });
  });

  test('a repeat under the same key, or before the signal is taken up, is the same approval', async () => {
    const scene = await aScene({ strategy: approvals });
    const id = await baking(scene);
    await signalDeployment(scene.ports, { id, ...approve('grace', 2, 'key-1') });
    await signalDeployment(scene.ports, { id, ...approve('grace', 2, 'key-2') });
    await goOn(scene, id);

    await signalDeployment(scene.ports, { id, ...approve('grace', 2, 'key-1') });

    expect(scene.kinds(id).filter((kind) => kind === 'SignalReceived')).toHaveLength(1);
    expect(scene.deployment(id)).toMatchObject({ progress: { stepIndex: 2 }, signal: null });
  });

  test.each(['promote', 'pause', 'skip'] as const)('a late %s is refused, and changes nothing', async (signal) => {
    const scene = await aScene();
    const id = await baking(scene);
    const before = scene.deployment(id);
    await expect(
      signalDeployment(scene.ports, { id, signal, step: 1, reason: 'late', by: 'grace' }),
    ).rejects.toMatchObject({ name: 'Conflict', message: expect.stringContaining('has left step 1') });
    expect(scene.deployment(id)).toEqual(before);
  });
});
