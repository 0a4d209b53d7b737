/**
 * What is special in an AWS::Serverless::Function before its transform: Globals, Events, and the alias that SAM makes.
 */
import type { Sample } from '../../domain/service/event-source.ts';
import type { FoundAlias, FoundTrigger, SamFacts } from './found-function.ts';
import { type Fields, fieldsOf, isFields, stringOf, textOf, withDefaults } from './intrinsic-values.ts';
import { routeOf } from './routes.ts';
import type { Resource } from './template-resources.ts';

export interface SamFunction extends SamFacts {
  /** The properties of the function over the Globals. */
  readonly properties: Fields;
  readonly hasProvisionedConcurrency: boolean;
}

/** Maps of Globals and of the function are merged; any other value of the function replaces the value of Globals. */
export function samFacts({ Properties }: Resource, template: Fields): SamFunction {
  const globals = fieldsOf(fieldsOf(template.Globals).Function);
  const merged = Object.entries(Properties).map(([key, value]) => {
    const isMap = isFields(value) && isFields(globals[key]) && key !== 'CodeUri';
    return [key, isMap ? { ...fieldsOf(globals[key]), ...value } : value] as const;
  });
  const properties = { ...globals, ...Object.fromEntries(merged) };
  const { DeploymentPreference: preference } = properties;
  return {
    properties,
    autoPublishAlias: withDefaults(textOf(properties.AutoPublishAlias), template) || null,
    hasFixedSha: stringOf(properties.AutoPublishCodeSha256) !== null,
    hasDeploymentPreference: preference !== undefined && fieldsOf(preference).Enabled !== false,
    hasProvisionedConcurrency: properties.ProvisionedConcurrencyConfig !== undefined,
  };
}

export function samAliases(id: string, sam: SamFunction): FoundAlias[] {
  const { autoPublishAlias: name, hasFixedSha, hasDeploymentPreference, hasProvisionedConcurrency } = sam;
  if (name === null) return [];
  const byCodeDeploy = hasDeploymentPreference ? 'is moved by CodeDeploy (DeploymentPreference)' : null;
  const byStack = hasFixedSha ? null : 'moves to the new version with every deployment of the stack';
  return [
    {
      id: `${id}Alias${name}`,
      name,
      movedBecause: byCodeDeploy ?? byStack,
      losesVersions: false,
      provisionedConcurrency: hasProvisionedConcurrency,
    },
  ];
}

const EVENTS: Readonly<Record<string, readonly [noun: string, event: Sample | null]>> = {
  Api: ['REST API method', 'httpV1'],
  HttpApi: ['HTTP API route', 'http'],
  ALB: ['load balancer', 'alb'],
  SQS: ['queue', 'sqs'],
  SNS: ['SNS subscription', 'sns'],
  S3: ['bucket notification', 's3'],
  Schedule: ['schedule', 'schedule'],
  ScheduleV2: ['schedule', 'schedule'],
  EventBridgeRule: ['EventBridge rule', 'eventbridge'],
  CloudWatchEvent: ['EventBridge rule', 'eventbridge'],
  DynamoDB: ['DynamoDB stream', 'dynamodb'],
  Kinesis: ['Kinesis stream', 'kinesis'],
};

/** SAM puts each event on the alias as soon as the function has an alias. */
export function samTriggers({ Events, FunctionUrlConfig }: Fields, { autoPublishAlias }: SamFacts): FoundTrigger[] {
  const calls = [autoPublishAlias ?? '$LATEST'];
  const events = Object.entries(fieldsOf(Events)).map(([id, value]): FoundTrigger => {
    const type = textOf(fieldsOf(value).Type);
    const [noun, event] = EVENTS[type] ?? [`event ${type}`, null];
    const { Path, Method } = fieldsOf(fieldsOf(value).Properties);
    const route = routeOf(`${textOf(Method)} ${textOf(Path)}`);
    return { id, kind: 'call', noun, event, route, property: 'Events', value, calls };
  });
  if (FunctionUrlConfig === undefined) return events;
  const url = { id: 'FunctionUrlConfig', kind: 'call', noun: 'function URL', event: 'functionUrl', calls } as const;
  return [...events, { ...url, property: 'FunctionUrlConfig', value: FunctionUrlConfig }];
}
