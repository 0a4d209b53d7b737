/**
 * A request happens once, and to its end. The test fails each call of an operation in turn, before or after its effect.
 * The caller then follows the message and repeats the request under its key.
 */
import { isInFlight } from '../../src/domain/deployment/deployment.ts';
import { KEY_REMEMBERED_MS } from '../../src/domain/deployment/keyed-request.ts';
import { isSlipwayError } from '../../src/domain/errors.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, promoted, run, settle } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const key = { by: 'ada', requestKey: 'key-1' } as const;
const back = (scene: Scene) => startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...key });
const deploy = (scene: Scene) => startRollout(scene.ports, { service: 'checkout', version: '43', ...key });
const supersede = (scene: Scene) =>
  startRollout(scene.ports, { service: 'checkout', version: '42', supersede: true, ...key });
const alarmed = (scene: Scene) => remediateAlarm(scene.ports, scene.alarmEvent());

/** Slipway promotes 42 and then 43, starting from 41. */
async function twicePromoted() {
  const scene = await aScene();
  await promoted(scene);
  await promoted(scene, { version: '43' });
  return scene;
}

async function withOneBaking() {
  const scene = await twicePromoted();
  await baking(scene, { version: '41' });
  return scene;
}

/** 42 has all the calls and is watched. */
async function watched() {
  const scene = await aScene({ watch: { minutes: 30 } });
  await promoted(scene);
  scene.setAlarm('ALARM');
  return scene;
}

interface Case {
  readonly set: () => Promise<Scene>;
  readonly ask: (scene: Scene) => Promise<unknown>;
  readonly opens: number;
  readonly live: Readonly<Record<string, number>>;
}

const CASES: Readonly<Record<string, Case>> = {
  'a rollback goes back one version': { set: twicePromoted, ask: back, opens: 1, live: { 42: 100 } },
  'a rollback of what is in flight opens none': { set: withOneBaking, ask: back, opens: 0, live: { 43: 100 } },
  'a deployment is opened once': { set: aScene, ask: deploy, opens: 1, live: { 41: 90, 43: 10 } },
  'one that supersedes is opened once': { set: withOneBaking, ask: supersede, opens: 1, live: { 42: 10, 43: 90 } },
  'an alarm undoes a promotion once': { set: watched, ask: alarmed, opens: 1, live: { 41: 100 } },
};

/** Finishes each deployment in flight by its machine, if the machine was started. */
async function finish(scene: Scene): Promise<void> {
  for (const { id, kind, status } of [...scene.ledger().deployments.values()].filter(isInFlight)) {
    expect([id, scene.executions.get(`${kind} ${id}`)]).toEqual([id, 'running']);
    if (kind === 'rollback') await rollBack(scene.ports, { deploymentId: id });
    if (kind === 'rollback') await settle(scene, id);
    else if (status === 'opened') await run(scene, id);
    else await goOn(scene, id);
  }
}

async function callsOf({ set, ask }: Case): Promise<readonly string[]> {
  const scene = await set();
  scene.calls.length = 0;
  await ask(scene);
  return [...scene.calls];
}

/** Fails the call at `index` of the request. Earlier calls of the same name succeed. */
function breakCall(
  scene: Scene,
  { calls, index, when }: { calls: readonly string[]; index: number; when: 'before' | 'after' },
) {
  const call = calls[index] ?? '';
  for (const other of calls.slice(0, index)) if (other === call) scene.breakNext(call, when, async () => {});
  scene.breakNext(call, when);
}

describe.each(Object.entries(CASES))('whatever call fails, %s', (_name, one) => {
  test.each(['before', 'after'] as const)('a request whose call fails %s its effect is repeated', async (when) => {
    const calls = await callsOf(one);
    expect(calls.length).toBeGreaterThan(3);
    for (const settlesBetween of [false, true]) {
      for (const index of calls.keys()) {
        const scene = await one.set();
        const before = scene.ledger().deployments.size;
        breakCall(scene, { calls, index, when });
        const failure = await one.ask(scene).catch((error: unknown) => error);
        if (isSlipwayError(failure)) expect([calls[index], failure.name]).toEqual([calls[index], 'Transient']);
        // A deployment that the failed request opened is not started yet. A started machine continues in the meantime.
        if (settlesBetween) await finishStarted(scene);
        await one.ask(scene);
        await finish(scene);
        const opened = scene.ledger().deployments.size - before;
        expect([calls[index], settlesBetween, opened, scene.live()]).toEqual([
          calls[index],
          settlesBetween,
          one.opens,
          one.live,
        ]);
      }
    }
  });
});

