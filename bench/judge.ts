/** What the judge costs: one period through the sequential judge, and one tick of the observer over a thousand rollouts in flight. */
import type { CloudWatchClient, GetMetricDataCommand, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { cloudwatchMetrics } from '../src/aws/cloudwatch-metrics.ts';
import type { Judge } from '../src/domain/service/service-spec.ts';
import type { CountKey, PeriodRow } from '../src/domain/verdict/period-row.ts';
import { POLICY_DEFAULTS, type SequentialPolicy, type SeriesPolicy } from '../src/domain/verdict/policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from '../src/domain/verdict/ratios.ts';
import { initial, next } from '../src/domain/verdict/sequential.ts';
import { verdictOf } from '../src/domain/verdict/sequential-verdict.ts';
import { type ObserveRolloutsPorts, observeRollouts } from '../src/operations/nets/observe-rollouts.ts';
import { rehearsalLedger } from '../src/twin/ledger/ledger.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from '../tests/contracts/store-samples.ts';
import { median, type Row } from './row.ts';

const MINUTE_MS = 60_000;
const MINUTES = 30;
const ROLLOUTS = 1_000;
const CALLS_MAX = 10;

export async function benchJudge(): Promise<Row[]> {
  return [
    ...rowThroughEngine('errors', ['errors']),
    ...rowThroughEngine('errors and three latencies', ['errors', ...LATENCIES]),
    ...(await tickRows('errors', 'errors')),
    ...(await tickRows('errors and three latencies', 'latency')),
  ];
}

const LATENCIES = ['requests over 50 ms', 'requests over 120 ms', 'requests over 400 ms'] as const;
const ABOVE_SHARES = [0.5, 0.1, 0.01];

function seriesOf(name: string, index: number): SeriesPolicy {
  const isErrors = name === 'errors';
  const harms = isErrors ? ERROR_HARMS : LATENCY_HARMS;
  const count: CountKey = isErrors ? 'errors' : index - 1;
  return { count, name, harms, history: { rate: 0.01, burstiness: 0 }, badRate: isErrors ? 0.2 : null };
}

const REPEATS = 300;

function rowThroughEngine(what: string, names: readonly string[]): Row[] {
  const metrics = names.map((name, index) => ({
    name,
    weight: 1,
    series: [seriesOf(name, index)],
    observedOnly: false,
  }));
  const policy: SequentialPolicy = { ...POLICY_DEFAULTS, warmUpMs: 0, metrics };
  const rows = Array.from({ length: MINUTES }, (_, minute) => rowOf(minute));
  const [times, states]: [number[], ReturnType<typeof initial>[]] = [[], []];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const startedAt = performance.now();
    states.push(rows.reduce(next, initial(policy)));
    times.push(((performance.now() - startedAt) * 1_000) / MINUTES);
  }
  const startedAt = performance.now();
  for (const state of states) verdictOf(state);
  const verdict = ((performance.now() - startedAt) * 1_000) / states.length;
  return [
    microsRow(`one minute's row through the engine: ${what}`, median(times)),
    microsRow(`a verdict with its intervals: ${what}`, verdict),
  ];
}

function microsRow(what: string, micros: number): Row {
  return { what, goal: '', measured: `${micros.toFixed(0)} µs`, ok: true };
}

function rowOf(minute: number): PeriodRow {
  const version = (requests: number) => ({
    requests,
    errors: Math.round(requests * 0.01),
    durationP99Ms: null,
    slower: ABOVE_SHARES.map((share) => Math.round(requests * share)),
  });
  // No two periods are alike, as in a real service.
  return { startsAt: minute * MINUTE_MS, canary: version(600 + minute), stable: version(5_400 - minute) };
}

async function tickRows(what: string, judged: 'errors' | 'latency'): Promise<Row[]> {
  const scene = await thousandRollouts(judged);
  await observeRollouts(scene.ports);
  scene.calls.splice(0);
  const startedAt = performance.now();
  await observeRollouts(scene.ports);
  const seconds = (performance.now() - startedAt) / 1_000;
  const tick = `${ROLLOUTS} rollouts in flight for ${MINUTES} minutes, one tick, ${what}`;
  // CloudWatch accepts 500 series per call. The requests, errors and latencies of two versions need this many calls.
  const callsMax = judged === 'errors' ? CALLS_MAX : 23;
  return [
    {
      what: `${tick}: GetMetricData calls`,
      goal: `<= ${callsMax}`,
      measured: String(scene.calls.length),
      ok: scene.calls.length <= callsMax,
    },
    { what: `${tick}: seconds`, goal: '', measured: `${seconds.toFixed(2)} s`, ok: true },
  ];
}

