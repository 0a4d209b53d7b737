import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, planned, promoted } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

type Advance = Parameters<typeof signalDeployment>[1]['signal'];
const send = (scene: Scene, id: string, signal: Advance) =>
  signalDeployment(scene.ports, { id, signal, reason: 'because I say so', by: 'grace' });
const abort = (scene: Scene, id: string) => abortDeployment(scene.ports, { id, reason: 'it looks wrong', by: 'grace' });

test('a signal is written before the token is answered', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.calls.length = 0;

  await send(scene, id, 'promote');

  expect(scene.calls.slice(0, 2)).toEqual(['deployments.record', 'workflows.answer']);
  expect(scene.answered).toEqual([scene.ledger().waits.get(id)]);
});

test('a wait that begins when a signal is already stored is answered at once, and its token is not stored', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  await send(scene, id, 'pause');

  await registerWait(scene.ports, { deploymentId: id, token: 'token-1', waitFor: 'bake' });

  expect(scene.answered).toEqual(['token-1']);
  expect(scene.ledger().waits.has(id)).toBe(false);
  expect(scene.kinds(id)).not.toContain('BakeStarted');
});

test('a wait that is registered twice is announced once, and holds the newer token', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  await registerWait(scene.ports, { deploymentId: id, token: 'token-new', waitFor: 'bake' });
  await send(scene, id, 'skip');

  expect(scene.kinds(id).filter((kind) => kind === 'BakeStarted')).toHaveLength(1);
  expect(scene.answered).toEqual(['token-new']);
});

test('a wait of a rollout that has ended is answered at once', async () => {
  const scene = await aScene();
  const id = await promoted(scene);

  await registerWait(scene.ports, { deploymentId: id, token: 'token-late', waitFor: 'bake' });

  expect(scene.answered).toContain('token-late');
});

test('an abort after a promote aborts the rollout', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  await send(scene, id, 'promote');
  await abort(scene, id);
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: 'it looks wrong' });
  expect(scene.kinds(id)).not.toContain('Promoted');
});

test('a promote after an abort is refused', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await abort(scene, id);

  await expect(send(scene, id, 'promote')).rejects.toMatchObject({
    name: 'Conflict',
    message: `Deployment ${id} is on its way back: it looks wrong. Deploy again when it has settled.`,
  });
});

test('an abort has the traffic back before it answers, and a second abort is the same one', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  const first = await abort(scene, id);
  expect(scene.live()).toEqual({ 41: 100 });
  expect(first.signal?.kind).toBe('abort');

  expect(await abort(scene, id)).toEqual({ ...first, liveRevision: expect.any(String) });
  expect(scene.kinds(id).filter((kind) => kind === 'TrafficTakenBack')).toHaveLength(1);
});

test('an abort of a deployment that has ended is refused, and says how to undo it', async () => {
  const scene = await aScene();
  const id = await promoted(scene);

  await expect(abort(scene, id)).rejects.toMatchObject({
    name: 'Conflict',
    message: `Deployment ${id} has ended as promoted; nothing is left to abort. To undo it, POST /rollback.`,
  });
});

test('an abort of a rollout that was rolled back is refused, and offers no rollback of it', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await abort(scene, id);
  await goOn(scene, id);

  await expect(abort(scene, id)).rejects.toMatchObject({
    message: `Deployment ${id} has ended as rolledBack; nothing is left to abort. GET /deployments?service=checkout lists what came after it.`,
  });
});

test('an abort that dies between its signal and its move is completed by the machine, with its own reason', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.breakNext('traffic.takeBack');
  await expect(abort(scene, id)).rejects.toMatchObject({ name: 'Transient' });
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', signal: { kind: 'abort' } });
});

test.each(['traffic.takeBack', 'workflows.answer'])(
  'an abort that died at %s is completed by the next one',
  async (call) => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.breakNext(call);
    if (call === 'traffic.takeBack') await expect(abort(scene, id)).rejects.toMatchObject({ name: 'Transient' });
    else await abort(scene, id);

    await abortDeployment(scene.ports, { id, reason: 'once more', by: 'ada' });

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.answered).toEqual([scene.ledger().waits.get(id)]);
    expect(scene.kinds(id).filter((kind) => kind === 'TrafficTakenBack')).toHaveLength(1);
  },
);

test('an abort that meets the promotion undoes it', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.breakNext('deployments.record', 'before', async () => {
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
  });

  const undo = await abort(scene, id);

  expect(undo).toMatchObject({ kind: 'rollback', replaces: id });
  expect(scene.deployment(id).replacedBy).toBe(undo.id);
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a promote ends a bake early', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  await send(scene, id, 'promote');
  await goOn(scene, id);

  expect(scene.deployment(id).status).toBe('promoted');
  expect(scene.now()).toBe(scene.deployment(id).openedAt);
});

test('a pause holds the weight, and the bake continues after it for its remaining time', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await scene.pass(MINUTE);
  await send(scene, id, 'pause');
  await goOn(scene, id);
  expect(scene.deployment(id).status).toBe('paused');
  expect(scene.kinds(id)).toContain('HoldStarted');

  await scene.pass(20 * MINUTE);
  await send(scene, id, 'resume');

  expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'bake', forSeconds: 240 } });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
});

test('a skip leads from the bake to the judgement', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  await send(scene, id, 'skip');
  await goOn(scene, id);

  expect(scene.deployment(id).status).toBe('promoted');
  expect(scene.kinds(id)).toContain('VerdictReached');
});

test('an approval continues a rollout that waits for it, and a missing approval rolls the rollout back', async () => {
  const strategy = [{ setWeight: 10 }, { approve: { within: { minutes: 10 } } }] as const;
  const approved = await aScene({ strategy });
  const first = await baking(approved);
  expect(approved.deployment(first).status).toBe('awaitingApproval');
  await send(approved, first, 'approve');
  await goOn(approved, first);
  expect(approved.deployment(first).status).toBe('promoted');

  const ignored = await aScene({ strategy });
  const second = await baking(ignored);
  await ignored.pass(10 * MINUTE);
  await goOn(ignored, second);
  expect(ignored.deployment(second)).toMatchObject({
    status: 'rolledBack',
    because: 'Nobody approved it within the time that the strategy gives',
  });
});

test('a signal sent twice is one signal, and answers the token again in case the first answer was lost', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.breakNext('workflows.answer');

  await expect(send(scene, id, 'promote')).rejects.toMatchObject({ name: 'Transient' });
  await send(scene, id, 'promote');

  expect(scene.answered).toHaveLength(1);
  expect(scene.kinds(id).filter((kind) => kind === 'SignalReceived')).toHaveLength(1);
});

test('a signal that is repeated after it was taken up leaves the wait that it led to alone', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const pause = { id, signal: 'pause', reason: 'because I say so', by: 'grace', requestKey: 'key-1' } as const;
  await signalDeployment(scene.ports, pause);
  await goOn(scene, id);
  expect(scene.deployment(id).status).toBe('paused');

  await signalDeployment(scene.ports, pause);

  expect(scene.answered).toHaveLength(1);
});

test('a signal to a deployment that does not exist is refused by name', async () => {
  const scene = await aScene();
  await expect(send(scene, 'dep-404', 'pause')).rejects.toMatchObject({
    name: 'NotFound',
    message: expect.stringContaining('dep-404'),
  });
});
