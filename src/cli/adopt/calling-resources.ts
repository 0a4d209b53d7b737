/**
 * The CloudFormation resources that call a function: their name in a message, the event that they send, and the effect
 * of a move.
 */
import type { Sample } from '../../domain/service/event-source.ts';
import type { FoundTrigger } from './found-function.ts';
import { type Fields, textOf } from './intrinsic-values.ts';

interface TriggerType {
  readonly noun: string;
  readonly event?: Sample | undefined;
  readonly kind?: FoundTrigger['kind'];
  readonly caution?: string;
}

const URL_CAUTION =
  'A function URL belongs to one qualifier, so its address changes with this: tell those who call it, or put a name of your own in front.';
const BY_HAND =
  'A custom resource sets this trigger by the name of the function; look after the deployment whether it calls the alias.';

const TYPES: Readonly<Record<string, TriggerType>> = {
  'AWS::ApiGatewayV2::Integration': { noun: 'API integration', event: 'http' },
  'AWS::ApiGatewayV2::Api': { noun: 'HTTP API', event: 'http' },
  'AWS::ApiGatewayV2::Authorizer': { noun: 'API authorizer' },
  'AWS::ApiGateway::Method': { noun: 'REST API method', event: 'httpV1' },
  'AWS::ApiGateway::RestApi': { noun: 'REST API', event: 'httpV1' },
  'AWS::ApiGateway::Authorizer': { noun: 'REST API authorizer' },
  'AWS::Serverless::Api': { noun: 'REST API', event: 'httpV1' },
  'AWS::Serverless::HttpApi': { noun: 'HTTP API', event: 'http' },
  'AWS::Serverless::StateMachine': { noun: 'state machine' },
  'AWS::ElasticLoadBalancingV2::TargetGroup': { noun: 'target group of a load balancer', event: 'alb' },
  'AWS::Lambda::Url': { noun: 'function URL', event: 'functionUrl', caution: URL_CAUTION },
  'AWS::Lambda::Permission': { noun: 'permission to call', kind: 'permission' },
  'AWS::Lambda::EventInvokeConfig': { noun: 'settings of asynchronous calls', kind: 'asyncSettings' },
  'AWS::Scheduler::Schedule': { noun: 'schedule', event: 'schedule' },
  'AWS::SNS::Subscription': { noun: 'SNS subscription', event: 'sns' },
  'AWS::SNS::Topic': { noun: 'SNS topic', event: 'sns' },
  'AWS::S3::Bucket': { noun: 'bucket notification', event: 's3' },
  'Custom::S3': { noun: 'bucket notification', event: 's3', caution: BY_HAND },
  'Custom::S3BucketNotifications': { noun: 'bucket notification', event: 's3' },
  'AWS::Logs::SubscriptionFilter': { noun: 'subscription of a log group' },
  'AWS::Cognito::UserPool': { noun: 'user pool' },
  'AWS::IoT::TopicRule': { noun: 'IoT rule' },
  'AWS::AppSync::DataSource': { noun: 'AppSync data source' },
  'AWS::StepFunctions::StateMachine': { noun: 'state machine' },
  'AWS::Pipes::Pipe': { noun: 'EventBridge pipe' },
  'AWS::Config::ConfigRule': { noun: 'Config rule' },
  'AWS::Bedrock::Agent': { noun: 'Bedrock agent' },
  'AWS::KinesisFirehose::DeliveryStream': { noun: 'Firehose stream' },
};

/** These resources name the function and call nothing. */
const NO_CALLS =
  /^AWS::(IAM|CloudWatch|CodeDeploy|ApplicationAutoScaling|SSM|CloudFormation|CDK|SecretsManager|Route53|XRay|Budgets|CodePipeline)::|^AWS::Logs::(LogGroup|MetricFilter|QueryDefinition)$|^AWS::Lambda::(Function|Version|Alias|LayerVersion|LayerVersionPermission|CodeSigningConfig)$|^AWS::(SNS::TopicPolicy|SQS::QueuePolicy|S3::BucketPolicy|ApiGateway::(Deployment|Stage|Account))$|^AWS::Serverless::Function$/;

/**
 * Returns null for a resource that calls nothing. `typeOf` gives the type of another resource of the template, by its
 * logical id.
 */
export function triggerType(
  { Type, Properties }: { readonly Type: string; readonly Properties: Fields },
  typeOf: (id: string) => string,
): TriggerType | null {
  if (Type === 'AWS::Events::Rule') {
    return Properties.ScheduleExpression === undefined
      ? { noun: 'EventBridge rule', event: 'eventbridge' }
      : { noun: 'schedule', event: 'schedule' };
  }
  if (Type === 'AWS::Lambda::EventSourceMapping') return mappingType(Properties, typeOf);
  const known = TYPES[Type];
  if (known !== undefined) return known;
  return NO_CALLS.test(Type) ? null : { noun: Type };
}

function mappingType({ EventSourceArn }: Fields, typeOf: (id: string) => string): TriggerType {
  const text = textOf(EventSourceArn);
  const [, id = ''] = /^\$\{([A-Za-z0-9]+)/.exec(text) ?? [];
  const source = `${text} ${typeOf(id)}`;
  if (/:sqs:|AWS::SQS/.test(source)) return { noun: 'queue', event: 'sqs' };
  if (/dynamodb/i.test(source)) return { noun: 'DynamoDB stream', event: 'dynamodb' };
  return /kinesis/i.test(source) ? { noun: 'Kinesis stream', event: 'kinesis' } : { noun: 'event source' };
}
