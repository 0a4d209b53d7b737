/** A team's function as Slipway finds it: published, behind an alias, tagged, with an alarm and code in a bucket. */
import {
  DeleteAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import type { Account } from './account.ts';

export const MANAGED_TAG = { 'slipway:managed': 'true' };

export interface Target {
  readonly name: string;
  readonly alias: string;
  readonly alarm: string;
  /** Uploads the code of a version that answers `says`, as a build would. Resolves with its artifact. */
  upload(says: string): Promise<{ readonly s3: { readonly bucket: string; readonly key: string } }>;
  /** Resolves with the number of a new version that answers `says`. No call reaches it yet. */
  publish(says: string): Promise<string>;
  /** The answer to a call through the alias. */
  call(): Promise<string>;
  quieten(): Promise<void>;
  remove(): Promise<void>;
}

export interface TargetOrder {
  readonly name: string;
  /** The bucket for the code of its versions. Without it no code can be uploaded. */
  readonly artifactBucket?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export async function aTarget(
  account: Account,
  { name, artifactBucket = '', tags = MANAGED_TAG }: TargetOrder,
): Promise<Target> {
  const { lambda, iam, s3, cloudWatch } = account;
  const roleName = `${name}-role`;
  const target = { name, alias: 'live', alarm: `${name}-errors` };
  const Role = await makeRole(account, roleName);
  const Code = { ZipFile: codeThatSays('the first version') };
  const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code } as const;
  const wait = { client: lambda, maxWaitTime: 20, minDelay: 1, maxDelay: 1 };
  await lambda.send(new CreateFunctionCommand({ FunctionName: name, Role, Tags: { ...tags }, ...code }));
  await waitUntilFunctionActiveV2(wait, { FunctionName: name });
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: name }));
  await waitUntilPublishedVersionActive(wait, { FunctionName: name, Qualifier: Version });
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: target.alias, FunctionVersion: Version }));
  await cloudWatch.send(new PutMetricAlarmCommand(alarmOn(target)));
  const quieten = async () => {
    await cloudWatch.send(stateOf(target, { StateValue: 'OK', StateReason: 'no errors' }));
  };
  await quieten();
  return {
    ...target,
    quieten,
    async upload(says) {
      const key = `${name}/${says.replaceAll(' ', '-')}.zip`;
      await s3.send(new PutObjectCommand({ Bucket: artifactBucket, Key: key, Body: codeThatSays(says) }));
      return { s3: { bucket: artifactBucket, key } };
    },
    async publish(says) {
      const ZipFile = codeThatSays(says);
      const order = { FunctionName: name, ZipFile, Publish: true };
      return (await lambda.send(new UpdateFunctionCodeCommand(order))).Version ?? '';
    },
    async call() {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: target.alias }));
      return String(JSON.parse(Buffer.from(Payload ?? []).toString()));
    },
    async remove() {
      await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [target.alarm] }));
      await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
      await iam.send(new DeleteRoleCommand({ RoleName: roleName }));
      await removeLogs(account, name);
    },
  };
}

export function stateOf(
  { alarm }: Pick<Target, 'alarm'>,
  { StateValue, StateReason }: Required<Pick<MetricAlarm, 'StateValue' | 'StateReason'>>,
): SetAlarmStateCommand {
  return new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason });
}

/** Lambda creates the log group when the function first writes, and never deletes it. */
async function removeLogs({ logs }: Account, name: string): Promise<void> {
  try {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: `/aws/lambda/${name}` }));
  } catch (error) {
    // The function was never called.
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
}

async function makeRole({ iam }: Account, RoleName: string): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const order = { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) };
  const { Role } = await iam.send(new CreateRoleCommand(order));
  return Role?.Arn ?? '';
}

function alarmOn({ name, alias, alarm }: Pick<Target, 'name' | 'alias' | 'alarm'>) {
  return {
    AlarmName: alarm,
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Dimensions: [
      { Name: 'FunctionName', Value: name },
      { Name: 'Resource', Value: `${name}:${alias}` },
    ],
    Statistic: 'Sum' as const,
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold' as const,
    TreatMissingData: 'notBreaching',
  };
}

function codeThatSays(words: string): Uint8Array {
  const module = [
    'export const handler = async ({ fail } = {}) => {',
    "  if (fail) throw Object.assign(new Error('as asked'), { name: fail });",
    `  return ${JSON.stringify(words)};`,
    '};',
  ].join('\n');
  return zipSync({ 'index.mjs': strToU8(module) });
}
