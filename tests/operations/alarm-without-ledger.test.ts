/**
 * An alarm while the database is away: the calls are rolled back when AWS alone proves enough, and the record follows
 * later.
 */
import { AlarmStateChange, alarmEventOf } from '../../src/functions/events/messages/alarm-state-change.ts';
import { remediateAlarmEvent } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, promoted } from './a-rollout.ts';
import { aScene, type Scene, target } from './a-scene.ts';

const checkout = [{ function: target.function, alias: null }];
const alarmed = (scene: Scene, change: Parameters<Scene['alarmEvent']>[0] = {}) =>
  remediateAlarmEvent(scene.ports, scene.alarmEvent({ measured: checkout, ...change }));
/** The database is away for one query: it fails, or it does not answer. */
const AWAY = {
  'refuses the question': (scene: Scene) => scene.breakNext('deployments.findByAlarm'),
  'does not answer': (scene: Scene) =>
    scene.breakNext('deployments.findByAlarm', 'before', async () => {
      await scene.pass(2_000);
      throw Object.assign(new Error('It was silent.'), { name: 'Transient' });
    }),
};

test.each(Object.entries(AWAY))(
  'a ledger that %s does not stop the rollback by an alarm, and the repeated event records it',
  async (_how, away) => {
    const scene = await aScene();
    const id = await baking(scene);
    expect(scene.live()).toEqual({ 41: 90, 42: 10 });
    away(scene);

    await expect(alarmed(scene)).rejects.toMatchObject({ name: 'Transient' });
    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id)).toMatchObject({ status: 'rollingOut', atPercent: 10 });
    expect(await alarmed(scene)).toMatchObject([{ deploymentId: id, did: 'takeBack' }]);
    await goOn(scene, id);
    expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: 'Alarm checkout-errors turned red' });
    expect(scene.timeline(id).filter(({ kind }) => kind === 'TrafficTakenBack')).toHaveLength(1);
  },
);

test.each<[string, Parameters<typeof alarmed>[1]]>([
  ['looks at another alias', { measured: [{ function: target.function, alias: 'beta' }] }],
  ['looks at another function', { measured: [{ function: 'basket', alias: null }] }],
  ['does not say what it looks at', { measured: undefined }],
  ['is green', { state: 'OK' }],
])('an alarm that %s moves no traffic while the ledger is away', async (_what, change) => {
  const scene = await aScene();
  await baking(scene);
  scene.breakNext('deployments.findByAlarm');

  await expect(alarmed(scene, change)).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
});

test('an alarm moves no alias with one version while the ledger is away: only the ledger knows the watch', async () => {
  const scene = await aScene({ watch: { minutes: 30 } });
  await promoted(scene);
  scene.breakNext('deployments.findByAlarm');

  await expect(alarmed(scene)).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 42: 100 });
});

test('an alarm reads nothing more of the target than before while the ledger is there', async () => {
  const scene = await aScene();
  await baking(scene);
  await scene.pass(MINUTE);
  scene.calls.length = 0;
  await alarmed(scene);
  expect(scene.calls.filter((call) => call.startsWith('traffic.'))).toEqual(['traffic.takeBack']);
});

const stateChange = (configuration: unknown) => ({
  id: 'event-1',
  account: '111122223333',
  detail: { alarmName: 'red', state: { value: 'ALARM', timestamp: '2026-01-05T10:00:00.000+0000' }, configuration },
});
const metricOn = (dimensions: Record<string, string>) => ({
  metricStat: { metric: { namespace: 'AWS/Lambda', name: 'Errors', dimensions } },
});

test.each<[string, unknown, readonly unknown[]]>([
  ['a function', { metrics: [metricOn({ FunctionName: 'checkout' })] }, [{ function: 'checkout', alias: null }]],
  [
    'an alias, and an expression over it',
    { metrics: [{ expression: 'e / r' }, metricOn({ FunctionName: 'checkout', Resource: 'checkout:live' })] },
    [{ function: 'checkout', alias: 'live' }],
  ],
  [
    'functions of two accounts',
    {
      metrics: [
        { ...metricOn({ FunctionName: 'checkout' }), accountId: '444455556666' },
        { ...metricOn({ FunctionName: 'basket' }), accountId: '111122223333' },
      ],
    },
    [{ function: 'basket', alias: null }],
  ],
  ['a load balancer', { metrics: [metricOn({ LoadBalancer: 'app/one' })] }, []],
  ['other alarms', { alarmRule: 'ALARM(one)' }, []],
  ['nothing that is known', { metrics: 'none' }, []],
  ['nothing at all', undefined, []],
])(
  'an event of an alarm on %s names the functions that it measures, and Slipway handles it',
  (_what, configuration, measured) => {
    expect(alarmEventOf(AlarmStateChange.parse(stateChange(configuration)))).toMatchObject({ alarm: 'red', measured });
  },
);
