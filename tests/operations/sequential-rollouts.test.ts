import type { JudgedMetric, SequentialJudge } from '../../src/domain/service/service-spec.ts';
import type { VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { explainDeployment } from '../../src/operations/reading/explain-deployment.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { asEver, aVersion, LATENCIES, SLOW } from '../domain/a-period.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

const errors: JudgedMetric = { metric: 'errors', weight: 1, observedOnly: false };
const latency: JudgedMetric = { metric: 'latency', weight: 1, observedOnly: false };
const bothJudged = (change: Partial<SequentialJudge> = {}) =>
  aSequentialJudge({ metrics: [errors, latency], ...change });

/** A rollout that bakes at 10 %, for a service whose latency was measured for an hour. */
async function measuredBake(judge: SequentialJudge, spec: Parameters<typeof aScene>[0] = {}) {
  const scene = await aScene({ judge, ...spec });
  scene.latenciesMs.push(...LATENCIES);
  const id = await baking(scene);
  for (let minute = -70; minute < 0; minute += 1) push(scene, { id, minute, canary: aVersion(0, 0) });
  return { scene, id };
}

interface Minute {
  readonly id: string;
  readonly minute: number;
  readonly canary: VersionPeriod;
  readonly stable?: VersionPeriod;
}

function push(scene: Scene, { id, minute, canary, stable = asEver(900) }: Minute): void {
  scene.rows.push({ startsAt: scene.deployment(id).openedAt + minute * MINUTE, canary, stable });
}

/** Lets a minute pass, with these figures. */
async function pass(scene: Scene, row: Minute): Promise<void> {
  await scene.pass(MINUTE);
  push(scene, row);
}

test('a slow canary is found by its latency, without an alarm', async () => {
  const { scene, id } = await measuredBake(bothJudged(), { alarms: [] });
  for (let minute = 0; minute < 3; minute += 1) {
    await pass(scene, { id, minute, canary: SLOW });
    await observeRollouts(scene.ports);
  }

  expect(scene.deployment(id).signal).toMatchObject({
    kind: 'rollBack',
    by: 'judge',
    because: expect.stringMatching(/^requests over \d+ ms: /),
  });
  expect(scene.live()).toEqual({ 41: 100 });
  const verdict = scene.timeline(id).find(({ kind }) => kind === 'VerdictReached');
  expect(verdict?.data).toMatchObject({
    verdict: 'unhealthy',
    evidence: [
      { metric: 'errors', outcome: 'pass' },
      { metric: 'latency', outcome: 'fail', limit: 5.298 },
    ],
  });
  expect((await scene.ports.verdicts.list(id))[0]).toHaveProperty('canary.slower', [90, 50, 20]);
});

test('explain shows the evidence of every minute, and the reason in a sentence', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  for (let minute = 0; minute < 3; minute += 1) await pass(scene, { id, minute, canary: SLOW });
  await observeRollouts(scene.ports);

  const { replay, verdicts } = await explainDeployment(scene.ports, { id });

  expect(replay).toMatchObject({ kind: 'unhealthy', because: scene.deployment(id).signal?.because });
  expect(replay?.metrics.map(({ name, series }) => [name, series.length])).toEqual([
    ['errors', 1],
    ['latency', 3],
  ]);
  expect(replay?.metrics[1]?.series[0]?.periods.map(({ because }) => because)[1]).toContain('90 in 100 requests');
  expect(verdicts.map(({ kind }) => kind)).toContain('VerdictReached');
});

test('explain has no judgement when the evidence of a deployment that has ended is gone', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  await pass(scene, { id, minute: 0, canary: SLOW });
  await observeRollouts(scene.ports);
  const verdicts = { ...scene.ports.verdicts, list: async () => [] };
  expect((await explainDeployment({ ...scene.ports, verdicts }, { id })).replay).not.toBeNull();
  await scene.ports.deployments.record(id, ({ deployment }) => ({
    deployment: { ...deployment, status: 'rolledBack', settledAt: scene.ports.clock.now() },
    entries: [],
  }));
  expect((await explainDeployment({ ...scene.ports, verdicts }, { id })).replay).toBeNull();
});

test('explain has nothing to replay for another judge', async () => {
  const scene = await aScene();
  const id = await baking(scene);

  expect((await explainDeployment(scene.ports, { id })).replay).toBeNull();
});

