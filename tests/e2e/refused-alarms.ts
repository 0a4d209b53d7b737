/**
 * Finds out whether CloudFormation makes alarms on more than one metric. Holds the change of the project that leaves
 * these alarms out.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import type { Account } from './account.ts';
import type { Change } from './project-copy.ts';

export const WITHOUT_REFUSED_ALARMS: Change = {
  file: 'serverless.yml',
  was: '  - serverless-iam-roles-per-function\n',
  is: '  - serverless-iam-roles-per-function\n  - ./tests/e2e/leave-out-what-is-refused.cjs\n',
};

/** The logical ids that the plugin reports as left out. */
export function leftOutIn(output: string): readonly string[] {
  const said = /^Left out of the template: (.*)$/m.exec(output)?.[1];
  if (said === undefined) throw new Error(`The plugin of the tests was not asked:\n${output.slice(-2_000)}`);
  return said === 'nothing' ? [] : said.split(', ');
}

const StackName = 'probe-alarm-math';
const ENDS_WITHIN_MS = 20_000;

export async function mayAlarmsCalculate({ cloudFormation: client }: Account): Promise<boolean> {
  await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(templateWithMath()) }));
  const endsAt = Date.now() + ENDS_WITHIN_MS;
  let status = 'CREATE_IN_PROGRESS';
  while (/^(CREATE|ROLLBACK)_IN_PROGRESS$/.test(status) && Date.now() < endsAt) {
    await sleep(100);
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    status = Stacks[0]?.StackStatus ?? '';
  }
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }, { StackName });
  return status === 'CREATE_COMPLETE';
}

function templateWithMath() {
  const metric = (Id: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'Probe', MetricName }, Period: 60, Stat: 'Sum' },
  });
  const Metrics = [
    { Id: 'sum', Expression: 'one + two', ReturnData: true },
    metric('one', 'One'),
    metric('two', 'Two'),
  ];
  const common = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' };
  return { Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { ...common, Metrics } } } };
}
