/**
 * A request meets an act that another caller has begun, and its answer is lost. Its repeat finds that act, and does
 * nothing more.
 */
import { isInFlight } from '../../src/domain/deployment/deployment.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import * as cluster from './a-cluster-rollout.ts';
import { baking, goOn, promoted, run, settle } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const key = { by: 'ada', requestKey: 'key-1' } as const;
const back = (scene: Scene) => startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...key });

async function finish(scene: Scene): Promise<void> {
  for (const { id, kind, status } of [...scene.ledger().deployments.values()].filter(isInFlight)) {
    if (kind === 'rollback') {
      await rollBack(scene.ports, { deploymentId: id });
      await settle(scene, id);
    } else if (status === 'opened') await run(scene, id);
    else await goOn(scene, id);
  }
}

const ask = (scene: Scene, by: string) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', by, requestKey: null });

/** Promotes 42, and then 43 after the watch of 42 has ended. */
async function twicePromoted() {
  const scene = await aScene({ watch: { minutes: 30 } });
  await promoted(scene);
  await scene.pass(31 * MINUTE);
  await promoted(scene, { version: '43' });
  return scene;
}

const FIRST: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'another person’s rollback': (scene) => ask(scene, 'grace'),
  'an alarm’s undo': (scene) => remediateAlarm(scene.ports, scene.alarmEvent()),
};

test.each(Object.entries(FIRST))('a rollback that meets %s goes back one version', async (_what, first) => {
  const scene = await twicePromoted();
  scene.breakNext('traffic.read', 'before', async () => {
    await first(scene);
    await finish(scene);
  });
  await ask(scene, 'ada').catch(() => undefined);
  await finish(scene);
  expect(scene.live()).toEqual({ 42: 100 });
});

test('the key of an earlier pause does not stop a later rollback', async () => {
  const scene = await aScene({ watch: { minutes: 30 } });
  const key = { by: 'ada', requestKey: 'run-7' };
  const id = await baking(scene);
  // The answer is lost, so the table of answers has released the key.
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'wait', ...key });
  await goOn(scene, id);
  await signalDeployment(scene.ports, { id, signal: 'promote', reason: 'fine', by: 'ada' });
  await goOn(scene, id);
  await scene.pass(31 * MINUTE);
  await promoted(scene, { version: '43' });
  const answer = await startRollback(scene.ports, { service: 'checkout', reason: 'bad', ...key }).catch(
    (error) => error,
  );
  await finish(scene);
  expect([scene.live(), answer.name]).toEqual([{ 42: 100 }, undefined]);
});

test('the repeat of an abort that met a promotion finishes the abort', async () => {
  const scene = await aScene({ watch: { minutes: 30 } });
  await promoted(scene);
  const id = await baking(scene, { version: '43' });
  await scene.pass(5 * MINUTE);
  scene.breakNext('deployments.record', 'before', async () => {
    await goOn(scene, id);
    scene.breakNext('deployments.open');
  });
  const abort = () => abortDeployment(scene.ports, { id, reason: 'bad', ...key });
  await expect(abort()).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 42: 100 });
  await abort();
  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(id).replacedBy).not.toBeNull();
});

test('a repeated rollback whose answer was lost, after it met one in flight, goes back no second version', async () => {
  const scene = await aScene({ watch: { minutes: 30 } });
  await promoted(scene);
  await scene.pass(31 * MINUTE);
  await promoted(scene, { version: '43' });
  scene.setAlarm('ALARM');
  await remediateAlarm(scene.ports, scene.alarmEvent());
  expect([...scene.ledger().inFlight]).toHaveLength(1);
  scene.breakNext('deployments.read', 'after');
  await expect(back(scene)).rejects.toMatchObject({ name: 'Transient' });
  await finish(scene);
  expect(scene.live()).toEqual({ 42: 100 });
  await back(scene).catch(() => undefined);
  await finish(scene);
  expect(scene.live()).toEqual({ 42: 100 });
});

test('on a cluster, a repeated rollback whose answer was lost, after it met one in flight, goes back no second version', async () => {
  const scene = await cluster.aClusterScene({ watch: { minutes: 30 } });
  await cluster.promoted(scene, { from: null, to: 1 });
  await cluster.promoted(scene, { from: 1, to: 2 });
  await cluster.promoted(scene, { from: 2, to: 3 });
  await remediateAlarm(scene.ports, scene.alarmEvent());
  const [id = ''] = scene.ledger().inFlight;
  scene.breakNext('deployments.read', 'after');
  await expect(back(scene)).rejects.toMatchObject({ name: 'Transient' });
  await rollBack(scene.ports, { deploymentId: id });
  await cluster.record(
    scene,
    id,
    cluster.done('takeBack', {
      stable: cluster.version(2),
      version: cluster.version(3),
      revision: '90',
      foundPercent: 100,
    }),
  );
  await settle(scene, id);
  await back(scene).catch(() => undefined);
  expect([...scene.ledger().inFlight]).toEqual([]);
});

test('a key that found its deployment in flight does not deploy it again after a person has aborted it', async () => {
  const scene = await aScene();
  const id = await baking(scene, { version: '43', by: 'bob' });
  const ask = () => startRollout(scene.ports, { service: 'checkout', version: '43', ...key });
  expect(await ask()).toMatchObject({ outcome: 'existing', deployment: { id } });
  await abortDeployment(scene.ports, { id, reason: 'bad', by: 'grace' });
  await goOn(scene, id);
  expect(scene.deployment(id).status).toBe('rolledBack');
  expect(await ask()).toMatchObject({ outcome: 'existing', deployment: { id } });
  expect([...scene.ledger().inFlight]).toEqual([]);
});