test('the first look fixes the baseline: later figures of stable do not move it, and only new rows are read', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  await pass(scene, { id, minute: 0, canary: asEver(100) });
  await observeRollouts(scene.ports);
  const { baseline } = scene.deployment(id);
  scene.latenciesMs.splice(0, 3, 400, 900);
  await pass(scene, { id, minute: 1, canary: asEver(100) });
  await observeRollouts(scene.ports);

  expect(baseline).toMatchObject({ latenciesMs: LATENCIES, histories: { errors: { rate: 0.01 } } });
  expect(scene.deployment(id).baseline).toEqual(baseline);
  const minutes = scene.queries.map(({ from, to }) => (to - from) / MINUTE);
  expect(minutes).toEqual([71, 2]);
  expect(scene.queries.map(({ latenciesMs }) => latenciesMs)).toEqual([LATENCIES, LATENCIES]);
  expect(scene.calls.filter((call) => call === 'metrics.readLatencies')).toHaveLength(1);
});

test('the minute in which a rollout is opened is neither history nor evidence', async () => {
  const scene = await aScene({ judge: bothJudged() });
  await scene.pass(20_000);
  const id = await baking(scene);
  const minuteOfOpening = scene.deployment(id).openedAt - 20_000;
  scene.latenciesMs.push(...LATENCIES);
  for (let minute = -70; minute < 3; minute += 1) {
    const canary = minute < 1 ? aVersion(0, 0) : asEver(100);
    const stable = minute === 0 ? aVersion(900, 900, [900, 900, 900]) : asEver(900);
    scene.rows.push({ startsAt: minuteOfOpening + minute * MINUTE, canary, stable });
  }
  await scene.pass(MINUTE + 30_000);
  await observeRollouts(scene.ports);
  expect(scene.queries).toEqual([]);
  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);

  expect(scene.queries).toMatchObject([
    { from: minuteOfOpening - 70 * MINUTE, to: minuteOfOpening + 2 * MINUTE, latenciesMs: LATENCIES },
  ]);
  expect(scene.deployment(id).baseline?.histories).toMatchObject({ errors: { rate: 0.01, burstiness: 0 } });
  expect((await scene.ports.verdicts.list(id)).map(({ startsAt }) => startsAt)).toEqual([minuteOfOpening + MINUTE]);
});

test('when two processes look first at one time, the stored baseline wins and the other process reads it', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  await pass(scene, { id, minute: 0, canary: asEver(100) });
  scene.breakNext('metrics.read', 'after', async () => {
    scene.latenciesMs.splice(0, 3, 400, 900);
    await observeRollouts(scene.ports);
    scene.latenciesMs.splice(0, 2, ...LATENCIES);
  });

  await observeRollouts(scene.ports);
  expect(scene.deployment(id).baseline?.latenciesMs).toEqual([400, 900]);
  await scene.pass(5 * MINUTE);
  await judgeCanary(scene.ports, { deploymentId: id });
  expect(scene.queries.at(-1)?.latenciesMs).toEqual([400, 900]);
});

test('a judge step that comes second to another first look judges by the stored baseline', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  await scene.pass(5 * MINUTE);
  scene.breakNext('metrics.read', 'after', async () => {
    scene.latenciesMs.splice(0, 3, 400, 900);
    await observeRollouts(scene.ports);
  });

  await goOn(scene, id);

  expect(scene.queries.map(({ latenciesMs }) => latenciesMs)).toEqual([LATENCIES, [400, 900], [400, 900]]);
  expect(scene.kinds(id).filter((kind) => kind === 'VerdictReached')).toHaveLength(1);
});

test.each(['metrics.read', 'metrics.readLatencies'])(
  'a throttle of %s during a tick stops neither alarms nor deadlines, and the tick is reported as failed',
  async (call) => {
    const { scene, id } = await measuredBake(bothJudged());
    await pass(scene, { id, minute: 0, canary: asEver(100) });
    scene.setAlarm('ALARM');
    scene.breakNext(call);

    await expect(observeRollouts(scene.ports)).rejects.toMatchObject({ name: 'Transient' });
    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).baseline).toBeNull();
  },
);

test('a throttle during a tick stops no rollback at the deadline, and the judge step is tried again', async () => {
  const { scene, id } = await measuredBake(bothJudged());
  await scene.pass(5 * MINUTE);
  scene.breakNext('metrics.read');
  await expect(judgeCanary(scene.ports, { deploymentId: id })).rejects.toMatchObject({ name: 'Transient' });
  await scene.pass(60 * MINUTE);
  scene.breakNext('metrics.read');

  await expect(observeRollouts(scene.ports)).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.deployment(id).signal).toMatchObject({ because: 'The deadline of the rollout has passed' });
});

