/**
 * Lists everything in the account of the kinds that a Slipway makes, by name. Two inventories show what was added and
 * what was left.
 */
import { GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { paginateListRoles } from '@aws-sdk/client-iam';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { paginateListStateMachines } from '@aws-sdk/client-sfn';
import { paginateListTopics } from '@aws-sdk/client-sns';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import type { Account } from './account.ts';

type Names = readonly (string | undefined)[];

const KINDS: Readonly<Record<string, (account: Account) => Promise<Names>>> = {
  stacks: ({ cloudFormation: client }) =>
    names(paginateDescribeStacks({ client }, {}), ({ Stacks }) => Stacks?.map(({ StackName }) => StackName)),
  functions: ({ lambda: client }) =>
    names(paginateListFunctions({ client }, {}), ({ Functions }) => Functions?.map(({ FunctionName }) => FunctionName)),
  stateMachines: ({ steps: client }) =>
    names(paginateListStateMachines({ client }, {}), ({ stateMachines }) => stateMachines?.map(({ name }) => name)),
  topics: ({ sns: client }) =>
    names(paginateListTopics({ client }, {}), ({ Topics }) => Topics?.map(({ TopicArn }) => TopicArn)),
  queues: ({ sqs: client }) => names(paginateListQueues({ client }, {}), ({ QueueUrls }) => QueueUrls),
  buckets: async ({ s3 }) => (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name) ?? [],
  logGroups: ({ logs: client }) =>
    names(paginateDescribeLogGroups({ client }, {}), ({ logGroups }) => logGroups?.map((one) => one.logGroupName)),
  apis: async ({ apiGateway }) => (await apiGateway.send(new GetApisCommand())).Items?.map(({ Name }) => Name) ?? [],
  buses: async ({ events }) =>
    (await events.send(new ListEventBusesCommand())).EventBuses?.map(({ Name }) => Name) ?? [],
  rules: async ({ events }) => (await events.send(new ListRulesCommand())).Rules?.map(({ Name }) => Name) ?? [],
  roles: ({ iam: client }) =>
    names(paginateListRoles({ client }, {}), ({ Roles }) => Roles?.map((one) => one.RoleName)),
  secrets: ({ secrets: client }) =>
    names(paginateListSecrets({ client }, {}), ({ SecretList }) => SecretList?.map(({ Name }) => Name)),
  alarms: ({ cloudWatch: client }) =>
    names(paginateDescribeAlarms({ client }, {}), ({ MetricAlarms }) => MetricAlarms?.map((one) => one.AlarmName)),
};

export type Inventory = Readonly<Record<string, readonly string[]>>;

export async function takeInventory(account: Account): Promise<Inventory> {
  const lists = Object.entries(KINDS).map(async ([kind, list]) => [kind, await sorted(list(account))] as const);
  return Object.fromEntries(await Promise.all(lists));
}

/** The number of things in the inventory. */
export function sizeOf(inventory: Inventory): number {
  return Object.values(inventory).reduce((sum, list) => sum + list.length, 0);
}

async function names<P>(pages: AsyncIterable<P>, read: (page: P) => Names | undefined): Promise<Names> {
  const found: (string | undefined)[] = [];
  for await (const page of pages) found.push(...(read(page) ?? []));
  return found;
}

async function sorted(listed: Promise<Names>): Promise<string[]> {
  return (await listed).map((name) => name ?? '').sort();
}
