import { CLOCKS_APART_MS } from '../../src/domain/remediation/remediation.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, goOn, planned, promoted, run } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const trafficKinds = (scene: Scene, id: string) =>
  scene.kinds(id).filter((kind) => ['TrafficShifted', 'TrafficTakenBack', 'Promoted'].includes(kind));

test('an alarm rolls the traffic back first, then writes the signal, then answers the token', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.calls.length = 0;

  expect(await remediateAlarm(scene.ports, scene.alarmEvent())).toEqual([
    { service: 'checkout', deploymentId: id, did: 'takeBack', because: 'Alarm checkout-errors turned red' },
  ]);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.calls.slice(0, 4)).toEqual([
    'deployments.findByAlarm',
    'traffic.takeBack',
    'deployments.record',
    'workflows.answer',
  ]);
  await goOn(scene, id);
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: 'Alarm checkout-errors turned red' });
  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'TrafficTakenBack']);
});

test('the same alarm event twice rolls back once', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const event = scene.alarmEvent();

  await remediateAlarm(scene.ports, event);
  const again = await remediateAlarm(scene.ports, event);
  await goOn(scene, id);
  const late = await remediateAlarm(scene.ports, event);

  expect([...again, ...late].map(({ did }) => did)).toEqual(['nothing', 'nothing']);
  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'TrafficTakenBack']);
  expect(scene.ledger().deployments.size).toBe(1);
});

test('two deliveries of one event at the same moment roll back once', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const event = scene.alarmEvent();

  await Promise.all([remediateAlarm(scene.ports, event), remediateAlarm(scene.ports, event)]);

  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'TrafficTakenBack']);
  expect(scene.kinds(id).filter((kind) => kind === 'SignalReceived')).toHaveLength(1);
});

test('an alarm during a shift leaves the traffic on stable, with one entry for each change', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  scene.breakNext('traffic.setSplit', 'after', async () => {
    await remediateAlarm(scene.ports, scene.alarmEvent());
  });

  const { next } = await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });

  expect(next.do).toBe('rollBack');
  expect(scene.live()).toEqual({ 41: 100 });
  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'TrafficTakenBack']);
  expect(scene.deployment(id).atPercent).toBe(0);
});

test('an alarm just before a shift stops it at the alias itself', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  scene.breakNext('traffic.setSplit', 'before', async () => {
    await remediateAlarm(scene.ports, scene.alarmEvent());
  });

  await expect(shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 })).rejects.toMatchObject({
    name: 'Conflict',
  });
  expect(scene.live()).toEqual({ 41: 100 });
  expect(trafficKinds(scene, id)).toEqual([]);
});

test('an alarm older than the deployment accuses no version', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  const [did] = await remediateAlarm(
    scene.ports,
    scene.alarmEvent({ at: scene.deployment(id).openedAt - CLOCKS_APART_MS - 1 }),
  );

  expect(did).toMatchObject({ did: 'nothing', because: expect.stringContaining('older than deployment') });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
});

test('an alarm that was red before a hotfix does not accuse the hotfix', async () => {
  const scene = await aScene();
  scene.setAlarm('ALARM');
  const id = await baking(scene, { hotfix: true });

  const [did] = await remediateAlarm(scene.ports, scene.alarmEvent());
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);

  expect(did).toMatchObject({ did: 'nothing', because: expect.stringContaining('a hotfix') });
  expect(scene.deployment(id)).toMatchObject({ status: 'promoted', ignoredAlarms: [ALARM] });
});

test('an alarm within the watch undoes the promotion: the traffic first, then the record of a rollback', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  await scene.pass(29 * MINUTE);
  scene.calls.length = 0;

  const [did] = await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(did?.did).toBe('undo');
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.calls.indexOf('traffic.takeBack')).toBeLessThan(scene.calls.indexOf('deployments.open'));
  const undo = scene.deployment(scene.deployment(id).replacedBy ?? '');
  expect(undo).toMatchObject({ kind: 'rollback', replaces: id, stable: '41', atPercent: 0, by: `alarm ${ALARM}` });
  expect(scene.executions.get(`rollback ${undo.id}`)).toBe('running');
  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'Promoted', 'TrafficTakenBack']);

  await settleDeployment(scene.ports, { deploymentId: undo.id });
  expect(scene.deployment(undo.id).status).toBe('rolledBack');
});

test('an alarm after the watch does nothing', async () => {
  const scene = await aScene();
  await promoted(scene);
  await scene.pass(30 * MINUTE);

  const [did] = await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(did).toMatchObject({ did: 'nothing', because: expect.stringContaining('is not watched any more') });
  expect(scene.live()).toEqual({ 42: 100 });
});

test('an alarm within the watch that finds a third version live leaves it alone, and pages once', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  scene.cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '43' });

  expect(await remediateAlarm(scene.ports, scene.alarmEvent())).toMatchObject([{ did: 'nothing' }]);
  expect(await remediateAlarm(scene.ports, scene.alarmEvent({ id: 'event-2' }))).toMatchObject([{ did: 'nothing' }]);

  expect(scene.live()).toEqual({ 43: 100 });
  expect(scene.kinds(id).filter((kind) => kind === 'TrafficMovedByOthers')).toHaveLength(1);
  expect([...scene.ledger().pending.values()]).toContainEqual(expect.objectContaining({ severity: 'page' }));
});

test('two deliveries of one event within the watch undo once', async () => {
  const scene = await aScene();
  await promoted(scene);
  const event = scene.alarmEvent();

  await Promise.all([remediateAlarm(scene.ports, event), remediateAlarm(scene.ports, event)]);
  await remediateAlarm(scene.ports, event);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.ledger().deployments.size).toBe(2);
});

test('an undo that crashes after the traffic moved is completed by the repeated event, with one entry', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  const event = scene.alarmEvent();
  scene.breakNext('deployments.open');

  await expect(remediateAlarm(scene.ports, event)).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 100 });
  await remediateAlarm(scene.ports, event);

  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'Promoted', 'TrafficTakenBack']);
  expect(scene.deployment(id).replacedBy).not.toBeNull();
});

test('an alarm while the promotion is being settled still undoes it', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  scene.breakNext('traffic.takeBack', 'before', async () => {
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
  });

  const [did] = await remediateAlarm(scene.ports, scene.alarmEvent());

  expect(did?.did).toBe('undo');
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'promoted', replacedBy: expect.stringContaining('dep-') });
});

test('when the ledger is away, an alarm still rolls the traffic back, and the repeated event brings the record', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const event = scene.alarmEvent();
  scene.breakNext('deployments.record');

  await expect(remediateAlarm(scene.ports, event)).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 100 });
  await remediateAlarm(scene.ports, event);

  expect(trafficKinds(scene, id)).toEqual(['TrafficShifted', 'TrafficTakenBack']);
  expect(scene.deployment(id).signal?.kind).toBe('rollBack');
});

test('an alarm before the version is published rolls the rollout back without a call to the alias', async () => {
  const scene = await aScene();
  const id = await deploy(scene, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } } });

  await remediateAlarm(scene.ports, scene.alarmEvent());
  await run(scene, id);

  expect(scene.calls).not.toContain('traffic.takeBack');
  expect(scene.deployment(id).status).toBe('rolledBack');
});

test('an alarm that no service names, or whose service was never deployed, leads to nothing', async () => {
  const scene = await aScene();

  expect(await remediateAlarm(scene.ports, scene.alarmEvent())).toEqual([]);
  expect(await remediateAlarm(scene.ports, scene.alarmEvent({ alarm: 'other' }))).toEqual([]);
});
