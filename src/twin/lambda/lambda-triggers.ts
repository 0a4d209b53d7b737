/**
 * What may call a function of the rehearsed Lambda: APIs, schedules, buckets and topics by a permission, queues and
 * streams by a mapping, and function URLs. Each trigger calls the function itself or one of its aliases and versions.
 * It is refused as in AWS.
 */
import type { Trigger } from '../../domain/lambda/callers.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { TriggerKind } from '../../domain/service/rehearsed-trigger.ts';
import { findAlias, findFunction, findVersion, invalid, refusal } from '../world/function-parts.ts';
import type { World } from '../world/world.ts';

const ACCOUNT = 'eu-west-1:000000000000';

/** For each kind of source: its ARN, made from its name, and the service that calls the function or is read. */
const SOURCES = {
  api: { from: 'apigateway.amazonaws.com', arn: (name: string) => `arn:aws:execute-api:${ACCOUNT}:${name}/*/*` },
  schedule: { from: 'events.amazonaws.com', arn: (name: string) => `arn:aws:events:${ACCOUNT}:rule/${name}` },
  bucket: { from: 's3.amazonaws.com', arn: (name: string) => `arn:aws:s3:::${name}` },
  topic: { from: 'sns.amazonaws.com', arn: (name: string) => `arn:aws:sns:${ACCOUNT}:${name}` },
  loadBalancer: {
    from: 'elasticloadbalancing.amazonaws.com',
    arn: (name: string) => `arn:aws:elasticloadbalancing:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`,
  },
  queue: { from: 'sqs', arn: (name: string) => `arn:aws:sqs:${ACCOUNT}:${name}` },
  stream: { from: 'kinesis', arn: (name: string) => `arn:aws:kinesis:${ACCOUNT}:stream/${name}` },
  url: { from: 'url', arn: (name: string) => `https://${name}.lambda-url.eu-west-1.on.aws/` },
} as const satisfies Record<TriggerKind, object>;

export interface TriggerOrder {
  readonly kind: TriggerKind;
  /** The name of the API, the rule, the bucket or the queue. */
  readonly name: string;
  /** An alias or a version; when left out, the trigger calls the function itself. */
  readonly calledAs?: string | undefined;
  /** True when the mapping of a queue or stream is disabled. */
  readonly isOff?: boolean | undefined;
}

interface Around {
  readonly world: World;
  readonly changed: <T>(change: () => T) => T;
}

export function triggersOn({ world, changed }: Around) {
  return {
    /**
     * Lambda refuses a trigger that exists already, an alias or a version that does not exist, and a URL of a version.
     */
    addTrigger: (functionName: string, order: TriggerOrder) =>
      changed(() => addTrigger(world, { functionName, order })),
    /** Removes all other triggers. */
    keepTriggers: (functionName: string, isKept: (trigger: Trigger) => boolean) =>
      changed(() => {
        const found = findFunction(world, functionName);
        found.triggers = found.triggers?.filter(isKept);
      }),
    /** Throws NotFound. */
    removeTrigger: (functionName: string, order: TriggerOrder) =>
      changed(() => {
        const found = findFunction(world, functionName);
        const { kind, calledAs, source } = triggerOf(order);
        const left = (found.triggers ?? []).filter(
          (trigger) => trigger.kind !== kind || trigger.calledAs !== calledAs || trigger.source !== source,
        );
        if (left.length === found.triggers?.length) {
          const message = `Function ${functionName} has no trigger ${source} for ${calledAs}. Name one that is there.`;
          throw refusal('NotFound', { code: 'ResourceNotFoundException', message });
        }
        found.triggers = left;
      }),
  };
}

function addTrigger(world: World, { functionName, order }: { functionName: string; order: TriggerOrder }): Trigger {
  const found = findFunction(world, functionName);
  const trigger = triggerOf(order);
  const { calledAs, kind, id, source } = trigger;
  const isVersion = /^\d+$/.test(calledAs);
  if (isVersion) findVersion(found, calledAs);
  else if (calledAs !== LATEST) findAlias(found, calledAs);
  if (kind === 'url' && isVersion) throw invalid('A function URL is of a function or of an alias. Name no version.');
  const known = found.triggers ?? [];
  // A queue has one mapping for a function, whatever name it calls. A name has one URL.
  const isThere = known.some(
    (other) =>
      other.kind === kind &&
      (kind === 'mapping'
        ? other.source === source
        : other.calledAs === calledAs && (kind === 'url' || other.id === id)),
  );
  if (isThere) {
    const message = `Function ${functionName} has a trigger for ${source} already. Remove it, then add it again.`;
    throw refusal('Conflict', { code: 'ResourceConflictException', message });
  }
  found.triggers = [...known, trigger];
  return trigger;
}

function triggerOf({ kind, name, calledAs = LATEST, isOff = false }: TriggerOrder): Trigger & { isOff: boolean } {
  const { from, arn } = SOURCES[kind];
  const id = `${kind}-${name}-${calledAs === LATEST ? 'function' : calledAs}`;
  const about = { calledAs, from, source: arn(name), isOff: false };
  switch (kind) {
    case 'queue':
    case 'stream':
      return { kind: 'mapping', ...about, id, isOff };
    case 'url':
      return { kind: 'url', ...about, id: 'NONE' };
    default:
      return { kind: 'permission', ...about, id };
  }
}
