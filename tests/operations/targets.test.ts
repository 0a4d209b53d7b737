import { type Access, fullAccess } from '../../src/domain/access/access.ts';
/** History, watches and locks belong to a target. These tests rename, move, remove and share services. */
import type { OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { putService } from '../../src/operations/services/put-service.ts';
import { removeService } from '../../src/operations/services/remove-service.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { baking, by, deploy, goOn, promoted } from './a-rollout.ts';
import { ALARM, aScene, type Scene, target } from './a-scene.ts';

const other = { ...target, function: 'checkout-2' };

/** A second function, whose alias is on the same version as checkout's. */
function putOther({ cloud: { lambda } }: Scene): void {
  lambda.putFunction({ name: other.function });
  lambda.getFunction(other.function).lastVersion = 40;
  for (const _version of ['41', '42', '43']) {
    lambda.publishVersion({ functionName: other.function, code: { kind: 'modelled', behaviour: BEHAVIOUR } });
  }
  lambda.putAlias({ functionName: other.function, alias: other.alias, functionVersion: '42' });
}
const BEHAVIOUR = { errorPercent: 0, medianMs: 20, p99Ms: 80 };

const liveOfOther = ({ cloud }: Scene) => cloud.lambda.getAlias('checkout-2', { alias: 'live' }).functionVersion;
const put = (scene: Scene, change: Parameters<typeof aSpec>[0]) =>
  putService(scene.ports, { spec: aSpec(change), by: 'grace' });
const back = (scene: Scene, input: { to?: string; service?: string; access?: Access } = {}) =>
  startRollback(scene.ports, { service: 'checkout', reason: 'it looks wrong', ...by, ...input });

test('a service that moved to another function has no version before there, and a rollback moves nothing', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  putOther(scene);
  await put(scene, { target: other });

  await expect(back(scene)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('no record of a version before version 42. Name the version'),
  });
  await expect(back(scene, { to: id })).rejects.toMatchObject({
    name: 'Conflict',
    message: `Deployment ${id} was of checkout:live, not of checkout-2:live. Name a version, or a deployment to the present target.`,
  });
  expect(liveOfOther(scene)).toBe('42');
});

test('a service that is moved back finds its history again', async () => {
  const scene = await aScene();
  await promoted(scene);
  putOther(scene);
  await put(scene, { target: other });
  await put(scene, {});

  expect(await back(scene)).toMatchObject({ kind: 'rollback', stable: '41' });
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a service that takes over a target under another name takes over its history', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  await removeService(scene.ports, { name: 'checkout', by: 'grace' });
  await put(scene, { name: 'shop' });

  expect(await back(scene, { service: 'shop' })).toMatchObject({ service: 'shop', stable: '41', replaces: id });
  expect(scene.live()).toEqual({ 41: 100 });
});

test.each<[string, (scene: Scene) => Promise<unknown>]>([
  ['removed', (scene) => removeService(scene.ports, { name: 'checkout', by: 'grace' })],
  ['moved to another target', (scene) => put(scene, { target: other })],
])(
  'the watch of a service ends when it is %s: neither an event nor a tick moves its alias any more',
  async (_how, leave) => {
    const scene = await aScene();
    const id = await promoted(scene);
    await leave(scene);
    scene.setAlarm('ALARM');

    const did = await remediateAlarm(scene.ports, scene.alarmEvent());
    await observeRollouts(scene.ports);

    expect(did.filter((each) => each.did !== 'nothing')).toEqual([]);
    expect(scene.live()).toEqual({ 42: 100 });
    expect(scene.timeline(id).at(-1)).toMatchObject({ kind: 'WatchEnded', by: 'grace' });
    expect(scene.deployment(id).watchUntil).toBe(scene.now());
  },
);

