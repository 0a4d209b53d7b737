/** What a trigger of a function is called, and how it is pointed at the alias, in words for each kind. */

import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import type { Trigger } from './callers.ts';

/** `Queue jobs (arn:...)`. */
export function triggerInWords(trigger: Trigger): string {
  const { kind, source } = trigger;
  if (kind === 'url') return `Function URL ${source}`;
  if (source === null) return callerInWords(trigger);
  return `${nounOf(trigger)} ${nameIn(source)} (${source})`;
}

/** By the service's short name. */
const NOUNS: Readonly<Record<string, string>> = {
  apigateway: 'API',
  elasticloadbalancing: 'Target group',
  events: 'Schedule or rule',
  s3: 'Bucket',
  sns: 'Topic',
  sqs: 'Queue',
  kinesis: 'Stream',
  dynamodb: 'Table stream',
  'cognito-idp': 'User pool',
  iot: 'IoT rule',
  logs: 'Log group',
  kafka: 'Kafka cluster',
};

function nounOf(trigger: Trigger): string {
  return NOUNS[serviceOf(trigger)] ?? `What ${serviceOf(trigger)} calls it for:`;
}

function callerInWords({ from }: Trigger): string {
  if (from === '*') return 'Everybody, by a permission for any principal,';
  if (/^\d{12}$/.test(from) || from.startsWith('arn:')) return `Account or role ${from}`;
  return `Service ${from}, by a permission that names no source,`;
}

/** `events` of `events.amazonaws.com`. */
function serviceOf({ from }: Trigger): string {
  return from.replace(/\.amazonaws\.com(\.cn)?$/, '');
}

/** The part of an ARN by which people know the thing. */
function nameIn(arn: string): string {
  const text = arn.split(':').slice(5).join(':');
  // A rule of a bus of its own has the name of the bus before its own.
  if (text.startsWith('rule/')) return text.replace(/^.*\//, '');
  if (arn.includes(':execute-api:')) return text.replace(/\/.*$/, '');
  return text.replace(/^(targetgroup|stream|table|userpool|cluster)\/([^/]+).*$/, '$2');
}

/** How its calls get to the alias. */
export function wayToAlias(trigger: Trigger, target: LambdaTarget): string {
  const { function: name, alias } = target;
  const arn = `the ARN of the alias, which ends in function:${targetName(target)}`;
  const { kind, source, id } = trigger;
  if (kind === 'mapping') {
    return `Point the mapping at the alias: aws lambda update-event-source-mapping --uuid ${id} --function-name ${targetName(target)}`;
  }
  if (kind === 'url') {
    return `Make a URL of the alias (aws lambda create-function-url-config --function-name ${name} --qualifier ${alias} --auth-type ${id}), have its callers use that one, and delete this one`;
  }
  const allow = `Allow it to call the alias (aws lambda add-permission --function-name ${name} --qualifier ${alias} ...)`;
  switch (serviceOf(trigger)) {
    case 'apigateway':
      return `${allow}, and give ${/\/authorizers\//.test(source ?? '') ? 'the authorizer' : 'the integrations'} of the API ${arn}`;
    case 'elasticloadbalancing':
      return `${allow}, register ${arn}, in the target group, and deregister the function`;
    case 'events':
      return `${allow}, and give the target of the rule ${arn} (aws events put-targets)`;
    case 's3':
      return `${allow}, and give the notification of the bucket ${arn}`;
    case 'sns':
      return `${allow}, subscribe ${arn}, to the topic, and take the subscription of the function away`;
    default:
      return `${allow}, and have it call ${arn}`;
  }
}

/** How what is left of a trigger that was moved is removed. */
export function removalOf(trigger: Trigger, target: LambdaTarget): string {
  const { function: name } = target;
  switch (trigger.kind) {
    case 'mapping':
      return `aws lambda delete-event-source-mapping --uuid ${trigger.id}`;
    case 'url':
      return `aws lambda delete-function-url-config --function-name ${name}`;
    case 'permission':
      return `aws lambda remove-permission --function-name ${name} --statement-id ${trigger.id}`;
  }
}
