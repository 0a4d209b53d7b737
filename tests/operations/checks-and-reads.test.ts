import { fullAccess } from '../../src/domain/access/access.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { VERSION } from '../../src/domain/version.ts';
import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { checkService } from '../../src/operations/opening/check-service.ts';
import { explainDeployment } from '../../src/operations/reading/explain-deployment.ts';
import { listDeployments } from '../../src/operations/reading/list-deployments.ts';
import { listServices } from '../../src/operations/reading/list-services.ts';
import { readDeployment } from '../../src/operations/reading/read-deployment.ts';
import { readHealth } from '../../src/operations/reading/read-health.ts';
import { readReadiness } from '../../src/operations/reading/read-readiness.ts';
import { readService } from '../../src/operations/reading/read-service.ts';
import { afterTraffic } from '../../src/operations/rollout/after-traffic.ts';
import { beforeTraffic } from '../../src/operations/rollout/before-traffic.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { putService } from '../../src/operations/services/put-service.ts';
import { removeService } from '../../src/operations/services/remove-service.ts';
import { errorInWords } from '../../src/operations/steps/task-input.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, planned, promoted, run } from './a-rollout.ts';
import { ALARM, aScene } from './a-scene.ts';
import { threshold } from './in-a-scene.ts';

const smoke = { function: 'smoke-test' } as const;
const probe = { webhook: 'https://checks.example.com/probe' } as const;

describe('hooks', () => {
  test('a failed check before the traffic rolls back before any call reaches the new version', async () => {
    const scene = await aScene({ hooks: { beforeTraffic: [smoke, probe], afterTraffic: [] } });
    scene.hookAnswers.set(smoke.function, { passed: false, detail: 'the basket is empty' });
    const id = await baking(scene);

    expect(scene.deployment(id)).toMatchObject({
      status: 'rolledBack',
      because: 'Hook smoke-test (beforeTraffic) failed: the basket is empty',
    });
    expect(scene.kinds(id)).not.toContain('TrafficShifted');
    expect(scene.hookRuns).toEqual([
      { deploymentId: id, service: 'checkout', phase: 'beforeTraffic', stable: '41', canary: '42' },
    ]);
  });

  test('a failed check after the traffic rolls all of it back', async () => {
    const scene = await aScene({ hooks: { beforeTraffic: [smoke], afterTraffic: [probe] } });
    scene.hookAnswers.set(probe.webhook, { passed: false, detail: 'answered 500' });
    const id = await promoted(scene);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).status).toBe('rolledBack');
    expect(scene.kinds(id)).toEqual(
      expect.arrayContaining(['HookPassed', 'Promoted', 'HookFailed', 'TrafficTakenBack']),
    );
  });

  test('the check after the traffic runs only when all traffic is on the new version', async () => {
    const scene = await aScene({ hooks: { beforeTraffic: [], afterTraffic: [probe] } });
    const id = await baking(scene);

    await afterTraffic(scene.ports, { deploymentId: id });

    expect(scene.hookRuns).toEqual([]);
  });

  test('a retreat does not wait for the checks that have not run', async () => {
    const scene = await aScene({ hooks: { beforeTraffic: [smoke, probe], afterTraffic: [] } });
    const id = await planned(scene);
    scene.breakNext('hooks.run', 'after', async () => {
      await abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
    });

    expect(await beforeTraffic(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'rollBack' } });
    expect(scene.hookRuns).toHaveLength(1);
  });

  test('a check that cannot be reached is tried again, and does not end the rollout by itself', async () => {
    const scene = await aScene({ hooks: { beforeTraffic: [smoke], afterTraffic: [] } });
    const id = await planned(scene);
    scene.breakNext('hooks.run');

    await expect(beforeTraffic(scene.ports, { deploymentId: id })).rejects.toMatchObject({ name: 'Transient' });
    expect(await beforeTraffic(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'shift' } });
  });
});

