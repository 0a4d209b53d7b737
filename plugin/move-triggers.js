/**
 * Moves everything that calls a function to its alias: each part of the finished template that names the function,
 * whoever wrote it. A resource that is not known as a caller or as harmless is refused, because a trigger past the
 * alias would get new code at once.
 */
const { allowAlias } = require('./allow-alias.js');
const { keepPermission, warnOfCallersOutside } = require('./outside-callers.js');
const { moveReferences } = require('./references.js');
const { refuse } = require('./refuse.js');

/** These resources call a function by an ARN that may include an alias. */
const CALLERS = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::AppSync::DataSource',
  'AWS::Cognito::UserPool',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Events::Rule',
  'AWS::IoT::ProvisioningTemplate',
  'AWS::IoT::TopicRule',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Logs::SubscriptionFilter',
  'AWS::Pipes::Pipe',
  'AWS::S3::Bucket',
  'AWS::SES::ReceiptRule',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::Scheduler::Schedule',
  'AWS::StepFunctions::StateMachine',
]);
/** These resources name functions and call none. */
const NO_CALLERS =
  /^AWS::(CloudWatch::|Logs::(LogGroup|MetricFilter|QueryDefinition)|Lambda::(Version|Alias|LayerVersionPermission)$)/;
const POLICIES = /^AWS::IAM::/;
/** No other resource refers to these, so they may wait for the alias. */
const LEAVES = /^AWS::(Lambda::(EventSourceMapping|Permission)|SNS::Subscription)$/;

/** Changes the template, and returns the messages for a person. */
function refuseTriggersPastAlias(serverless, { functions, leave }) {
  const template = serverless.service.provider.compiledCloudFormationTemplate;
  const problems = [];
  for (const one of functions) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (id === one.functionId) continue;
      if (leave.includes(id)) keepPermission(template, { id, one });
      else problems.push(...moveResource(resource, { id, one }));
    }
  }
  if (problems.length > 0) {
    const next = 'If one of these may go past the alias, list its logical id under custom.slipway.leave.';
    refuse(serverless, ['not all that calls these functions can be put on the alias.', ...problems, next].join('\n  '));
  }
  return functions.flatMap((one) => warnOfCallersOutside(serverless, one));
}

function moveResource(resource, { id, one }) {
  const { Type } = resource;
  if (NO_CALLERS.test(Type) || resource.Properties === undefined) return [];
  if (POLICIES.test(Type)) {
    allowAlias(resource.Properties, one);
    return [];
  }
  const special = SPECIAL[Type];
  const isQualified = special?.(resource.Properties, one) ?? false;
  const { FunctionName, TargetFunctionArn, ...rest } = resource.Properties;
  const asked = special === undefined ? withNames(resource.Properties, one) : rest;
  const { value, moved, elsewhere } = moveReferences(asked, one);
  const isKnown = CALLERS.has(Type) || special !== undefined;
  const problems = [
    ...(isKnown ? [] : moved.map((path) => unknown(Type, { id, one, path }))),
    ...elsewhere.map(({ path, qualifier }) => elsewhereProblem(Type, { id, one, path, qualifier })),
  ];
  if (!isKnown || problems.length > 0) return problems;
  Object.assign(resource.Properties, value);
  // True when no reference makes CloudFormation wait for the alias.
  const isWritten = LEAVES.test(Type) && JSON.stringify(value).includes(`${one.name}:${one.alias}`);
  if (isQualified || isWritten) waitFor(resource, one.aliasId);
  return [];
}

/** A bare name is a function's name only in a property that expects a function's name. */
function withNames(properties, one) {
  return properties.FunctionName === one.name
    ? { ...properties, FunctionName: `${one.name}:${one.alias}` }
    : properties;
}

/** Resources that name the function and the alias separately. Each handler returns whether this function was meant. */
const SPECIAL = {
  'AWS::Lambda::Url': (properties, one) => {
    if (!names(properties.TargetFunctionArn, one)) return false;
    Object.assign(properties, { TargetFunctionArn: { Ref: one.functionId }, Qualifier: one.alias });
    return true;
  },
  // These settings call nothing; on another alias of the team they stay.
  'AWS::Lambda::EventInvokeConfig': (properties, one) => {
    const { FunctionName, Qualifier = '$LATEST' } = properties;
    if (Qualifier !== '$LATEST' || !names(FunctionName, one)) return false;
    properties.Qualifier = one.alias;
    return true;
  },
  // The framework's own resources for existing buckets and user pools.
  'Custom::S3': qualify,
  'Custom::CognitoUserPool': qualify,
  'Custom::EventBridge': qualify,
};

function qualify(properties, one) {
  if (!names(properties.FunctionName, one)) return false;
  properties.FunctionQualifier = one.alias;
  return true;
}

function names(value, one) {
  return value === one.name || moveReferences(value, one).moved.length > 0;
}

function waitFor(resource, aliasId) {
  const before = [resource.DependsOn ?? []].flat();
  if (!before.includes(aliasId)) resource.DependsOn = [...before, aliasId];
}

function unknown(type, { id, one, path }) {
  const where = `${id} (${type}) names ${one.key} at ${path.join('.')}`;
  if (path[0] === 'ServiceToken') {
    return `${where}: the handler of a custom resource cannot change. Leave ${one.key} out of custom.slipway.functions.`;
  }
  if (type.startsWith('AWS::CodeDeploy::')) return `${where}: CodeDeploy would move the alias too. Take it out.`;
  return `${where}. If it calls the function, write !Ref ${one.aliasId} there.`;
}

function elsewhereProblem(type, { id, one, path, qualifier }) {
  return `${id} (${type}) calls ${one.key}:${qualifier} at ${path.join('.')}, not ${one.alias}. Write !Ref ${one.aliasId} there.`;
}

module.exports = { refuseTriggersPastAlias };
