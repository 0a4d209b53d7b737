/** Finds the Lambda functions of `terraform show -json`, from a state or a plan. */
import { watchedBy } from '../../aws/watched-metrics.ts';
import { triggerType } from './calling-resources.ts';
import type { FoundAlarm, FoundAlias, FoundFunction, FoundTrigger } from './found-function.ts';
import { type Fields, fieldsOf, listOf, stringOf, textOf } from './intrinsic-values.ts';
import { type Named, qualifiersIn } from './references.ts';
import { type TerraformResource, terraformResources } from './terraform-references.ts';

export function functionsOfTerraform(document: Fields): FoundFunction[] {
  const resources = terraformResources(document);
  return resources
    .filter(({ type, address }) => type === 'aws_lambda_function' && !isData(address))
    .map((resource) => functionFrom(resource, resources));
}

function isData(address: string): boolean {
  return /(^|\.)data\./.test(address);
}

function functionFrom({ address, values }: TerraformResource, resources: readonly TerraformResource[]): FoundFunction {
  const functionName = stringOf(values.function_name);
  const isOwn = (value: unknown) =>
    isReference(value, address) || (functionName !== null && isNamed(value, functionName));
  const aliases = resources
    .filter(({ type, values }) => type === 'aws_lambda_alias' && isOwn(values.function_name))
    .map((alias) => aliasFrom(alias, resources));
  const named: Named = {
    id: address,
    functionName: functionName !== null && /\$\{/.test(functionName) ? null : functionName,
    aliases: new Map(aliases.map(({ id, name }) => [id, name])),
    versions: [],
  };
  const publishes = values.publish === true;
  return {
    tool: 'terraform',
    id: address,
    names: [...new Set([named.functionName ?? address, address])],
    functionName: named.functionName,
    runtime: stringOf(values.runtime),
    isImage: values.package_type === 'Image',
    handler: stringOf(values.handler),
    codeFolders: codeFolders(values, resources),
    tags: Object.fromEntries(
      Object.entries({ ...fieldsOf(values.tags_all), ...fieldsOf(values.tags) }).map(([key, tag]) => [
        key,
        textOf(tag),
      ]),
    ),
    aliases,
    versions: publishes ? [{ id: address, changes: true }] : [],
    triggers: triggersOf(named, resources),
    alarms: alarmsOf(named, resources),
    properties: values,
    usedIds: resources.map((one) => one.address),
  };
}

function isReference(value: unknown, address: string): boolean {
  return textOf(value).startsWith(`\${${address}.`);
}

function isNamed(value: unknown, name: string): boolean {
  const text = textOf(value);
  return text === name || text.endsWith(`:function:${name}`);
}

/** Neither a state nor a plan contains `lifecycle`, so it is unknown here whether Terraform moves the alias. */
function aliasFrom({ address, values }: TerraformResource, resources: readonly TerraformResource[]): FoundAlias {
  const name = textOf(values.name);
  const isLatest = values.function_version === '$LATEST';
  const provisioned = resources.some(
    ({ type, values: { qualifier } }) =>
      type === 'aws_lambda_provisioned_concurrency_config' && (qualifier === name || isReference(qualifier, address)),
  );
  return {
    id: address,
    name,
    movedBecause: isLatest ? 'is on $LATEST, so every new code is live for everyone' : null,
    mayMove: !isLatest,
    losesVersions: false,
    provisionedConcurrency: provisioned,
  };
}

/** The equivalent CloudFormation resource, and the property that names the function. */
const TYPES: Readonly<Record<string, readonly [type: string, property: string]>> = {
  aws_lambda_permission: ['AWS::Lambda::Permission', 'function_name'],
  aws_lambda_event_source_mapping: ['AWS::Lambda::EventSourceMapping', 'function_name'],
  aws_lambda_function_url: ['AWS::Lambda::Url', 'function_name'],
  aws_lambda_function_event_invoke_config: ['AWS::Lambda::EventInvokeConfig', 'function_name'],
  aws_apigatewayv2_integration: ['AWS::ApiGatewayV2::Integration', 'integration_uri'],
  aws_apigatewayv2_authorizer: ['AWS::ApiGatewayV2::Authorizer', 'authorizer_uri'],
  aws_apigatewayv2_api: ['AWS::ApiGatewayV2::Api', 'target'],
  aws_api_gateway_integration: ['AWS::ApiGateway::Method', 'uri'],
  aws_api_gateway_authorizer: ['AWS::ApiGateway::Authorizer', 'authorizer_uri'],
  aws_api_gateway_rest_api: ['AWS::ApiGateway::RestApi', 'body'],
  aws_cloudwatch_event_target: ['AWS::Events::Rule', 'arn'],
  aws_scheduler_schedule: ['AWS::Scheduler::Schedule', 'target'],
  aws_sns_topic_subscription: ['AWS::SNS::Subscription', 'endpoint'],
  aws_s3_bucket_notification: ['AWS::S3::Bucket', 'lambda_function'],
  aws_lb_target_group_attachment: ['AWS::ElasticLoadBalancingV2::TargetGroup', 'target_id'],
  aws_alb_target_group_attachment: ['AWS::ElasticLoadBalancingV2::TargetGroup', 'target_id'],
  aws_cloudwatch_log_subscription_filter: ['AWS::Logs::SubscriptionFilter', 'destination_arn'],
  aws_cognito_user_pool: ['AWS::Cognito::UserPool', 'lambda_config'],
  aws_iot_topic_rule: ['AWS::IoT::TopicRule', 'lambda'],
  aws_appsync_datasource: ['AWS::AppSync::DataSource', 'lambda_config'],
  aws_sfn_state_machine: ['AWS::StepFunctions::StateMachine', 'definition'],
  aws_pipes_pipe: ['AWS::Pipes::Pipe', 'target'],
  aws_kinesis_firehose_delivery_stream: ['AWS::KinesisFirehose::DeliveryStream', 'extended_s3_configuration'],
  aws_config_config_rule: ['AWS::Config::ConfigRule', 'source'],
  aws_bedrockagent_agent_action_group: ['AWS::Bedrock::Agent', 'action_group_executor'],
  aws_ses_receipt_rule: ['AWS::SES::ReceiptRule', 'lambda_action'],
  aws_vpclattice_target_group_attachment: ['AWS::VpcLattice::TargetGroup', 'target'],
  aws_transfer_server: ['AWS::Transfer::Server', 'function'],
};

function triggersOf(named: Named, resources: readonly TerraformResource[]): FoundTrigger[] {
  return resources.flatMap(({ address, type, values }): FoundTrigger[] => {
    const [awsType, property = ''] = TYPES[type] ?? [];
    if (awsType === undefined || isData(address)) return [];
    const found = qualifiersIn({ [property]: withoutAttributes(values[property], named) }, named);
    if (found.length === 0) return [];
    const qualifier = aliasNamed(values.qualifier, named) ?? stringOf(values.qualifier);
    const calls = qualifier === null ? found : found.map((call) => (call === '$LATEST' ? qualifier : call));
    const Properties = awsProperties(values, resources);
    const {
      noun,
      event = null,
      kind = 'call',
      caution,
    } = triggerType({ Type: awsType, Properties }, () => '') ?? {
      noun: type,
    };
    return [{ id: address, kind, noun, event, property, value: values[property], calls, caution }];
  });
}

/** `${aws_lambda_function.api.invoke_arn}` names the function like `${aws_lambda_function.api}`. */
function withoutAttributes(value: unknown, { id, aliases }: Named): string {
  return [id, ...aliases.keys()].reduce(
    (text, address) =>
      text
        .replaceAll(
          new RegExp(String.raw`\$\{${literally(address)}\.(qualified_\w+|version)\}`, 'g'),
          `\${${address}.Version}`,
        )
        .replaceAll(new RegExp(String.raw`\$\{${literally(address)}\.\w+\}`, 'g'), (whole) =>
          whole.endsWith('.Version}') ? whole : `\${${address}}`,
        ),
    textOf(value),
  );
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function aliasNamed(value: unknown, { aliases }: Named): string | null {
  const found = [...aliases].find(([address]) => isReference(value, address));
  return found?.[1] ?? null;
}

function awsProperties(values: Fields, resources: readonly TerraformResource[]): Fields {
  const rule = resources.find(
    ({ type, address, values: { name } }) =>
      type === 'aws_cloudwatch_event_rule' && (name === values.rule || isReference(values.rule, address)),
  );
  const schedule = stringOf(rule?.values.schedule_expression);
  return {
    EventSourceArn: textOf(values.event_source_arn).replace(/\$\{.*aws_(sqs)_.*\}/, ':$1:'),
    ...(schedule === null ? {} : { ScheduleExpression: schedule }),
  };
}

function codeFolders(values: Fields, resources: readonly TerraformResource[]): string[] {
  const file = stringOf(values.filename) ?? '';
  const archive = resources.find(
    ({ type, values: { output_path } }) => type === 'archive_file' && output_path === values.filename,
  );
  const folders = [
    stringOf(archive?.values.source_dir) ?? '',
    (stringOf(archive?.values.source_file) ?? '').replace(/\/?[^/]*$/, ''),
    file.replace(/\/?[^/]*$/, ''),
  ];
  return [...new Set(folders.filter((folder) => folder !== '' && !folder.startsWith('${')))];
}

function alarmsOf(named: Named, resources: readonly TerraformResource[]): FoundAlarm[] {
  return resources.flatMap(({ type, values, address }) => {
    if (type !== 'aws_cloudwatch_metric_alarm') return [];
    const watched = watchedBy(awsAlarm(values, named));
    const isOurs = watched.metrics.some(
      ({ dimensions }) => dimensions.FunctionName === (named.functionName ?? named.id),
    );
    return isOurs ? [{ name: stringOf(values.alarm_name) ?? address, watched }] : [];
  });
}

function awsAlarm(values: Fields, named: Named): Parameters<typeof watchedBy>[0] {
  const queries = listOf(values.metric_query).map((query) => {
    const { id, expression, return_data, metric } = fieldsOf(query);
    const [stat] = listOf(metric);
    const isStat = stat !== undefined;
    return {
      Id: textOf(id),
      ReturnData: return_data === true,
      ...(stringOf(expression) === null ? {} : { Expression: textOf(expression) }),
      ...(isStat ? { MetricStat: { Metric: metricFrom(fieldsOf(stat), named), Period: 60, Stat: 'Sum' } } : {}),
    };
  });
  return queries.length > 0 ? { Metrics: queries } : metricFrom(values, named);
}

function metricFrom({ namespace, metric_name, dimensions }: Fields, { id, functionName }: Named) {
  const name = functionName ?? id;
  const Dimensions = Object.entries(fieldsOf(dimensions)).map(([Name, value]) => ({
    Name,
    Value: textOf(value).replace(`\${${id}.function_name}`, name),
  }));
  return { Namespace: textOf(namespace), MetricName: textOf(metric_name), Dimensions };
}