const busy = { canary: asEver(100_000), stable: asEver(900_000) };

test('a bake ends when harm is ruled out, by a recorded skip of the judge', async () => {
  const { scene, id } = await measuredBake(bothJudged({ endsBakesEarly: true }));
  for (let minute = 0; minute < 2; minute += 1) {
    await pass(scene, { id, minute, ...busy });
    await observeRollouts(scene.ports);
    expect(scene.deployment(id).signal?.kind).toBe(minute === 0 ? undefined : 'skip');
  }

  expect(scene.deployment(id).signal).toMatchObject({ by: 'judge', because: expect.stringContaining('is ruled out') });
  expect(scene.answered).toEqual([scene.ledger().waits.get(id)]);
  expect(scene.kinds(id).slice(-2)).toEqual(['VerdictReached', 'SignalReceived']);
  await goOn(scene, id);
  expect(scene.deployment(id).status).toBe('promoted');
});

test('a bake that must last its time lasts, and so does a paused one, and an approval', async () => {
  const lasting = await measuredBake(bothJudged({ endsBakesEarly: false }));
  const paused = await measuredBake(bothJudged({ endsBakesEarly: true }));
  const approval = await measuredBake(bothJudged({ endsBakesEarly: true }), {
    strategy: [{ setWeight: 10 }, { approve: { within: { minutes: 30 } } }],
  });
  const { scene: held, id: heldId } = paused;
  await signalDeployment(held.ports, { id: heldId, signal: 'pause', reason: 'lunch', by: 'ada' });
  await goOn(held, heldId);
  for (const { scene, id } of [lasting, paused, approval]) {
    for (let minute = 0; minute < 4; minute += 1) {
      await pass(scene, { id, minute, ...busy });
      await observeRollouts(scene.ports);
    }
    expect(scene.deployment(id).signal).toBeNull();
    expect(scene.kinds(id)).not.toContain('VerdictReached');
  }
});

test('a pause that comes while the judge ends the bake holds', async () => {
  const { scene, id } = await measuredBake(bothJudged({ endsBakesEarly: true }));
  await pass(scene, { id, minute: 0, ...busy });
  await observeRollouts(scene.ports);
  await pass(scene, { id, minute: 1, ...busy });
  scene.breakNext('metrics.read', 'after', async () => {
    await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'look', by: 'ada' });
  });

  await observeRollouts(scene.ports);

  expect(scene.deployment(id).signal).toMatchObject({ kind: 'pause', by: 'ada' });
});

test('a canary whose traffic stopped is not called healthy at the judge step', async () => {
  const { scene, id } = await measuredBake(aSequentialJudge());
  await pass(scene, { id, minute: 0, canary: asEver(100) });
  await pass(scene, { id, minute: 1, canary: asEver(100) });
  await scene.pass(4 * MINUTE);
  await goOn(scene, id);

  expect(scene.deployment(id)).toMatchObject({
    status: 'paused',
    because: 'The canary had no request in the last 2 minutes',
  });
});

test('a missing metric is inconclusive with the reason, and a metric that is only observed decides nothing', async () => {
  const step = async (metrics: readonly JudgedMetric[]) => {
    const scene = await aScene({ judge: aSequentialJudge({ metrics }) });
    const id = await baking(scene);
    for (let minute = -70; minute < 0; minute += 1) {
      push(scene, { id, minute, canary: aVersion(0, 0), stable: aVersion(900, 9) });
    }
    for (let minute = 0; minute < 5; minute += 1) {
      await pass(scene, { id, minute, canary: aVersion(100, 1), stable: aVersion(900, 9) });
    }
    await goOn(scene, id);
    return scene.deployment(id);
  };

  expect(await step([errors, latency])).toMatchObject({
    status: 'paused',
    because: expect.stringContaining('latency of the stable version was not measured'),
  });
  expect(await step([errors, { ...latency, observedOnly: true }])).toMatchObject({ status: 'promoted' });
});

test('a minute keeps the rows of the last ten minutes, and the judge step keeps all rows', async () => {
  const { scene, id } = await measuredBake(aSequentialJudge(), {
    strategy: [{ setWeight: 10 }, { bake: { minutes: 15 } }, { judge: {} }],
  });
  for (let minute = 0; minute < 15; minute += 1) await pass(scene, { id, minute, canary: asEver(100) });
  await observeRollouts(scene.ports);
  expect(await scene.ports.verdicts.list(id)).toHaveLength(10);

  await goOn(scene, id);
  expect(await scene.ports.verdicts.list(id)).toHaveLength(15);
});
