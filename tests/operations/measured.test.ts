import type { MeasurementName } from '../../src/domain/deployment/measurement.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { publishOutbox } from '../../src/operations/steps/publish-outbox.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, goOn, promoted } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';

const SECOND = 1_000;

const measured = (scene: Scene, ...names: MeasurementName[]) =>
  scene.measured().filter(({ name }) => names.includes(name));
const counted = (scene: Scene) =>
  scene
    .measured()
    .filter(({ unit }) => unit === 'Count')
    .map(({ name }) => name);

describe('outcomes', () => {
  test('a good version is counted as opened and as promoted, once each, with its duration', async () => {
    const scene = await aScene();
    await promoted(scene);

    expect(counted(scene)).toEqual(['DeploymentOpened', 'DeploymentPromoted']);
    expect(measured(scene, 'DeploymentDuration')).toEqual([
      { name: 'DeploymentDuration', value: 5 * MINUTE, unit: 'Milliseconds', dimensions: { Service: 'checkout' } },
    ]);
  });

  test('a bad version is counted as rolled back, once', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await remediateAlarm(scene.ports, scene.alarmEvent());
    await goOn(scene, id);

    expect(counted(scene)).toEqual(['DeploymentOpened', 'DeploymentRolledBack']);
  });

  test('a message that two processes send at the same moment is counted once', async () => {
    const scene = await aScene();
    await deploy(scene);
    await Promise.all([publishOutbox(scene.ports), publishOutbox(scene.ports)]);

    expect(scene.delivered()).toHaveLength(4);
    expect(counted(scene)).toEqual(['DeploymentOpened']);
  });

  test('a message that was sent and could not be marked as sent is sent again, and counted then', async () => {
    const scene = await aScene();
    await deploy(scene);
    scene.breakNext('outbox.recordPublished');
    await publishOutbox(scene.ports);
    expect(counted(scene)).toEqual([]);
    await publishOutbox(scene.ports);

    expect(counted(scene)).toEqual(['DeploymentOpened']);
  });

  test('a message that an older version wrote is counted, without a duration', async () => {
    const scene = await aScene();
    const id = await promoted(scene);
    const [message] = scene.delivered().filter(({ body }) => body.includes('"kind":"DeploymentPromoted"'));
    const body = message?.body.replace(/,"openedAt":"[^"]*"/, '') ?? '';
    const before = scene.measured().length;
    const outbox = {
      list: async () => [{ ...message, id: 'old', deploymentId: id, body } as never],
      recordPublished: async (ids: readonly string[]) => ids,
    };
    await publishOutbox({ ...scene.ports, outbox });

    expect(scene.measured().slice(before)).toMatchObject([{ name: 'DeploymentPromoted', value: 1 }]);
  });
});

/** An outbox with these messages first, and then the messages of a promotion, which are all counted. */
async function publishedBeside(scene: Scene, bodies: readonly string[]) {
  await promoted(scene);
  const before = scene.measured().length;
  const own = scene.delivered().filter(({ body }) => /"kind":"Deployment(Opened|Promoted)"/.test(body));
  const others = bodies.map((body, index) => ({ ...own[0], id: `other-${index}`, body }) as never);
  const outbox = {
    list: async () => [...others, ...own],
    recordPublished: async (ids: readonly string[]) => ids,
  };
  const publisher = { publish: async (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id) };
  await publishOutbox({ ...scene.ports, outbox, publisher });
  return scene.measured().slice(before);
}

const run = { id: 'run-1', revision: null, status: 'running', deploymentId: null, quarantine: 'none' };
test.each([
  ['an event of a pipeline’s run', { schema: 1, service: 'checkout', run, entry: { kind: 'PipelineStarted' } }],
  ['an event of a kind that a newer version has', { service: 'checkout', deployment: {}, entry: { kind: 'Moved' } }],
  ['an event without an entry', { service: 'checkout' }],
  ['a body that is no object', 7],
])('%s in a batch loses no count of its neighbours, and throws nothing', async (_, body) => {
  const scene = await aScene();
  const found = await publishedBeside(scene, [JSON.stringify(body), '{"torn":']);
  const names = found.filter(({ unit }) => unit === 'Count').map(({ name }) => name);
  expect(names).toEqual(['DeploymentOpened', 'DeploymentPromoted']);
});