interface Scene {
  readonly ports: ObserveRolloutsPorts;
  readonly calls: GetMetricDataCommand[];
}

/**
 * A thousand healthy canaries in their bake, each of a service of its own, over the real adapter and a CloudWatch that
 * answers at once.
 */
async function thousandRollouts(judged: 'errors' | 'latency'): Promise<Scene> {
  const now = NOON + MINUTES * MINUTE_MS;
  const clock = { now: () => now };
  const { deployments, verdicts, turns } = rehearsalLedger({ clock });
  for (let index = 0; index < ROLLOUTS; index += 1) {
    const name = `service-${index}`;
    const spec = sampleSpec(name, { judge: judgeOf(judged), alarms: [] });
    await deployments.open({
      deployment: sampleDeployment(`d-${index}`, {
        ...{ service: name, spec, status: 'rollingOut', canary: '42', atPercent: 10, liveRevision: 'r1' },
        deadlineAt: now + 3_600_000,
        progress: { stepIndex: 1, stepStartedAt: NOON, pausedAt: null, extensions: 0 },
      }),
      entries: [sampleEntry('DeploymentOpened')],
    });
  }
  const { cloudwatch, calls } = answeringCloudWatch();
  const unused = () => Promise.reject(new Error('A healthy canary needs nothing but its figures.'));
  const asRecorded = async () => ({ stable: '41', canary: '42', canaryPercent: 10, revision: 'r1' });
  const ports = {
    ...{ deployments, verdicts, turns, clock },
    pause: { sleep: async () => {} },
    metrics: cloudwatchMetrics(cloudwatch, clock),
    alarms: { read: async () => [] },
    clusters: { reach: async () => null },
    traffic: {
      read: unused,
      readSplit: asRecorded,
      setSplit: unused,
      takeBack: unused,
      listSplits: unused,
      pin: unused,
    },
    outbox: { list: unused, recordPublished: unused },
    publisher: { publish: unused },
    workflows: { start: unused, startAgain: unused, answer: unused, status: unused },
    measures: { record: () => {} },
    ids: { next: (stem: string) => stem },
  } satisfies ObserveRolloutsPorts;
  return { ports, calls };
}

function judgeOf(judged: 'errors' | 'latency'): Judge {
  const metric = (name: 'errors' | 'latency') => ({ metric: name, weight: 1, observedOnly: false });
  return {
    kind: 'sequential',
    ...{ falseRollbackPercent: 1, harmRatio: 1.5, minimumRequests: 100, warmUp: { seconds: 60 }, periodSeconds: 60 },
    metrics: judged === 'errors' ? [metric('errors')] : [metric('errors'), metric('latency')],
    endsBakesEarly: false,
  };
}

/** Answers every requested minute of every series. */
function answeringCloudWatch() {
  const calls: GetMetricDataCommand[] = [];
  const send = async (command: GetMetricDataCommand) => {
    calls.push(command);
    const { StartTime = new Date(), EndTime = new Date(), MetricDataQueries = [] } = command.input;
    const minutes = Math.floor((EndTime.getTime() - StartTime.getTime()) / MINUTE_MS);
    const starts = Array.from({ length: minutes }, (_, index) => new Date(StartTime.getTime() + index * MINUTE_MS));
    return { MetricDataResults: MetricDataQueries.map((query) => seriesFor(query, starts)) };
  };
  return { cloudwatch: { send } as unknown as CloudWatchClient, calls };
}

function seriesFor({ Id, MetricStat }: MetricDataQuery, Timestamps: Date[]) {
  const isCanary = MetricStat?.Metric?.Dimensions?.some(({ Value }) => Value === '42') ?? false;
  const requests = isCanary ? 600 : 5_400;
  const valueAt = (index: number) => {
    const stat = MetricStat?.Stat ?? '';
    if (stat.startsWith('TC(')) return Math.round(requests * (ABOVE_SHARES[index % 3] ?? 0));
    if (stat.startsWith('p')) return Number(stat.slice(1)) * 2;
    if (MetricStat?.Metric?.MetricName === 'ServerErrors') return 0;
    return MetricStat?.Metric?.MetricName === 'Errors' ? Math.round(requests / 100) + (index % 3) : requests;
  };
  return { Id, Timestamps, Values: Timestamps.map((_, index) => valueAt(index)), StatusCode: 'Complete' as const };
}