describe('judging and explaining', () => {
  test('explain shows the verdict, its periods, and how it ended', async () => {
    const scene = await aScene({ judge: threshold });
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.rows.push({
      startsAt: scene.now() - MINUTE,
      canary: { requests: 100, errors: 30, durationP99Ms: 20 },
      stable: { requests: 900, errors: 0, durationP99Ms: 20 },
    });
    await goOn(scene, id);

    const { deployment, verdicts, turningPoints, alarms, periods } = await explainDeployment(scene.ports, { id });

    expect(deployment).toMatchObject({
      status: 'rolledBack',
      because: expect.stringContaining('errorRatePercent more than 5'),
    });
    expect(verdicts.map(({ kind }) => kind)).toEqual(['VerdictReached', 'DeploymentRolledBack']);
    expect(turningPoints.map(({ kind }) => kind)).toEqual(['TrafficTakenBack']);
    expect(alarms).toEqual([]);
    expect(verdicts[0]).toMatchObject({ because: expect.stringContaining('the canary had 30.00; stable 0.00') });
    expect(periods).toEqual(scene.rows);
  });

  test('explain shows the present state of the alarms while the deployment is in flight or watched', async () => {
    const scene = await aScene({ alarms: [ALARM, 'checkout-latency'] });
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm('checkout-latency');
    const alarmsOf = async () => (await explainDeployment(scene.ports, { id })).alarms;
    expect(await alarmsOf()).toMatchObject([
      { name: ALARM, state: 'ok', since: expect.any(Number) },
      { name: 'checkout-latency', state: 'missing', since: null },
    ]);
    scene.setAlarm('INSUFFICIENT_DATA');
    expect((await alarmsOf())[0]).toMatchObject({ state: 'insufficientData', because: 'set by the test.' });
  });

  test('explain shows the alarms of a promoted deployment until its watch ends', async () => {
    const scene = await aScene();
    const id = await promoted(scene);
    const shown = async () => (await explainDeployment(scene.ports, { id })).alarms.length;
    expect(await shown()).toBe(1);
    await scene.pass(31 * MINUTE);
    expect(await shown()).toBe(0);
  });

  test('explain shows its evidence also while CloudWatch gives no answer', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    const failing = (error: Error) => ({ ...scene.ports, alarms: { read: () => Promise.reject(error) } });
    const throttled = new SlipwayError('Transient', 'CloudWatch throttles the call. Repeat it in a moment.');
    expect(await explainDeployment(failing(throttled), { id })).toMatchObject({
      deployment: { id },
      alarms: [{ name: ALARM, state: 'unknown', because: throttled.message, since: null }],
    });
    await expect(explainDeployment(failing(new Error('a bug')), { id })).rejects.toThrow('a bug');
  });

  test('a canary without traffic is held for a person, and continues by promote', async () => {
    const scene = await aScene({ judge: threshold, noData: 'hold' });
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
    expect(scene.deployment(id)).toMatchObject({
      status: 'paused',
      because: expect.stringContaining('Too little traffic'),
    });

    await signalDeployment(scene.ports, { id, signal: 'promote', reason: 'I looked', by: 'ada' });
    await goOn(scene, id);
    expect(scene.deployment(id).status).toBe('promoted');
  });

  test('a canary that never had enough traffic to judge is extended a bounded number of times, then rolled back', async () => {
    const scene = await aScene({ judge: threshold, noData: 'extend', deadline: { hours: 10 } });
    const id = await baking(scene);
    for (let bake = 0; bake < 4; bake += 1) {
      await scene.pass(5 * MINUTE);
      await goOn(scene, id);
    }

    expect(scene.kinds(id).filter((kind) => kind === 'BakeStarted')).toHaveLength(4);
    expect(scene.deployment(id)).toMatchObject({
      status: 'rolledBack',
      because: expect.stringContaining('prolonged 3 times'),
    });
  });

  test('a red alarm at the judge step rolls back, whatever the metrics say', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.setAlarm('ALARM');
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);

    expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', because: `Alarm ${ALARM} is red` });
  });

  test('a bake that is woken early without a signal goes on for the rest of its time', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await scene.pass(MINUTE);

    expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({
      next: { do: 'bake', forSeconds: 240 },
    });
    expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({
      next: { do: 'bake', forSeconds: 240 },
    });
  });

  test('a judgement of a deployment that has ended stops', async () => {
    const scene = await aScene();
    const id = await promoted(scene);

    expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'stop' } });
  });
});

