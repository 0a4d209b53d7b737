/**
 * Finds the callers of a function: its policies, its event source mappings, its URLs, and its calls of the last day. It
 * changes nothing.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  type EventSourceMappingConfiguration,
  GetPolicyCommand,
  type LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctionUrlConfigs,
} from '@aws-sdk/client-lambda';
import { isSlipwayError } from '../domain/errors.ts';
import type { CallPeriod, Trigger } from '../domain/lambda/callers.ts';
import { LATEST } from '../domain/lambda/version-fact.ts';
import type { Callers } from '../ports/callers.ts';
import type { Clock } from '../ports/clock.ts';
import { type CallCounts, readCallCounts } from './call-counts.ts';
import { attempt } from './errors.ts';
import { triggersIn } from './lambda-policy.ts';

export interface CallersOrder {
  readonly cloudwatch: CloudWatchClient;
  readonly clock: Clock;
}

/** How many names are checked, in addition to the function itself and the alias; the most called first. */
const OTHER_NAMES = 3;

export function lambdaCallers(lambda: LambdaClient, order: CallersOrder): Callers {
  return {
    async read({ function: name, alias }) {
      const unread: string[] = [];
      const orUnread = orElse(unread);
      const [counts, urls, ...known] = await Promise.all([
        orUnread<CallCounts | null>(null, () => readCallCounts(order, name)),
        orUnread([], () => readUrls(lambda, name)),
        ...[LATEST, alias].map((calledAs) => triggersOf(lambda, { name, calledAs, orUnread })),
      ]);
      const calls = counts?.calls ?? null;
      const others = othersIn(calls ?? [], alias);
      const found = await Promise.all(others.map((calledAs) => triggersOf(lambda, { name, calledAs, orUnread })));
      return {
        triggers: distinct([...urls, ...known.flat(), ...found.flat()]),
        calls,
        countsServerErrors: counts?.countsServerErrors,
        unread,
      };
    },
  };
}

type OrUnread = <T>(instead: T, read: () => Promise<T>) => Promise<T>;

/** Only an error that may pass ends the read. A missing thing, such as a policy, counts as absent. */
function orElse(unread: string[]): OrUnread {
  return async (instead, read) => {
    try {
      return await read();
    } catch (error) {
      if (!isSlipwayError(error) || error.name === 'Transient') throw error;
      if (error.name !== 'NotFound') unread.push(error.message);
      return instead;
    }
  };
}

function othersIn(calls: readonly CallPeriod[], alias: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const { named } of calls) {
    for (const [name, count] of Object.entries(named)) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts]
    .filter(([name]) => name !== alias && name !== LATEST)
    .sort(([, one], [, other]) => other - one)
    .slice(0, OTHER_NAMES)
    .map(([name]) => name);
}

/** A mapping may be both in the answer for the function and in the answer for its alias. */
function distinct(triggers: readonly Trigger[]): readonly Trigger[] {
  return [...new Map(triggers.map((trigger) => [JSON.stringify(trigger), trigger])).values()];
}

interface Named {
  readonly name: string;
  readonly calledAs: string;
  readonly orUnread: OrUnread;
}

async function triggersOf(lambda: LambdaClient, { name, calledAs, orUnread }: Named): Promise<readonly Trigger[]> {
  const read = await Promise.all([
    orUnread([], () => readPolicy(lambda, { name, calledAs })),
    orUnread([], () => readMappings(lambda, { name, calledAs })),
  ]);
  return read.flat();
}

async function readPolicy(
  lambda: LambdaClient,
  { name, calledAs }: Omit<Named, 'orUnread'>,
): Promise<readonly Trigger[]> {
  const Qualifier = calledAs === LATEST ? {} : { Qualifier: calledAs };
  const what = `read who may call ${calledAs === LATEST ? name : `${name}:${calledAs}`}`;
  return attempt({ what, action: 'lambda:GetPolicy' }, async () => {
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: name, ...Qualifier }));
    return Policy === undefined ? [] : triggersIn({ policy: Policy, calledAs });
  });
}

async function readMappings(
  lambda: LambdaClient,
  { name, calledAs }: Omit<Named, 'orUnread'>,
): Promise<readonly Trigger[]> {
  const FunctionName = calledAs === LATEST ? name : `${name}:${calledAs}`;
  const what = `list the queues and streams that Lambda reads for ${FunctionName}`;
  return attempt({ what, action: 'lambda:ListEventSourceMappings' }, async () => {
    const triggers: Trigger[] = [];
    for await (const page of paginateListEventSourceMappings({ client: lambda }, { FunctionName })) {
      triggers.push(...(page.EventSourceMappings ?? []).map(mappingOf));
    }
    return triggers;
  });
}

function mappingOf(mapping: EventSourceMappingConfiguration): Trigger {
  const { UUID = '', EventSourceArn, SelfManagedEventSource, FunctionArn = '', State = '' } = mapping;
  const source = EventSourceArn ?? Object.values(SelfManagedEventSource?.Endpoints ?? {}).flat()[0] ?? null;
  const from = EventSourceArn?.split(':')[2] ?? 'kafka';
  const isOff = /^(Disabl|Deleting)/.test(State);
  return { kind: 'mapping', calledAs: qualifierIn(FunctionArn), from, source, id: UUID, isOff };
}

async function readUrls(lambda: LambdaClient, name: string): Promise<readonly Trigger[]> {
  const what = `list the URLs of ${name}`;
  return attempt({ what, action: 'lambda:ListFunctionUrlConfigs' }, async () => {
    const triggers: Trigger[] = [];
    for await (const page of paginateListFunctionUrlConfigs({ client: lambda }, { FunctionName: name })) {
      for (const { FunctionArn = '', FunctionUrl = '', AuthType = 'AWS_IAM' } of page.FunctionUrlConfigs ?? []) {
        const calledAs = qualifierIn(FunctionArn);
        triggers.push({ kind: 'url', calledAs, from: 'url', source: FunctionUrl, id: AuthType });
      }
    }
    return triggers;
  });
}

/** `arn:aws:lambda:eu-west-1:123456789012:function:checkout:live` */
function qualifierIn(arn: string): string {
  return arn.split(':')[7] ?? LATEST;
}