test('two services never have one target: the second one is refused, with the name of the first', async () => {
  const scene = await aScene();

  await expect(put(scene, { name: 'shop' })).rejects.toMatchObject({
    name: 'Conflict',
    message:
      'checkout:live belongs to service checkout. Deploy through that one, or remove it first with DELETE /services/checkout.',
    details: { pointer: '/target', service: 'checkout' },
  });
  expect(await put(scene, { name: 'shop', target: { ...target, alias: 'test' } })).toMatchObject({ revision: 1 });
});

test('the target of a service cannot change while a deployment is in flight', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  await expect(put(scene, { target: other })).rejects.toMatchObject({
    name: 'Conflict',
    message: `Deployment ${id} of service checkout is in flight, so its target stays. Wait for its end, then change the target. GET /deployments/dep-001 lists the actions that are open.`,
  });
  expect(await put(scene, { watch: { hours: 1 } })).toMatchObject({ revision: 2 });
});

test('a deployment that was opened while its service left the target keeps the next service out of it', async () => {
  const scene = await aScene();
  scene.breakNext('deployments.open', 'before', async () => {
    await removeService(scene.ports, { name: 'checkout', by: 'grace' });
  });
  const id = await deploy(scene);
  await put(scene, { name: 'shop' });

  const second = startRollout(scene.ports, { service: 'shop', version: '42', ...by });
  await expect(second).rejects.toMatchObject({ name: 'Conflict', details: { inFlight: { id } } });
});

const isPage = ({ message }: { message: OutboxMessage }) => message.severity === 'page' && message.channel === 'notice';

test('a rollback is refused while a deployment of the service is in flight on the target that it has left', async () => {
  const scene = await aScene();
  putOther(scene);
  scene.breakNext('deployments.open', 'before', async () => {
    await put(scene, { target: other });
  });
  const id = await deploy(scene);

  await expect(back(scene, { to: '41', access: fullAccess('ada') })).rejects.toMatchObject({
    name: 'Conflict',
    message: `Deployment ${id} of checkout is in flight on checkout:live. It is rolling back; wait for it, then roll back.`,
  });
  expect([scene.live(), liveOfOther(scene)]).toEqual([{ 41: 100 }, '42']);
});

test('a rollout whose alias Slipway may not move pages once, however often a safety net repairs it', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.executions.set(`rollout ${id}`, 'succeeded');
  await scene.pass(MINUTE);
  const denied = Object.assign(new Error('The role may not do lambda:UpdateAlias.'), { name: 'Broken', details: {} });
  const traffic = { ...scene.ports.traffic, takeBack: async () => Promise.reject(denied) };

  for (let round = 0; round < 3; round += 1) {
    expect(await reconcile({ ...scene.ports, traffic })).toMatchObject({ settled: 0 });
  }

  expect(scene.kinds(id).filter((kind) => kind === 'RollBackFailed')).toHaveLength(1);
  expect(await reconcile(scene.ports)).toMatchObject({ settled: 1 });
  expect(scene.live()).toEqual({ 41: 100 });
});

/** The services checkout and shop share an alarm, and each has an alias of its own. */
async function twoServices() {
  const scene = await aScene();
  scene.cloud.lambda.putAlias({ functionName: target.function, alias: 'shop', functionVersion: '41' });
  await put(scene, { name: 'shop', target: { ...target, alias: 'shop' } });
  const deleteAlias = () => {
    delete scene.cloud.lambda.getFunction(target.function).aliases.live;
  };
  const shopIsOn = () => scene.cloud.lambda.getAlias(target.function, { alias: 'shop' }).functionVersion;
  const pages = () => [...scene.ledger().outbox.values()].filter(isPage);
  return { scene, deleteAlias, shopIsOn, pages };
}

const tellTwice = async (scene: Scene) => {
  scene.setAlarm('ALARM');
  const did = await remediateAlarm(scene.ports, scene.alarmEvent());
  await observeRollouts(scene.ports);
  await remediateAlarm(scene.ports, scene.alarmEvent({ id: 'event-2' }));
  await observeRollouts(scene.ports);
  return did;
};

