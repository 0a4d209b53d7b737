import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaCallers } from '../../src/aws/lambda-callers.ts';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { aCalledLambda } from '../aws/a-called-lambda.ts';
import { callersContract } from './cloud-callers.ts';

const NOW = Date.UTC(2030, 0, 1, 12);

callersContract('the rehearsal cloud', () => {
  const scheduler = virtualScheduler({ startAt: NOW });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom('contract'),
    mode: 'virtual',
    behaviours: { good: { errorPercent: 0, medianMs: 20, p99Ms: 80 } },
    controlPlane: { callsPerSecond: 1_000 },
  });
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: { s3: { bucket: 'code', key: 'good' } } });
  cloud.lambda.putAlias({ functionName: 'checkout', alias: 'beta', functionVersion: '1' });
  return {
    callers: cloud.ports.callers,
    add: (trigger) => cloud.addTrigger({ functionName: 'checkout', ...trigger }),
    async call(calledAs, count) {
      const calls = Array.from({ length: count }, () =>
        cloud.invoke({ functionName: 'checkout', qualifier: calledAs === '$LATEST' ? undefined : calledAs, event: {} }),
      );
      await scheduler.advanceTo(scheduler.now() + 60_000);
      await Promise.all(calls);
    },
  };
});

callersContract('Lambda and CloudWatch', () => {
  const lambda = aCalledLambda();
  const counts = new Map<string, number>();
  const cloudwatch = new CloudWatchClient({ region: 'eu-west-1' });
  mockClient(cloudwatch)
    .on(GetMetricDataCommand)
    .callsFake(({ MetricDataQueries: queries, EndTime }) => {
      const [{ MetricStat }, { Expression }] = queries;
      const [{ Value: name }] = MetricStat.Metric.Dimensions;
      expect(Expression).toContain(`FunctionName="${name}"`);
      if (name !== 'checkout') return { MetricDataResults: [] };
      const Timestamps = [new Date(EndTime.getTime() - 300_000)];
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      // CloudWatch counts calls without an alias or a version under the plain name of the function.
      const named = [...counts].map(([calledAs, count]) => ({
        Id: 'named',
        Label: calledAs === '$LATEST' ? 'checkout' : `checkout:${calledAs}`,
        Timestamps,
        Values: [count],
      }));
      const all = total === 0 ? [] : [{ Id: 'total', Label: 'Invocations', Timestamps, Values: [total] }];
      return { MetricDataResults: [...all, ...named] };
    });
  return {
    callers: lambdaCallers(lambda.client, { cloudwatch, clock: { now: () => NOW } }),
    add: lambda.add,
    async call(calledAs, count) {
      counts.set(calledAs, (counts.get(calledAs) ?? 0) + count);
    },
  };
});