test('the size of the outbox is measured also when no message can be sent', async () => {
  const scene = await aScene();
  await deploy(scene);
  const publisher = { publish: () => Promise.reject(new Error('The topic is gone.')) };
  await expect(reconcile({ ...scene.ports, publisher })).rejects.toThrow('The topic is gone.');
  expect(measured(scene, 'OutboxAge')).toHaveLength(1);
});

describe('the time to weight 0', () => {
  test('the time to weight 0 lasts from the alarm to the answer of the target, and is measured after all else', async () => {
    const scene = await aScene();
    await baking(scene);
    const event = scene.alarmEvent();
    await scene.pass(2 * SECOND);
    scene.breakNext('traffic.takeBack', 'after', () => scene.pass(SECOND));
    scene.breakNext('workflows.answer', 'before', async () => {
      expect(measured(scene, 'TimeToWeightZero')).toEqual([]);
      await scene.pass(10 * SECOND);
    });
    await remediateAlarm(scene.ports, event);

    expect(measured(scene, 'TimeToWeightZero')).toEqual([
      { name: 'TimeToWeightZero', value: 3 * SECOND, unit: 'Milliseconds', dimensions: { Service: 'checkout' } },
    ]);
  });

  test('the time to weight 0 is measured for an undo after the promotion too', async () => {
    const scene = await aScene();
    await promoted(scene);
    const event = scene.alarmEvent();
    await scene.pass(SECOND);
    await remediateAlarm(scene.ports, event);

    expect(measured(scene, 'TimeToWeightZero')).toMatchObject([{ value: SECOND }]);
  });

  test('the time to weight 0 is not measured when no traffic moved', async () => {
    const scene = await aScene();
    await deploy(scene);
    await remediateAlarm(scene.ports, scene.alarmEvent());

    expect(measured(scene, 'TimeToWeightZero')).toEqual([]);
  });

  test('the time to weight 0 is measured once, though the first delivery of the event recorded nothing', async () => {
    const scene = await aScene();
    await baking(scene);
    const event = scene.alarmEvent();
    await scene.pass(SECOND);
    scene.breakNext('deployments.record');
    await expect(remediateAlarm(scene.ports, event)).rejects.toMatchObject({ name: 'Transient' });
    await scene.pass(60 * SECOND);
    await remediateAlarm(scene.ports, event);

    expect(measured(scene, 'TimeToWeightZero')).toMatchObject([{ value: SECOND }]);
  });

  test('the time to weight 0 begins when the alarm turned red, also when its event was lost', async () => {
    const scene = await aScene();
    await baking(scene);
    scene.setAlarm('ALARM', ALARM);
    await scene.pass(40 * SECOND);
    await observeRollouts(scene.ports);

    expect(measured(scene, 'TimeToWeightZero')).toMatchObject([{ value: 40 * SECOND }]);
  });
});

describe('the backlog', () => {
  test('the backlog is 0 at a tick with nothing to do', async () => {
    const scene = await aScene();
    await reconcile(scene.ports);

    expect(scene.measured()).toEqual([
      { name: 'RolloutsPastDeadline', value: 0, unit: 'Count' },
      { name: 'OutboxAge', value: 0, unit: 'Seconds' },
    ]);
  });

  test('the backlog is the number of rollouts past their deadline and the age of the oldest message', async () => {
    const scene = await aScene();
    await baking(scene);
    scene.executions.set(`rollout ${[...scene.ledger().deployments.keys()][0]}`, 'running');
    scene.breakNext('publisher.publish');
    await scene.ports.deployments.record([...scene.ledger().deployments.keys()][0] ?? '', ({ deployment }) => ({
      deployment: { ...deployment, deadlineAt: scene.now() + MINUTE },
      entries: [{ kind: 'SignalReceived', by: 'ada', because: 'a test' }],
    }));
    await scene.pass(2 * MINUTE);
    await reconcile(scene.ports);

    expect(measured(scene, 'RolloutsPastDeadline')).toMatchObject([{ value: 1 }]);
    expect(measured(scene, 'OutboxAge')).toMatchObject([{ value: 120 }]);
  });
});