async function finishStarted(scene: Scene): Promise<void> {
  const started = [...scene.ledger().deployments.values()].filter(
    (deployment) => isInFlight(deployment) && scene.executions.get(`${deployment.kind} ${deployment.id}`) === 'running',
  );
  if (started.length > 0) await finish(scene);
}

test('a key that opened a deployment answers with it, also after a person has aborted it', async () => {
  const scene = await aScene();
  const first = await deploy(scene);
  if (!('deployment' in first)) throw new Error('It opened nothing');
  const { id } = first.deployment;
  await run(scene, id);
  await abortDeployment(scene.ports, { id, reason: 'it looks wrong', by: 'grace' });
  await goOn(scene, id);

  expect(await deploy(scene)).toMatchObject({ outcome: 'existing', deployment: { id, status: 'rolledBack' } });
  expect(scene.live()).toEqual({ 41: 100 });
  await expect(startRollout(scene.ports, { service: 'checkout', version: '42', ...key })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining(`"key-1" was used for another request, which opened deployment ${id}`),
  });
});

test('a key under which a rollout was rolled back, or found in flight, is refused for any other request', async () => {
  const refused = { name: 'InvalidRequest', message: expect.stringContaining('which deployment dep-003 answers') };
  const scene = await withOneBaking();
  expect(await back(scene)).toMatchObject({ id: 'dep-003' });
  const elsewhere = { service: 'checkout', reason: 'it looks wrong', to: '42', ...key };
  await expect(startRollback(scene.ports, elsewhere)).rejects.toMatchObject(refused);
  expect(scene.live()).toEqual({ 43: 100 });

  const second = await twicePromoted();
  await baking(second, { version: '41', by: 'eve' });
  const ask = (version: string) =>
    startRollout(second.ports, { service: 'checkout', version, supersede: true, ...key });
  expect(await ask('41')).toMatchObject({ outcome: 'existing', deployment: { id: 'dep-003' } });
  await expect(ask('42')).rejects.toMatchObject(refused);
  expect(second.live()).toEqual({ 43: 90, 41: 10 });
});

test("a key is forgotten after a day, and another caller's key is a different key", async () => {
  const scene = await aScene();
  const first = await deploy(scene);
  if (!('deployment' in first)) throw new Error('It opened nothing');
  await run(scene, first.deployment.id);
  await scene.pass(5 * MINUTE);
  await goOn(scene, first.deployment.id);
  const order = { service: 'checkout', version: '42', ...key };
  const other = await startRollout(scene.ports, { ...order, by: 'grace' });
  if (other.outcome !== 'opened') throw new Error('Her key is not his');
  await run(scene, other.deployment.id);
  await scene.pass(5 * MINUTE);
  await goOn(scene, other.deployment.id);
  await scene.pass(KEY_REMEMBERED_MS);

  expect(await deploy(scene)).toMatchObject({ outcome: 'opened' });
});

test('a repeated approval approves only one step', async () => {
  const approval = { approve: { within: { minutes: 30 } } } as const;
  const scene = await aScene({ strategy: [approval, approval, { setWeight: 10 }, { bake: { minutes: 5 } }] });
  const id = await baking(scene);
  const ask = { id, signal: 'approve', reason: 'fine', by: 'grace', requestKey: 'ok-1' } as const;
  await signalDeployment(scene.ports, ask);
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'awaitingApproval', progress: { stepIndex: 1 } });

  await signalDeployment(scene.ports, ask);
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'awaitingApproval', progress: { stepIndex: 1 } });
  expect(scene.live()).toEqual({ 41: 100 });
});
