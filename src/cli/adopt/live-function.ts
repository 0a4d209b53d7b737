/** Brings a function as AWS describes it into the form of a tool's output, so that both get the same checks. */
import type { Trigger } from '../../domain/lambda/callers.ts';
import type { Sample } from '../../domain/service/event-source.ts';
import type { LiveFunction } from '../../ports/adoptions.ts';
import { type FoundAlarm, type FoundAlias, type FoundFunction, type FoundTrigger, LATEST } from './found-function.ts';

export interface LiveFacts {
  readonly name: string;
  readonly live: LiveFunction;
  readonly triggers: readonly Trigger[];
  readonly alarms: readonly FoundAlarm[];
}

export function functionFromAws({ name, live, triggers, alarms }: LiveFacts): FoundFunction {
  return {
    tool: 'aws',
    id: name,
    names: [name],
    functionName: name,
    runtime: live.runtime,
    isImage: live.runtime === null,
    handler: live.handler,
    codeFolders: [],
    tags: live.tags ?? {},
    aliases: (live.aliases ?? []).map(aliasFrom),
    versions: [],
    triggers: triggersFromAws(triggers),
    alarms,
    properties: { Timeout: live.timeoutSeconds },
    usedIds: [],
  };
}

function aliasFrom({ name, version, isSplit }: NonNullable<LiveFunction['aliases']>[number]): FoundAlias {
  const onLatest = version === LATEST ? `is on ${LATEST}, so every new code is live for everyone` : null;
  const split = isSplit ? 'splits its calls already, and not for Slipway' : null;
  return { id: name, name, movedBecause: onLatest ?? split, losesVersions: false, provisionedConcurrency: false };
}

const SERVICES: Readonly<Record<string, readonly [noun: string, event: Sample]>> = {
  'apigateway.amazonaws.com': ['API', 'http'],
  'elasticloadbalancing.amazonaws.com': ['load balancer', 'alb'],
  'events.amazonaws.com': ['EventBridge rule', 'eventbridge'],
  'sns.amazonaws.com': ['SNS topic', 'sns'],
  's3.amazonaws.com': ['bucket', 's3'],
  sqs: ['queue', 'sqs'],
  dynamodb: ['DynamoDB stream', 'dynamodb'],
  kinesis: ['Kinesis stream', 'kinesis'],
  url: ['function URL', 'functionUrl'],
};

/**
 * The same caller may have a permission on the function and a later one on the alias. That is one trigger, and it calls
 * the alias.
 */
export function triggersFromAws(triggers: readonly Trigger[]): FoundTrigger[] {
  const found = new Map<string, FoundTrigger>();
  for (const trigger of triggers.filter(({ isOff }) => isOff !== true)) {
    const made = triggerFrom(trigger);
    const before = found.get(made.id);
    const calls = [...new Set([...(before?.calls ?? []), ...made.calls])];
    found.set(made.id, { ...made, calls: calls.length > 1 ? calls.filter((call) => call !== LATEST) : calls });
  }
  return [...found.values()];
}

/** AWS shows only the permission of an API or a rule, so the allowed caller counts as the caller. */
function triggerFrom({ kind, calledAs, from, source, id }: Trigger): FoundTrigger {
  const [noun, event = null] = SERVICES[from] ?? [`caller ${from}`];
  const isMapping = kind === 'mapping';
  const property = isMapping ? 'FunctionName' : kind;
  return { id: nameOf({ source, id, isMapping }), kind: 'call', noun, event, property, value: id, calls: [calledAs] };
}

/** An API has one statement for each of its routes, but is one caller. */
function nameOf({ source, id, isMapping }: Pick<Trigger, 'source' | 'id'> & { readonly isMapping: boolean }): string {
  if (source === null) return id;
  const api = /^arn:[^:]+:execute-api:[^/]+/.exec(source)?.[0];
  return isMapping ? `${source} (mapping ${id})` : (api ?? source);
}
