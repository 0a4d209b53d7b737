/** Words about a trigger of a function: its name, how to point it at the alias, and how to remove what is left. */

import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import type { Trigger } from './callers.ts';

/** Returns words such as `Queue jobs (arn:...)`. */
export function triggerInWords(trigger: Trigger): string {
  const { kind, source } = trigger;
  if (kind === 'url') return `Function URL ${source}`;
  if (source === null) return callerInWords(trigger);
  return `${nounOf(trigger)} ${nameIn(source)} (${source})`;
}

/** The noun for each AWS service, by the service's short name. */
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

/** Returns `events` for `events.amazonaws.com`. */
function serviceOf({ from }: Trigger): string {
  return from.replace(/\.amazonaws\.com(\.cn)?$/, '');
}

/** Returns the part of an ARN by which people know the resource. */
function nameIn(arn: string): string {
  const text = arn.split(':').slice(5).join(':');
  // The ARN of a rule on a custom event bus has the name of the bus before the name of the rule.
  if (text.startsWith('rule/')) return text.replace(/^.*\//, '');
  if (arn.includes(':execute-api:')) return text.replace(/\/.*$/, '');
  return text.replace(/^(targetgroup|stream|table|userpool|cluster)\/([^/]+).*$/, '$2');
}

/** Says what to change so that the trigger calls the alias. */
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

/** Returns the command that removes what is left of a trigger after its move to the alias. */
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
