import type { OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { reconcile } from '../../src/operations/nets/reconcile.ts';
import { settleAbandonedRollout } from '../../src/operations/nets/settle-abandoned-rollout.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { pageOnce } from '../../src/operations/steps/page-once.ts';
import { publishOutbox } from '../../src/operations/steps/publish-outbox.ts';
import { pageOnCall } from '../../src/operations/way-back/page-on-call.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { undoPromotion } from '../../src/operations/way-back/undo-promotion.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, promoted, run } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

describe('settleAbandonedRollout', () => {
  test('an execution that was stopped leaves no traffic on the canary and a settled deployment', async () => {
    const scene = await aScene();
    const id = await baking(scene);

    expect(await settleAbandonedRollout(scene.ports, { deploymentId: id })).toEqual({ settled: true });

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
    expect(scene.kinds(id)).toContain('ExecutionAbandoned');
    expect(scene.ledger().locks.get('checkout')?.deploymentId).toBeNull();
  });

  test.each([
    ['interrupted', 'Slipway was stopped in the middle of it'],
    ['stopped', 'Its execution in Step Functions was stopped in the middle of it'],
    ['timedOut', 'Its execution in Step Functions ran out of time'],
    ['failed', 'Its execution in Step Functions failed in the middle of it'],
    ['succeeded', 'Its execution ended without settling it'],
  ] as const)('a deployment whose execution %s says so', async (end, because) => {
    const scene = await aScene();
    const id = await baking(scene);
    await settleAbandonedRollout(scene.ports, { deploymentId: id, end });
    expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because });
    expect(scene.timeline(id).find(({ kind }) => kind === 'ExecutionAbandoned')?.because).toBe(`${because}.`);
  });

  test('settleAbandonedRollout leaves an execution alone that has settled its deployment', async () => {
    const scene = await aScene();
    const id = await promoted(scene);

    expect(await settleAbandonedRollout(scene.ports, { deploymentId: id })).toEqual({ settled: false });
    expect(scene.live()).toEqual({ 42: 100 });
  });

  test('settleAbandonedRollout is safe to repeat after a crash, and records its entry once', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.breakNext('traffic.takeBack');

    await expect(settleAbandonedRollout(scene.ports, { deploymentId: id })).rejects.toMatchObject({
      name: 'Transient',
    });
    await settleAbandonedRollout(scene.ports, { deploymentId: id });

    expect(scene.kinds(id).filter((kind) => kind === 'ExecutionAbandoned')).toHaveLength(1);
    expect(scene.deployment(id).status).toBe('rolledBack');
  });
});