describe('reads and services', () => {
  test('a deployment is read with its whole timeline, and deployments are listed newest first', async () => {
    const scene = await aScene();
    const first = await promoted(scene);
    await scene.pass(MINUTE);
    const second = await baking(scene, { version: '43' });

    const { deployment, timeline } = await readDeployment(scene.ports, { id: first });
    expect(deployment.id).toBe(first);
    expect(timeline.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const page = await listDeployments(scene.ports, { service: 'checkout', limit: 10, access: fullAccess('grace') });
    expect(page.items.map(({ id }) => id)).toEqual([second, first]);
  });

  test('a service is written, read, listed, checked and removed; a service with a rollout in flight is not removed', async () => {
    const scene = await aScene();
    const spec = aSpec({ alarms: [ALARM, 'typo'] });

    expect(await putService(scene.ports, { spec, by: 'grace' })).toMatchObject({ revision: 2, updatedBy: 'grace' });
    expect(await readService(scene.ports, { name: 'checkout' })).toMatchObject({ spec });
    const access = fullAccess('grace');
    expect(await listServices(scene.ports, { access })).toHaveLength(1);
    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([
      { check: 'alarmExists', subject: 'typo' },
    ]);
    await putService(scene.ports, { spec: aSpec(), by: 'grace' });
    const id = await baking(scene);
    await expect(removeService(scene.ports, { name: 'checkout', by: 'grace' })).rejects.toMatchObject({
      name: 'Conflict',
    });
    await run(scene, id);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
    await removeService(scene.ports, { name: 'checkout', by: 'grace' });
    expect(await listServices(scene.ports, { access })).toEqual([]);
  });

  test('the check of a service whose function does not exist says so', async () => {
    const scene = await aScene({ target: { kind: 'lambda', function: 'cart', alias: 'live' }, alarms: [] });

    expect(await checkService(scene.ports, { name: 'checkout' })).toMatchObject([
      { check: 'targetExists', severity: 'error' },
      { check: 'alarmsNamed', severity: 'warning' },
    ]);
  });

  test('a check that cannot be made is an error and no finding', async () => {
    const scene = await aScene();
    scene.breakNext('traffic.read');

    await expect(checkService(scene.ports, { name: 'checkout' })).rejects.toMatchObject({ name: 'Transient' });
  });

  test('health calls no port', async () => {
    expect(await readHealth()).toEqual({ status: 'ok', version: VERSION });
  });

  test('readiness names the part that is away, and never repeats the words of a driver', async () => {
    const fine = { check: async () => {} };
    const away = {
      check: async () => {
        throw new SlipwayError('Transient', 'The database cannot be reached. Check DATABASE_URL.');
      },
    };
    const leaking = {
      check: async () => {
        throw new Error('connect ECONNREFUSED admin@10.0.0.7');
      },
    };

    expect(await readReadiness({ database: fine, workflows: fine })).toMatchObject({ ready: true });
    expect(await readReadiness({ database: away, workflows: leaking })).toEqual({
      ready: false,
      parts: [
        { name: 'database', ok: false, detail: 'The database cannot be reached. Check DATABASE_URL.' },
        { name: 'workflows', ok: false, detail: 'The workflows could not be checked.' },
      ],
    });
  });
});

test.each([
  [{ Error: 'Broken', Cause: '{"errorMessage":"no such alias"}' }, 'A task failed (Broken): no such alias'],
  [{ Error: 'Broken', Cause: { errorMessage: 'no such alias' } }, 'A task failed (Broken): no such alias'],
  [{ Error: 'Broken', Cause: { other: 1 } }, 'A task failed (Broken)'],
  [{ Error: 'States.Timeout', Cause: 'it took too long' }, 'A task failed (States.Timeout): it took too long'],
  [{ Error: 'Broken', Cause: '{not json' }, 'A task failed (Broken): {not json'],
  [{ Cause: 'odd' }, 'A task failed (unknown error): odd'],
  [{}, 'A task failed (unknown error)'],
])('the error %j reads as one sentence', (caught, words) => {
  expect(errorInWords(caught)).toBe(words);
});
