/**
 * ARNs as texts, in an invented account and region: those that the template makes, and those that its policies name.
 */
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { isObject, possibleValues, valuesAt } from './template-values.ts';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'REGION',
  'AWS::AccountId': 'ACCOUNT',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** For each type: the property with its name, and the part of the ARN after the partition. */
const FORMS: Readonly<Record<string, readonly [property: string, arn: (name: string) => string]>> = {
  'AWS::Lambda::Function': ['FunctionName', (name) => `lambda:REGION:ACCOUNT:function:${name}`],
  'AWS::SQS::Queue': ['QueueName', (name) => `sqs:REGION:ACCOUNT:${name}`],
  'AWS::SNS::Topic': ['TopicName', (name) => `sns:REGION:ACCOUNT:${name}`],
  'AWS::Events::EventBus': ['Name', (name) => `events:REGION:ACCOUNT:event-bus/${name}`],
  'AWS::Events::Rule': ['Name', (name) => `events:REGION:ACCOUNT:rule/${name}`],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', (name) => `states:REGION:ACCOUNT:stateMachine:${name}`],
  'AWS::Logs::LogGroup': ['LogGroupName', (name) => `logs:REGION:ACCOUNT:log-group:${name}`],
  'AWS::CodeBuild::Project': ['Name', (name) => `codebuild:REGION:ACCOUNT:project/${name}`],
  'AWS::CodePipeline::Pipeline': ['Name', (name) => `codepipeline:REGION:ACCOUNT:${name}`],
  'AWS::S3::Bucket': ['BucketName', (name) => `s3:::${name}`],
  'AWS::IAM::Role': ['RoleName', (name) => `iam::ACCOUNT:role/${name}`],
  'AWS::KMS::Key': ['', (name) => `kms:REGION:ACCOUNT:key/${name}`],
  'AWS::DSQL::Cluster': ['', (name) => `dsql:REGION:ACCOUNT:cluster/${name}`],
  'AWS::ECR::Repository': ['RepositoryName', (name) => `ecr:REGION:ACCOUNT:repository/${name}`],
  'AWS::CloudWatch::Alarm': ['AlarmName', (name) => `cloudwatch:REGION:ACCOUNT:alarm:${name}`],
  'AWS::ApiGatewayV2::Api': ['', (name) => `execute-api:REGION:ACCOUNT:${name}`],
};

/**
 * Returns the ARN that a resource will have. A name that CloudFormation generates is written as the logical id in angle
 * brackets.
 */
export function arnOf(id: string, template: Packaged): string | null {
  const resource = template.Resources[id];
  const [property, form] = FORMS[resource?.Type ?? ''] ?? [];
  if (resource === undefined || property === undefined || form === undefined) return null;
  const [given] = valuesAt(resource, 'Properties', property).flatMap((value) => textsOf(value, template));
  const name = given ?? `<${id}>`;
  return `arn:aws:${form(resource.Type === 'AWS::Events::Rule' ? onBus({ resource, name, template }) : name)}`;
}

/** The ARN of a rule on an own bus contains the name of the bus. On the default bus it does not. */
function onBus({ resource, name, template }: { resource: PackagedResource; name: string; template: Packaged }): string {
  const [bus = 'default'] = valuesAt(resource, 'Properties', 'EventBusName').flatMap((value) =>
    textsOf(value, template),
  );
  return bus === 'default' ? name : `${bus}/${name}`;
}

export function madeArns(template: Packaged): string[] {
  return Object.keys(template.Resources).flatMap((id) => {
    const arn = arnOf(id, template);
    if (arn === null) return [];
    // An execution of a machine, and a stream of a log group, have ARNs of another form.
    if (arn.includes(':stateMachine:')) return [arn, arn.replace('stateMachine', 'execution')];
    return arn.includes(':log-group:') ? [arn, `${arn}:log-stream`, `${arn}:log-stream:<stream>`] : [arn];
  });
}

/** Returns every text that CloudFormation may make from a value. */
export function textsOf(value: unknown, template: Packaged): string[] {
  return possibleValues(value).map((one) => textOf(one, template));
}

function textOf(value: unknown, template: Packaged): string {
  if (!isObject(value)) return String(value);
  if ('Ref' in value) return referred(String(value.Ref), template);
  if ('Fn::GetAtt' in value) return attributed([value['Fn::GetAtt']].flat().join('.'), template);
  if ('Fn::Join' in value) {
    const [between, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map((part) => textOf(part, template)).join(between);
  }
  const [text = '', values = {}] = [value['Fn::Sub']].flat() as [string?, Record<string, unknown>?];
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name in values) return textOf(values[name], template);
    return name.includes('.') ? attributed(name, template) : referred(name, template);
  });
}

/** The types whose Ref is the ARN. For all other types Ref is the name. */
const REF_IS_ARN = ['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine'];

function referred(name: string, template: Packaged): string {
  const pseudo = PSEUDO[name];
  if (pseudo !== undefined) return pseudo;
  const resource = template.Resources[name];
  const arn = arnOf(name, template);
  if (resource === undefined || arn === null) return parameterOf(name, template);
  return REF_IS_ARN.includes(resource.Type) ? arn : arn.replace(/^.*[:/]/, '');
}

function attributed(name: string, template: Packaged): string {
  const [id = '', attribute = ''] = name.split('.');
  const arn = arnOf(id, template);
  if (arn === null || !/Arn$/.test(attribute)) return `<${name}>`;
  return template.Resources[id]?.Type === 'AWS::Logs::LogGroup' ? `${arn}:*` : arn;
}

function parameterOf(name: string, { Parameters = {} }: Packaged): string {
  const given = Parameters[name];
  return isObject(given) && given.Default !== undefined ? String(given.Default) : `<${name}>`;
}

/** Compares as IAM does: a star matches any text. */
export function isLike(arn: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}
