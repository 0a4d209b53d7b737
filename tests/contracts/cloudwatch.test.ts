import { cloudwatchMetrics } from '../../src/aws/cloudwatch-metrics.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { aCloudWatch } from './a-cloudwatch.ts';
import { type MetricsStage, metricsContract } from './cloud-metrics.ts';

const STARTS_AT = Date.UTC(2030, 0, 1);
const REQUESTS_PER_SECOND = 25;
/** The sigma of a log-normal latency with a median of 20 ms and a 99th percentile of 80 ms. */
const SIGMA = Math.log(80 / 20) / 2.3263;

/** The adapter over a CloudWatch that gets the metrics of a function with an alias and two versions. */
async function openCloudWatch({ countsRanges }: { readonly countsRanges: boolean }): Promise<MetricsStage> {
  const random = seededRandom('cloudwatch');
  const cloudwatch = aCloudWatch({ countsRanges, pointsAPage: 7 });
  let now = STARTS_AT;
  const put = (version: string, sample: { name: string; at: number; value: number }) => {
    const dimensions = { FunctionName: 'checkout', Resource: 'checkout:live', ExecutedVersion: version };
    for (const namespace of ['AWS/Lambda', 'Slipway']) cloudwatch.put({ namespace, dimensions, ...sample });
  };
  const call = (at: number) => {
    const version = random.chance(0.5) ? '42' : '41';
    const z = Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    const durationMs = Math.max(0.01, Number((20 * Math.exp(SIGMA * z)).toFixed(2)));
    put(version, { name: 'Invocations', at, value: 1 });
    put(version, { name: 'Duration', at, value: durationMs });
    if (version === '42') put(version, { name: 'Errors', at, value: 1 });
  };
  return {
    target: { kind: 'lambda', function: 'checkout', alias: 'live' },
    stable: '41',
    canary: '42',
    third: '43',
    startsAt: STARTS_AT,
    ports: { metrics: cloudwatchMetrics(cloudwatch.client, { now: () => now }) },
    async runTraffic(forMs) {
      for (let at = STARTS_AT; at < STARTS_AT + forMs; at += 1_000 / REQUESTS_PER_SECOND) call(at);
      now = STARTS_AT + forMs;
    },
    close: async () => cloudwatch.client.destroy(),
  };
}

metricsContract('CloudWatch', () => openCloudWatch({ countsRanges: true }));
metricsContract('CloudWatch without counts above a limit', () => openCloudWatch({ countsRanges: false }));
