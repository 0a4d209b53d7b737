/**
 * Rollouts in virtual time: what Step Functions charges for a good rollout, and how quickly a bad one is rolled back.
 */

import type { KubernetesTarget, Target } from '../src/domain/service/service-spec.ts';
import { startRollout } from '../src/operations/opening/start-rollout.ts';
import { type Installation, simulatedInstallation } from '../src/simulation/installation.ts';
import { simulate } from '../src/simulation/simulate.ts';
import { faultSource } from '../src/twin/cloud/faults.ts';
import { calledAs } from '../src/twin/cloud/workload-calls.ts';
import { seededRandom } from '../src/twin/random.ts';
import { type VirtualScheduler, virtualScheduler } from '../src/twin/scheduler.ts';
import { NOON, sampleSpec } from '../tests/contracts/store-samples.ts';
import { quantile, type Row } from './row.ts';

const SEEDS = 100;
const TRANSITIONS_MAX = 30;
const ROLLOUTS_A_SECOND_MIN = 200;
const FOUR_STEPS = [10, 25, 50, 75].flatMap((setWeight) => [{ setWeight }, { bake: { minutes: 5 } }, { judge: {} }]);
const LATENCY_MAX_MS = 150;
const WARM_UP_MS = 5 * 60_000;
const SIMULATED_FOR_MS = 5_000;
const ALARM = 'checkout-errors';
const FUNCTION: Target = { kind: 'lambda', function: 'checkout', alias: 'live' };
const WORKLOAD: KubernetesTarget = {
  kind: 'kubernetes',
  cluster: 'bench',
  namespace: 'bench',
  workload: 'checkout',
  route: { kind: 'replicas' },
  manifests: { port: 8080, replicas: 9, environment: {}, secrets: [] },
  readyWithin: { minutes: 5 },
};

export async function benchRollouts(): Promise<Row[]> {
  return [
    await transitionsRow(),
    ...(await reactionRows('metrics of 10 seconds', { periodSeconds: 10, within: 20 })),
    ...(await reactionRows('metrics of a minute', { periodSeconds: 60, within: 100 })),
    ...(await clusterRows()),
    await simulatedRow(),
  ];
}

async function transitionsRow(): Promise<Row> {
  const { installation } = await rollOut({ seed: 1, periodSeconds: 60, code: 'good' });
  const [execution] = installation.workflows.executions();
  const count = execution?.states.length ?? Number.POSITIVE_INFINITY;
  return {
    what: 'Step Functions transitions of a four-step canary, five minutes a step',
    goal: `<= ${TRANSITIONS_MAX}`,
    measured: `${count} (${execution?.status})`,
    ok: count <= TRANSITIONS_MAX && execution?.status === 'SUCCEEDED',
  };
}

async function reactionRows(
  metrics: string,
  { periodSeconds, within }: { periodSeconds: 10 | 60; within: number },
): Promise<Row[]> {
  const reactions: Reaction[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) reactions.push(await reactionOf({ seed, periodSeconds }));
  const fromAlarm = reactions.map(({ fromAlarmMs }) => fromAlarmMs / 1_000);
  const fromShift = reactions.map(({ fromShiftMs }) => fromShiftMs / 1_000);
  return [
    secondsRow(`first call on a bad version to weight 0, ${metrics}: p50`, {
      seconds: quantile(fromShift, 0.5),
      max: within,
    }),
    secondsRow(`alarm to weight 0, ${metrics}: p50`, { seconds: quantile(fromAlarm, 0.5), max: 1 }),
    secondsRow(`alarm to weight 0, ${metrics}: p99`, { seconds: quantile(fromAlarm, 0.99), max: 3 }),
  ];
}

function secondsRow(what: string, { seconds, max }: { seconds: number; max: number }): Row {
  return { what, goal: `<= ${max} s`, measured: `${seconds.toFixed(2)} s`, ok: seconds <= max };
}

interface Reaction {
  readonly fromAlarmMs: number;
  readonly fromShiftMs: number;
}

/**
 * In the bad version 30 % of the calls fail. Its first call comes with its first weight, exact to a tenth of a second.
 */
async function reactionOf(order: { seed: number; periodSeconds: 10 | 60 }): Promise<Reaction> {
  const { installation, alarmedAt } = await rollOut({ ...order, code: 'bad' });
  const moves = installation.moves.list();
  const first = moves[0];
  const back = moves.find(({ order: asked }) => asked?.canaryPercent === 0);
  if (first === undefined || back === undefined || alarmedAt === null) throw new Error('It was not taken back.');
  return { fromAlarmMs: back.at - alarmedAt, fromShiftMs: back.at - first.at };
}

/**
 * On Kubernetes a rollback begins with a build on Lambda compute. Its start time is modelled on AWS: 1.3 to 3.8
 * seconds.
 */
async function clusterRows(): Promise<Row[]> {
  const seconds: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { leftAt, alarmedAt } = await rollOut({ seed, periodSeconds: 10, code: 'bad', where: 'kubernetes' });
    if (leftAt === null || alarmedAt === null) throw new Error('It was not taken back.');
    seconds.push((leftAt - alarmedAt) / 1_000);
  }
  const what = 'alarm to no call on the canary, on Kubernetes';
  return [
    secondsRow(`${what}: p50`, { seconds: quantile(seconds, 0.5), max: 1 }),
    secondsRow(`${what}: p99`, { seconds: quantile(seconds, 0.99), max: 3 }),
  ];
}

