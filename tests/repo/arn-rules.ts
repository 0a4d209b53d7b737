/**
 * Checks that every ARN in a policy is one that the template makes. Checks too that every resource that sends something
 * is allowed to send it there.
 */
import { arnOf, isLike, madeArns, textsOf } from './arn-texts.ts';
import type { Packaged, PackagedResource } from './packaged-template.ts';
import { isObject, madeFrom, possibleValues, resourcesOf, valuesAt } from './template-values.ts';

/** An ARN that a policy names and the template does not make, with the reason. */
export interface Outside {
  readonly arn: RegExp;
  readonly because: string;
}

export function arnsAreMade(template: Packaged, outside: readonly Outside[]): string[] {
  const made = madeArns(template);
  const isMade = (named: string) =>
    made.some((arn) => isLike(arn, named) || named.startsWith(`${arn}:`) || named.startsWith(`${arn}/`));
  return namedArns(template)
    .filter(({ arn }) => !outside.some((one) => one.arn.test(arn)) && !isMade(arn))
    .map(
      ({ at, arn }) =>
        `${at} names ${arn}, which the template does not make. Correct it, or say in stack-excuses.ts what it is.`,
    );
}

interface NamedArn {
  readonly at: string;
  readonly arn: string;
}

/** For all policies of roles and of resources: their resources, their principals and their conditions on the source. */
export function namedArns(template: Packaged): NamedArn[] {
  return Object.entries(template.Resources).flatMap(([at, resource]) => {
    const values = [
      ...statementsIn(resource.Properties).flatMap(({ Resource, NotResource, Principal, Condition }) => [
        ...[Resource, NotResource, isObject(Principal) ? Principal.AWS : undefined],
        ...conditionsOf(Condition, /arn$|^ec2:Subnet$/i).map(({ value }) => value),
      ]),
      ...(resource.Type === 'AWS::Lambda::Permission' ? [resource.Properties?.SourceArn] : []),
    ];
    const arns = values.flatMap((value) => textsOf(value, template)).filter((text) => text !== '*');
    return [...new Set(arns)].map((arn) => ({ at, arn }));
  });
}

/** Something that one resource sends to another, or does under its role, through a service of AWS. */
interface Sending {
  readonly from: string;
  readonly source: string;
  readonly service: string;
  readonly to: string;
}

export function sendersAreLetIn(template: Packaged): string[] {
  return sendingsIn(template)
    .filter(
      (sending) => !statementsAt(sending.to, template).some((statement) => letsIn(statement, { sending, template })),
    )
    .map(
      ({ from, source, service, to }) =>
        `${to} does not let ${service} in from ${from}, ${source}. Correct its policy.`,
    );
}

export function sendingsIn(template: Packaged): Sending[] {
  const each = (type: string, sent: (id: string, resource: PackagedResource) => Partial<Sending>[]) =>
    resourcesOf(template, type).flatMap(([id, resource]) =>
      sent(id, resource).map((one) => ({ from: id, source: arnOf(id, template) ?? '', service: '', to: '', ...one })),
    );
  const to = (service: string, values: readonly unknown[]) => madeFrom(values).map((one) => ({ service, to: one }));
  const acting = (type: string, { service, property }: { service: string; property: string }) =>
    each(type, (_id, resource) => to(service, valuesAt(resource, 'Properties', property)));
  const api = (source: string, values: readonly unknown[]) =>
    to('apigateway.amazonaws.com', values).map((one) => ({ ...one, source: `${arnOf('HttpApi', template)}${source}` }));
  return [
    ...each('AWS::Events::Rule', (_id, resource) => [
      ...to('events.amazonaws.com', valuesAt(resource, 'Properties', 'Targets', 'Arn')),
      ...to('events.amazonaws.com', valuesAt(resource, 'Properties', 'Targets', 'DeadLetterConfig', 'Arn')),
    ]),
    ...each('AWS::CloudWatch::Alarm', (_id, resource) =>
      ['AlarmActions', 'OKActions', 'InsufficientDataActions'].flatMap((property) =>
        to('cloudwatch.amazonaws.com', valuesAt(resource, 'Properties', property)),
      ),
    ),
    ...each('AWS::SNS::Subscription', (_id, resource) => {
      const [topic = ''] = madeFrom(valuesAt(resource, 'Properties', 'TopicArn'));
      const queues = to('sns.amazonaws.com', valuesAt(resource, 'Properties', 'RedrivePolicy', 'deadLetterTargetArn'));
      return queues.map((one) => ({ ...one, source: arnOf(topic, template) ?? '' }));
    }),
    ...each('AWS::ApiGatewayV2::Integration', (_id, resource) =>
      api('/$default/GET/health', valuesAt(resource, 'Properties', 'IntegrationUri')),
    ),
    ...each('AWS::ApiGatewayV2::Authorizer', (_id, resource) =>
      api('/authorizers/a1b2c3', valuesAt(resource, 'Properties', 'AuthorizerUri')),
    ),
    ...acting('AWS::CodeBuild::Project', { service: 'codebuild.amazonaws.com', property: 'ServiceRole' }),
    ...acting('AWS::CodePipeline::Pipeline', { service: 'codepipeline.amazonaws.com', property: 'RoleArn' }),
    ...acting('AWS::StepFunctions::StateMachine', { service: 'states.amazonaws.com', property: 'RoleArn' }),
  ];
}

interface PolicyStatement {
  readonly Effect?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Returns the statements that decide who may use a resource: those of its own policies, and those that name it. */
function statementsAt(id: string, template: Packaged): PolicyStatement[] {
  const named = (property: string, resource: PackagedResource) =>
    madeFrom(valuesAt(resource, 'Properties', property)).includes(id);
  return Object.values(template.Resources).flatMap((resource) => {
    const isPolicy = ['Queues', 'Topics', 'Bucket'].some((property) => named(property, resource));
    if (/Policy$/.test(resource.Type)) return isPolicy ? statementsIn(resource.Properties) : [];
    if (resource.Type === 'AWS::Lambda::Permission')
      return named('FunctionName', resource) ? [permission(resource)] : [];
    const isItself = resource === template.Resources[id];
    return isItself ? statementsIn(resource.Properties?.AssumeRolePolicyDocument) : [];
  });
}

function permission({ Properties: { Principal, SourceArn } = {} }: PackagedResource): PolicyStatement {
  const Condition = SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } };
  return { Effect: 'Allow', Principal: { Service: Principal }, Condition };
}

function letsIn(
  { Effect, Principal, Condition }: PolicyStatement,
  { sending, template }: { sending: Sending; template: Packaged },
) {
  // Some services may also be named with the region.
  const named = isObject(Principal) ? textsOf(Principal.Service, template) : [];
  const services = named.map((service) => service.replace('.REGION.', '.'));
  if (Effect !== 'Allow' || !services.includes(sending.service)) return false;
  return conditionsOf(Condition, /^aws:SourceArn$/i).every(({ operator, value }) =>
    textsOf(value, template).some((pattern) =>
      operator.startsWith('StringEquals') ? pattern === sending.source : isLike(sending.source, pattern),
    ),
  );
}

function conditionsOf(condition: unknown, key: RegExp): { readonly operator: string; readonly value: unknown }[] {
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, tests]) =>
    isObject(tests)
      ? Object.entries(tests).flatMap(([name, value]) => (key.test(name) ? [{ operator, value }] : []))
      : [],
  );
}

function statementsIn(value: unknown): PolicyStatement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isObject(value)) return [];
  if ('Effect' in value) return [value];
  return Object.values(value).flatMap((inner) => possibleValues(inner).flatMap(statementsIn));
}