test('a service without its alias does not stop the rollback of the other service, and pages once', async () => {
  const { scene, deleteAlias, shopIsOn, pages } = await twoServices();
  const broken = await baking(scene);
  const shop = await baking(scene, { service: 'shop' });
  deleteAlias();

  const did = await tellTwice(scene);
  await goOn(scene, broken);
  await goOn(scene, shop);

  expect(did.map(({ service }) => service)).toEqual(['checkout', 'shop']);
  expect(shopIsOn()).toBe('41');
  expect(scene.deployment(shop)).toMatchObject({ status: 'rolledBack', signal: { kind: 'rollBack' } });
  expect(new Set(scene.answered).size).toBe(2);
  expect(scene.deployment(broken).status).toBe('failed');
  expect(pages().map(({ message }) => [message.service, message.subject])).toEqual([
    ['checkout', '[page] checkout: deployment failed'],
  ]);
});

test('a watched service without its alias does not stop the undo of the other service, and pages once', async () => {
  const { scene, deleteAlias, shopIsOn, pages } = await twoServices();
  const broken = await promoted(scene);
  const shop = await promoted(scene, { service: 'shop' });
  deleteAlias();

  const did = await tellTwice(scene);

  expect(did.map((each) => each.did)).toEqual(['nothing', 'undo']);
  expect(shopIsOn()).toBe('41');
  expect(scene.deployment(shop).replacedBy).not.toBeNull();
  expect(scene.deployment(broken)).toMatchObject({ status: 'promoted', watchUntil: scene.now() });
  expect(pages().map(({ message }) => [message.service, message.subject])).toEqual([
    ['checkout', '[page] checkout: roll back failed'],
  ]);
});

test.each(['in flight', 'watched'] as const)(
  'an alias that Slipway may not move, of a service %s, does not stop the other rollback, and pages once',
  async (how) => {
    const { scene, shopIsOn, pages } = await twoServices();
    const begun = how === 'in flight' ? baking : promoted;
    await begun(scene);
    await begun(scene, { service: 'shop' });
    const { takeBack } = scene.ports.traffic;
    const denied = Object.assign(new Error('The role may not do lambda:UpdateAlias.'), { name: 'Broken', details: {} });
    const traffic: typeof scene.ports.traffic = {
      ...scene.ports.traffic,
      takeBack: async (order) => {
        if (order.target.alias === 'live') throw denied;
        return takeBack(order);
      },
    };

    await tellTwice({ ...scene, ports: { ...scene.ports, traffic } });

    expect(shopIsOn()).toBe('41');
    expect(pages().map(({ message }) => message.subject)).toEqual(['[page] checkout: roll back failed']);
    // When Slipway may move the alias again, a watched version is undone.
    if (how === 'watched') await observeRollouts(scene.ports);
    if (how === 'watched') expect(scene.live()).toEqual({ 41: 100 });
  },
);

test('a throttled alias fails the event after the other service was rolled back, and the event comes again', async () => {
  const { scene, shopIsOn, pages } = await twoServices();
  await baking(scene);
  const shop = await baking(scene, { service: 'shop' });
  scene.breakNext('traffic.takeBack');

  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });
  expect(shopIsOn()).toBe('41');
  expect(scene.deployment(shop).signal).toMatchObject({ kind: 'rollBack', by: `alarm ${ALARM}` });
  await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(scene.live()).toEqual({ 41: 100 });
  expect(pages()).toEqual([]);
});

test('one alarm undoes the promotions of both services that name it', async () => {
  const { scene, shopIsOn } = await twoServices();
  const ids = [await promoted(scene), await promoted(scene, { service: 'shop' })];

  await remediateAlarm(scene.ports, scene.alarmEvent());

  expect([scene.live(), shopIsOn()]).toEqual([{ 41: 100 }, '41']);
  expect(ids.map((id) => scene.deployment(id).replacedBy)).toEqual([
    expect.stringContaining('dep-'),
    expect.stringContaining('dep-'),
  ]);
});