describe('reconcile', () => {
  test('reconcile starts the machine of a deployment that was opened and never started', async () => {
    const scene = await aScene();
    scene.breakNext('workflows.start');
    const id = await deploy(scene);
    await scene.pass(MINUTE);

    expect(await reconcile(scene.ports)).toMatchObject({ started: 1, settled: 0 });
    expect(scene.executions.get(`rollout ${id}`)).toBe('running');
  });

  test('reconcile leaves a deployment that a request is just starting', async () => {
    const scene = await aScene();
    scene.breakNext('workflows.start');
    await deploy(scene);

    expect(await reconcile(scene.ports)).toMatchObject({ started: 0 });
    expect(await reconcile(scene.ports, { startedWithinMs: 0 })).toMatchObject({ started: 1 });
  });

  test('reconcile settles a deployment whose execution has ended, and leaves one that runs', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await scene.pass(MINUTE);
    expect(await reconcile(scene.ports)).toMatchObject({ started: 0, settled: 0 });

    scene.executions.set(`rollout ${id}`, 'succeeded');
    expect(await reconcile(scene.ports)).toMatchObject({ settled: 1 });
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('reconcile publishes the messages that were not sent', async () => {
    const scene = await aScene();
    await deploy(scene);
    scene.breakNext('publisher.publish');
    await publishOutbox(scene.ports);
    expect(scene.delivered()).toEqual([]);

    expect(await reconcile(scene.ports)).toMatchObject({ published: 2 });
    expect(scene.ledger().pending.size).toBe(0);
    expect(scene.delivered().map(({ id }) => id)).toEqual(['dep-001-0001-event', 'dep-001-0001-notice']);
  });

  test('reconcile does what it can while a port is away, and the rest the next time', async () => {
    const scene = await aScene();
    await baking(scene);
    await scene.pass(MINUTE);
    scene.breakNext('workflows.status');

    expect(await reconcile(scene.ports)).toEqual({ started: 0, settled: 0, published: 0 });
  });

  test('reconcile reports an error that cannot pass by itself, and does its other work all the same', async () => {
    const scene = await aScene();
    scene.breakNext('publisher.publish');
    await baking(scene);
    await scene.pass(MINUTE);
    const pending = scene.ledger().pending.size;
    scene.breakNext('workflows.status', 'before', async () => {
      throw Object.assign(new Error('The role may not describe executions.'), { name: 'Broken', details: {} });
    });

    await expect(reconcile(scene.ports)).rejects.toMatchObject({ name: 'Broken' });
    expect(pending).toBe(0);
  });
});

describe('publishOutbox', () => {
  test('a message that was sent before a crash is sent again, and never lost', async () => {
    const scene = await aScene();
    await deploy(scene);
    scene.breakNext('outbox.recordPublished');
    await publishOutbox(scene.ports);
    await publishOutbox(scene.ports);

    expect(scene.delivered()).toHaveLength(4);
    expect(new Set(scene.delivered().map(({ id }) => id)).size).toBe(2);
    expect(scene.ledger().pending.size).toBe(0);
  });

  test('a topic that refuses every message stops no rollback, and reconcile reports it', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    const refuse = async () => {
      throw Object.assign(new Error('The role may not publish.'), { name: 'Broken', details: {} });
    };
    const publisher = { publish: refuse };

    await rollBack({ ...scene.ports, publisher }, { deploymentId: id });
    await settleDeployment({ ...scene.ports, publisher }, { deploymentId: id });

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).status).toBe('rolledBack');
    await expect(reconcile({ ...scene.ports, publisher })).rejects.toMatchObject({ name: 'Broken' });
    expect(await reconcile(scene.ports)).toMatchObject({ published: 4 });
  });

  test('reconcile sends a page behind a hundred notices of a topic that is gone, and names the topic', async () => {
    const scene = await aScene();
    const { publish } = scene.ports.publisher;
    const isWell = ({ channel, severity }: OutboxMessage) => channel === 'event' || severity === 'page';
    const publisher = {
      publish: async (messages: readonly OutboxMessage[]) => {
        const own = messages.filter(isWell);
        if (own.length === 0) throw new SlipwayError('NotFound', 'The topic of deployments is gone.');
        return publish(own);
      },
    };
    const cut = { ...scene, ports: { ...scene.ports, publisher } };
    for (let rounds = 0; rounds < 60; rounds += 1) {
      const id = await deploy(cut);
      await abortDeployment(cut.ports, { id, reason: 'a test', by: 'ada' });
      await run(cut, id);
    }
    const pages = () =>
      scene.delivered().filter(({ severity, channel }) => severity === 'page' && channel === 'notice');
    await pageOnce(cut.ports, { deploymentId: await baking(cut), because: 'a test' });
    expect([scene.ledger().pending.size > 100, pages().length]).toEqual([true, 0]);

    await expect(reconcile({ ...scene.ports, publisher })).rejects.toThrow('The topic of deployments is gone.');
    expect(pages()).toHaveLength(1);
  });

  test('publishOutbox keeps messages that the publisher did not take for later', async () => {
    const scene = await aScene();
    scene.breakNext('publisher.publish');
    await deploy(scene);
    const publisher = { publish: async () => [] };

    expect(await publishOutbox({ ...scene.ports, publisher })).toBe(0);
    expect(scene.ledger().pending.size).toBe(2);
  });

  test('publishOutbox reports an error that does not pass', async () => {
    const scene = await aScene();
    await deploy(scene);
    scene.breakNext('outbox.list', 'before', async () => {
      throw new TypeError('a bug');
    });

    await expect(publishOutbox(scene.ports)).rejects.toThrow('a bug');
  });
});

test('an undo of a promotion without a recorded version before it asks for one', async () => {
  const scene = await aScene();
  const id = await promoted(scene);
  const deployment = { ...scene.deployment(id), stable: null };

  await expect(undoPromotion(scene.ports, { deployment, because: 'red', by: 'ada' })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('Roll back with "to"'),
  });
});

test('an undo leaves an alias that a newer rollout has split to that rollout', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  const second = await baking(scene, { version: '43' });
  const deployment = scene.deployment(first);

  const outcome = undoPromotion(scene.ports, { deployment, because: 'Alarm red', by: 'ada' });

  await expect(outcome).rejects.toMatchObject({ name: 'Conflict' });
  expect(scene.deployment(second).status).toBe('rollingOut');
});

test('an undo that meets a rollout from the bad version supersedes it, and has its entry', async () => {
  const scene = await aScene();
  const first = await promoted(scene);
  const second = await deploy(scene, { version: '43' });

  const outcome = await undoPromotion(scene.ports, {
    deployment: scene.deployment(first),
    because: 'Alarm red',
    by: 'ada',
  });

  expect(outcome).toMatchObject({ kind: 'rollback', stable: '41', replaces: first });
  expect(scene.deployment(second)).toMatchObject({ status: 'superseded', replacedBy: outcome.id });
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.timeline(first).at(-1)).toMatchObject({ kind: 'TrafficTakenBack', data: { canaryPercent: 0 } });
});

test('a rollback that failed pages a person, and a deployment that has ended pages nobody', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const error = { Error: 'Lambda.Unknown', Cause: '{"errorMessage":"the alias is gone"}' };

  await pageOnCall(scene.ports, { deploymentId: id, error });
  expect(scene.timeline(id).at(-1)).toMatchObject({
    kind: 'RollBackFailed',
    because:
      'A task failed (Lambda.Unknown): the alias is gone. The traffic may still be on the new version: look at the target now.',
  });
  expect(scene.delivered().at(-1)).toMatchObject({ severity: 'page' });

  await settleAbandonedRollout(scene.ports, { deploymentId: id });
  const length = scene.timeline(id).length;
  await pageOnCall(scene.ports, { deploymentId: id, error });
  expect(scene.timeline(id)).toHaveLength(length);
});