interface Order {
  readonly seed: number;
  readonly periodSeconds: 10 | 60;
  readonly code: 'good' | 'bad';
  readonly where?: 'kubernetes';
}

interface Ended {
  readonly installation: Installation;
  /** When the alarm first turned red. */
  readonly alarmedAt: number | null;
  /** When the last pod of the canary got no calls any more. */
  readonly leftAt: number | null;
}

/** Deploys the code, and lets time pass until the deployment has ended. */
export async function rollOut(order: Order): Promise<Ended> {
  const { scheduler, installation } = await worldWith(order);
  const { cloud, ledger } = installation;
  const deploy = async (image: string, afterEach: () => Promise<void> = async () => {}) => {
    let asked = false;
    void installation
      .invoke({ functionKey: 'startDeployment', deploymentId: null }, (ports) =>
        startRollout(ports, { service: 'checkout', artifact: { image }, by: 'bench', requestKey: null }),
      )
      .then(() => {
        asked = true;
      });
    while (!asked || ledger.view().inFlight.size > 0 || installation.workflows.running().length > 0) {
      await scheduler.runNext();
      await afterEach();
    }
  };
  // On a cluster the first deployment brings the version to which a rollback returns. There are no calls before that
  // version exists.
  if (order.where === 'kubernetes') await deploy('good:1');
  cloud.setLoad({ ...calledAs(order.where === 'kubernetes' ? WORKLOAD : FUNCTION), requestsPerSecond: 50 });
  await scheduler.advanceTo(scheduler.now() + WARM_UP_MS);
  let alarmedAt: number | null = null;
  let leftAt: number | null = null;
  await deploy(`${order.code}:2`, async () => {
    const [alarm] = await cloud.ports.alarms.read([ALARM]);
    if (alarm?.state === 'ALARM') alarmedAt ??= alarm.changedAt;
    if (alarmedAt !== null && cloud.workloads.shares(WORKLOAD).size === 1) leftAt ??= scheduler.now();
  });
  await cloud.close();
  return { installation, alarmedAt, leftAt };
}

async function worldWith({
  seed,
  periodSeconds,
  where,
}: Order): Promise<{ scheduler: VirtualScheduler; installation: Installation }> {
  // The seed decides which call comes first in a period.
  const startAt = NOON + ((seed * 7_919) % 60_000);
  const scheduler = virtualScheduler({ startAt });
  const random = seededRandom(seed);
  const noFaults = faultSource({ plan: {}, random, scheduler });
  const behaviour = { medianMs: 40, p99Ms: 180, coldStartMs: 200 };
  const installation = simulatedInstallation({
    scheduler,
    random,
    faults: { ledger: noFaults, outside: noFaults, cluster: noFaults },
    latencyMaxMs: LATENCY_MAX_MS,
    cloud: {
      // A failure of the good version in the first calls of a period would turn the alarm red too early.
      behaviours: { good: { ...behaviour, errorPercent: 0 }, bad: { ...behaviour, errorPercent: 30 } },
      delays: (events) => [50 + Math.min(800, events.exponential(150))],
    },
  });
  const { cloud, ledger, moves } = installation;
  const target = where === 'kubernetes' ? WORKLOAD : FUNCTION;
  const spec = sampleSpec('checkout', {
    target,
    strategy: FOUR_STEPS,
    alarms: [ALARM],
    judge: { kind: 'alarms-only' },
    hooks: { beforeTraffic: [], afterTraffic: [] },
  });
  const { functionName, alias } = calledAs(target);
  if (target.kind === 'lambda') cloud.addFunction({ name: functionName, alias, artifact: { image: 'good' } });
  else {
    cloud.cluster.addNamespace(target.namespace);
    cloud.workloads.watch(target);
  }
  cloud.alarms.putAlarm(
    {
      name: ALARM,
      metric: 'ErrorRate',
      dimensions: { FunctionName: functionName, Resource: `${functionName}:${alias}` },
      periodSeconds,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      threshold: 1,
      comparison: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    },
    'OK',
  );
  moves.watch({ name: spec.name, target });
  await ledger.services.write({ spec, by: 'bench', at: startAt });
  return { scheduler, installation };
}

/**
 * In CPU time of this thread, so that other processes do not count. Long enough that the first seed's warm-up does not
 * count for much.
 */
async function simulatedRow(): Promise<Row> {
  let rollouts = 0;
  const startedAt = performance.now();
  const cpu = process.threadCpuUsage();
  for (let seed = 1; performance.now() - startedAt < SIMULATED_FOR_MS; seed += 1)
    rollouts += (await simulate(seed)).rollouts;
  const { user, system } = process.threadCpuUsage(cpu);
  const aSecond = rollouts / ((user + system) / 1e6);
  return {
    what: 'simulated rollouts a second of CPU time, every invariant checked after every step',
    goal: `>= ${ROLLOUTS_A_SECOND_MIN}`,
    measured: aSecond.toFixed(0),
    ok: aSecond >= ROLLOUTS_A_SECOND_MIN,
    value: aSecond,
  };
}
