/**
 * Reads and creates what a function needs before Slipway may deploy to it, with the credentials of a person at a
 * terminal.
 */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListTagsCommand,
  PublishVersionCommand,
  paginateListAliases,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';
import { targetName } from '../domain/service/target.ts';
import type { Adoptions, LiveAlias, LiveFunction, WatchingAlarm } from '../ports/adoptions.ts';
import { quickCalls } from './clients.ts';
import { attempt, isNamed } from './errors.ts';
import { watchedBy } from './watched-metrics.ts';

export interface OperatorClients {
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
}

/** With the person's own credentials, and with the person's own region unless one is given. */
export function operatorClients(region: string | undefined): OperatorClients {
  const settings = { ...quickCalls, ...(region === undefined ? {} : { region }) };
  return { lambda: new LambdaClient(settings), cloudwatch: new CloudWatchClient(settings) };
}

export function lambdaAdoptions({ lambda, cloudwatch }: OperatorClients): Adoptions {
  return {
    read: (functionName) => readFunction(lambda, functionName),
    publish: (order) => publish(lambda, order),
    createAlias: (target, version) => createAlias(lambda, { target, version }),
    async tag(arn, tags) {
      const attempted = { what: `tag ${arn}`, action: 'lambda:TagResource' };
      await attempt(attempted, () => lambda.send(new TagResourceCommand({ Resource: arn, Tags: { ...tags } })));
    },
    async readAlarm(name) {
      const attempted = { what: `read the alarm ${name}`, action: 'cloudwatch:DescribeAlarms' };
      const command = new DescribeAlarmsCommand({
        AlarmNames: [name],
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'],
      });
      const answer = await attempt(attempted, () => cloudwatch.send(command));
      const [alarm] = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? []), ...(answer.LogAlarms ?? [])];
      return alarm ?? null;
    },
    alarmsOn: (functionName) => alarmsOn(cloudwatch, functionName),
    async putAlarm(alarm) {
      const attempted = { what: `make the alarm ${alarm.AlarmName}`, action: 'cloudwatch:PutMetricAlarm' };
      await attempt(attempted, () => cloudwatch.send(new PutMetricAlarmCommand(alarm)));
    },
  };
}

async function readFunction(lambda: LambdaClient, functionName: string): Promise<LiveFunction> {
  const attempted = { what: `read ${functionName}`, action: 'lambda:GetFunctionConfiguration' };
  const config = await attempt(attempted, () =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })),
  );
  const arn = config.FunctionArn ?? '';
  const unread: string[] = [];
  const [tags, aliases] = await Promise.all([
    orUnread(unread, () => readTags(lambda, arn)),
    orUnread(unread, () => readAliases(lambda, functionName)),
  ]);
  return {
    arn,
    runtime: config.Runtime ?? null,
    handler: config.Handler ?? null,
    timeoutSeconds: config.Timeout ?? 3,
    codeSha256: config.CodeSha256 ?? null,
    tags,
    aliases,
    unread,
  };
}

/** A refusal by IAM is reported, and the rest is still read. */
async function orUnread<T>(unread: string[], read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!isSlipwayError(error) || error.name !== 'Broken') throw error;
    unread.push(error.message);
    return null;
  }
}

async function readTags(lambda: LambdaClient, arn: string): Promise<Readonly<Record<string, string>>> {
  const attempted = { what: `read the tags of ${arn}`, action: 'lambda:ListTags' };
  const { Tags = {} } = await attempt(attempted, () => lambda.send(new ListTagsCommand({ Resource: arn })));
  return Tags;
}

function readAliases(lambda: LambdaClient, functionName: string): Promise<LiveAlias[]> {
  return attempt({ what: `list the aliases of ${functionName}`, action: 'lambda:ListAliases' }, async () => {
    const found: LiveAlias[] = [];
    for await (const { Aliases = [] } of paginateListAliases({ client: lambda }, { FunctionName: functionName })) {
      for (const { Name = '', FunctionVersion = '', RoutingConfig } of Aliases) {
        const isSplit = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
        found.push({ name: Name, version: FunctionVersion, isSplit });
      }
    }
    return found;
  });
}

async function publish(
  lambda: LambdaClient,
  { functionName, codeSha256 }: { readonly functionName: string; readonly codeSha256: string },
): Promise<string> {
  const attempted = { what: `publish $LATEST of ${functionName}`, action: 'lambda:PublishVersion' };
  const command = new PublishVersionCommand({ FunctionName: functionName, CodeSha256: codeSha256 });
  const { Version } = await attempt(attempted, () => lambda.send(command)).catch((error: unknown) => {
    if (!isNamed(error, 'InvalidParameterValueException') || !/CodeSHA256/i.test(String(error))) throw error;
    const fact = `Somebody changed the code of ${functionName} in this moment, so nothing was published.`;
    throw new SlipwayError('Conflict', `${fact} Look at it, then run this again.`, { cause: error });
  });
  if (Version !== undefined) return Version;
  throw new SlipwayError('Broken', `Lambda published a version of ${functionName} but did not say which one. Look.`);
}

async function createAlias(
  lambda: LambdaClient,
  { target, version }: { readonly target: LambdaTarget; readonly version: string },
): Promise<void> {
  const name = { FunctionName: target.function, Name: target.alias };
  const attempted = { what: `make the alias ${targetName(target)}`, action: 'lambda:CreateAlias' };
  try {
    await attempt(attempted, () => lambda.send(new CreateAliasCommand({ ...name, FunctionVersion: version })));
  } catch (error) {
    if (!isNamed(error, 'ResourceConflictException')) throw error;
    const read = { what: `read the alias ${targetName(target)}`, action: 'lambda:GetAlias' };
    const { FunctionVersion } = await attempt(read, () => lambda.send(new GetAliasCommand(name)));
    if (FunctionVersion === version) return;
    const fact = `Somebody has made the alias ${targetName(target)} in this moment, on version ${FunctionVersion}.`;
    throw new SlipwayError('Conflict', `${fact} It was left alone: look at it, then run this again.`, { cause: error });
  }
}

/** AWS cannot find a metric-math alarm by its metric, so this reads all alarms of the region. */
function alarmsOn(cloudwatch: CloudWatchClient, functionName: string): Promise<WatchingAlarm[]> {
  return attempt({ what: 'look through the alarms', action: 'cloudwatch:DescribeAlarms' }, async () => {
    const found: WatchingAlarm[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudwatch, pageSize: 100 }, {})) {
      for (const alarm of MetricAlarms) {
        const watched = watchedBy(alarm);
        const isOurs = watched.metrics.some(({ dimensions }) => dimensions.FunctionName === functionName);
        if (isOurs) found.push({ name: alarm.AlarmName ?? '', watched });
      }
    }
    return found;
  });
}
