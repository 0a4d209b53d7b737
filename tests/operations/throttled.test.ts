import { replyToError } from '../../src/api/route/problem.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { checkService } from '../../src/operations/opening/check-service.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, planned, promoted } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const throttled = () =>
  new SlipwayError('Transient', 'Could not do it: Rate exceeded.', { details: { throttled: true } });

/** Throttles the next call of that name. */
const throttleNext = (scene: Scene, call: string) => scene.breakNext(call, 'before', () => Promise.reject(throttled()));

/** Every turn is this far ahead. */
const queued = (scene: Scene, claimed: boolean, aheadMs: number) => ({
  ...scene.ports,
  turns: { ...scene.ports.turns, claim: async () => ({ claimed, at: scene.now() + aheadMs }) },
});

const REQUEST = { service: 'checkout', version: '42', ...by };

test('a preflight that Lambda throttles opens nothing and gets 503 with a time to repeat the request', async () => {
  const scene = await aScene();
  throttleNext(scene, 'traffic.read');
  const error = await startRollout(scene.ports, REQUEST).catch((thrown: unknown) => thrown);
  expect(replyToError(error, 'r-1')).toMatchObject({
    status: 503,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
  });
  expect(scene.ledger().deployments.size).toBe(0);
  expect(scene.ledger().locks.size).toBe(0);
  expect(await deploy(scene)).toMatch(/^dep-/);
});

test('a preflight whose turn is not near opens nothing, makes no call, and says when to repeat the request', async () => {
  const scene = await aScene();
  const error = await startRollout(queued(scene, false, 20_000), REQUEST).catch((thrown: unknown) => thrown);
  const { status, headers, body } = replyToError(error, 'r-1');
  expect(status).toBe(503);
  expect(Number(headers?.['retry-after'])).toBeGreaterThanOrEqual(20);
  expect(body).toMatchObject({
    detail: expect.stringMatching(/Nothing was changed\. Repeat the request in \d+ seconds\./),
  });
  expect(scene.calls).not.toContain('traffic.read');
  expect(scene.ledger().deployments.size).toBe(0);
});

test('the check of a service that is throttled gets 503 like a deployment, and no finding', async () => {
  const scene = await aScene();
  const checked = checkService(queued(scene, false, 9_000), { name: 'checkout' });
  await expect(checked).rejects.toMatchObject({ name: 'Transient', details: { throttled: true } });
});

test('a shift whose turn is far ahead makes no call, waits until its turn, and reports a long wait', async () => {
  const scene = await aScene();
  const deploymentId = await planned(scene);
  const result = await shiftTraffic(queued(scene, true, 42_000), { deploymentId, toPercent: 10 });
  expect(result.next).toMatchObject({ do: 'wait', forSeconds: 42, backTo: 'judge' });
  expect(scene.calls).not.toContain('traffic.setSplit');
  expect(scene.timeline(deploymentId).at(-1)).toMatchObject({ kind: 'StepDelayed', data: { step: 'shift' } });
});

test('a shift that is throttled again and again is reported as delayed once, and its waits grow', async () => {
  const scene = await aScene();
  const deploymentId = await planned(scene);
  const waits: number[] = [];
  for (let tries = 0; tries < 8; tries += 1) {
    throttleNext(scene, 'traffic.setSplit');
    const { next } = await shiftTraffic(scene.ports, { deploymentId, toPercent: 10 });
    if (next.do !== 'wait') throw new Error(`It is to ${next.do}.`);
    waits.push(next.forSeconds);
    await scene.pass(5 * MINUTE);
  }
  expect(scene.kinds(deploymentId).filter((kind) => kind === 'StepDelayed')).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(9);
  expect(waits.at(-1)).toBeGreaterThan(100);
  expect(await shiftTraffic(scene.ports, { deploymentId, toPercent: 10 })).toMatchObject({ next: { do: 'bake' } });
});

test('a signal that comes while the shift waits for its turn in the function is obeyed, and no traffic moves', async () => {
  const scene = await aScene();
  const deploymentId = await planned(scene);
  const abort = async () => {
    await scene.ports.deployments.record(deploymentId, ({ deployment }) => ({
      deployment: { ...deployment, signal: { kind: 'abort', because: 'no', by: 'ada', at: scene.now() } },
      entries: [],
    }));
  };
  const ports = { ...queued(scene, true, 1_000), pause: { sleep: abort } };
  const { next } = await shiftTraffic(ports, { deploymentId, toPercent: 10 });
  expect(next).toMatchObject({ do: 'rollBack' });
  expect(scene.calls).not.toContain('traffic.setSplit');
});

test('a tick that is throttled at one rollout’s token still serves the others, and then fails', async () => {
  const scene = await aScene();
  const deploymentId = await baking(scene);
  await scene.ports.deployments.record(deploymentId, ({ deployment }) => ({
    deployment: { ...deployment, signal: { kind: 'pause', because: 'look', by: 'ada', at: scene.now() } },
    entries: [],
  }));
  scene.setAlarm('ALARM');
  throttleNext(scene, 'workflows.answer');
  await expect(observeRollouts(scene.ports)).rejects.toMatchObject({ details: { throttled: true } });
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a reconcile that gets no turn for its reads does its other work, and does not fail', async () => {
  const scene = await aScene();
  await promoted(scene);
  const before = scene.calls.filter((call) => call === 'traffic.read').length;
  await expect(reconcile(queued(scene, false, 30_000))).resolves.toMatchObject({ settled: 0 });
  expect(scene.calls.filter((call) => call === 'traffic.read')).toHaveLength(before);
});

test('a rollback takes no turn', async () => {
  const scene = await aScene();
  await baking(scene);
  const asked = scene.calls.filter((call) => call === 'turns.claim').length;
  await remediateAlarm(scene.ports, scene.alarmEvent());
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.calls.filter((call) => call === 'turns.claim')).toHaveLength(asked);
});

test('a tick that gets no turn looks at no alias, and does the rest of its work', async () => {
  const scene = await aScene();
  await baking(scene);
  scene.setAlarm('ALARM');
  await observeRollouts(queued(scene, false, 30_000));
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.calls).not.toContain('traffic.readSplit');
});
