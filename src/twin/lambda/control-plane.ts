/**
 * Adds the limits of Lambda's control plane to Lambda itself. The whole account has about 15 calls a second, and a read
 * may show the earlier state of an alias. The ports use this; code that sets a scene does not.
 */

import { SlipwayError } from '../../domain/errors.ts';
import type { Trigger } from '../../domain/lambda/callers.ts';
import { type FunctionTags, isManaged, MANAGED_TAG } from '../../domain/lambda/owner-tag.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Alias, LambdaFunction } from '../world/world.ts';
import type { Lambda } from './lambda.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface ControlPlaneLimits {
  readonly callsPerSecond: number;
  /** The average rate of all other callers in the account. Their calls come at random moments. */
  readonly othersPerSecond: number;
  /** A read of an alias within `withinMs` of its change shows the earlier state with this probability. */
  readonly staleReads: { readonly probability: number; readonly withinMs: number };
}

export const CONTROL_PLANE_LIMITS: ControlPlaneLimits = {
  callsPerSecond: 15,
  othersPerSecond: 0,
  staleReads: { probability: 0, withinMs: 0 },
};

export type ControlPlane = Pick<Lambda, 'getAlias' | 'updateAlias' | 'putAlias' | 'getVersion' | 'publishVersion'> &
  Pick<Lambda, 'getFunction' | 'describeVersion' | 'publishLatest'> & {
    listAliases(functionName: string): Readonly<Record<string, Alias>>;
    listTags(functionName: string): FunctionTags;
    /** The triggers of the function itself, its URLs, and the triggers of the named aliases. */
    listTriggers(functionName: string, order: { readonly aliases: readonly string[] }): readonly Trigger[];
    getProvisionedConcurrency(functionName: string, order: { readonly alias: string }): number;
  };

export interface ControlPlaneOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly limits: ControlPlaneLimits;
  /** Takes one of the calls that are left, or throws. */
  readonly spend: TokenBucket['spend'];
}

export function limitedControlPlane(
  lambda: Lambda,
  { scheduler, random, limits, spend }: ControlPlaneOrder,
): ControlPlane {
  const before = new Map<string, { readonly alias: Alias; readonly until: number }>();
  /** IAM refuses a call for a function without the tag, and lets every caller read tags (resources/permissions.yml). */
  const ask = (action: string, functionName: string) => {
    spend(action);
    refuseUntagged(lambda.getFunction(functionName), action);
  };
  const moving =
    (move: Lambda['updateAlias']): Lambda['updateAlias'] =>
    (order) => {
      ask('updateAlias', order.functionName);
      const was = lambda.getFunction(order.functionName).aliases[order.alias];
      const moved = move(order);
      const until = scheduler.now() + limits.staleReads.withinMs;
      if (was) before.set(`${order.functionName}:${order.alias}`, { alias: was, until });
      return moved;
    };
  return {
    getAlias: (functionName, { alias }) => {
      ask('getAlias', functionName);
      const was = before.get(`${functionName}:${alias}`);
      if (was && scheduler.now() < was.until && random.chance(limits.staleReads.probability)) return was.alias;
      return lambda.getAlias(functionName, { alias });
    },
    listAliases: (functionName) => {
      ask('listAliases', functionName);
      return lambda.getFunction(functionName).aliases;
    },
    ...functionReads(lambda, { spend, ask }),
    getProvisionedConcurrency: (functionName, { alias }) => {
      ask('getProvisionedConcurrencyConfig', functionName);
      return lambda.getAlias(functionName, { alias }).provisionedConcurrency;
    },
    updateAlias: moving(lambda.updateAlias),
    putAlias: moving(lambda.putAlias),
    getVersion: (functionName, { version }) => {
      ask('getFunctionConfiguration', functionName);
      return lambda.getVersion(functionName, { version });
    },
    describeVersion: (functionName, { version }) => {
      ask('getFunctionConfiguration', functionName);
      return lambda.describeVersion(functionName, { version });
    },
    publishVersion: (order) => {
      // One call updates the code and another publishes it.
      ask('updateFunctionCode', order.functionName);
      ask('publishVersion', order.functionName);
      return lambda.publishVersion(order);
    },
    publishLatest: (order) => {
      spend('publishLatest');
      return lambda.publishLatest(order);
    },
  };
}

interface Asking {
  readonly spend: TokenBucket['spend'];
  /** Spends a call, and also refuses what IAM refuses. */
  readonly ask: (action: string, functionName: string) => void;
}

/** The reads of the function itself. */
function functionReads(
  lambda: Lambda,
  { spend, ask }: Asking,
): Pick<ControlPlane, 'getFunction' | 'listTags' | 'listTriggers'> {
  return {
    getFunction: (name) => {
      ask('getFunction', name);
      return lambda.getFunction(name);
    },
    listTags: (functionName) => {
      spend('listTags');
      return tagsOf(lambda.getFunction(functionName));
    },
    listTriggers: (functionName, { aliases }) => {
      // One call for the queues and streams of the function and of each name, and one for the URLs. Policies have a
      // limit of their own.
      for (const _name of [functionName, ...aliases]) spend('listEventSourceMappings');
      ask('listFunctionUrlConfigs', functionName);
      const { triggers = [] } = lambda.getFunction(functionName);
      return triggers.filter(
        ({ kind, calledAs }) => kind === 'url' || calledAs === LATEST || aliases.includes(calledAs),
      );
    },
  };
}

function tagsOf({ tags = { [MANAGED_TAG]: 'true' } }: LambdaFunction): FunctionTags {
  return tags;
}

function refuseUntagged(found: LambdaFunction, action: string): void {
  if (isManaged(tagsOf(found))) return;
  const fact = `AccessDeniedException: Slipway may not do lambda:${action} on function ${found.name}, which does not have the tag ${MANAGED_TAG} = true.`;
  throw new SlipwayError('Broken', `${fact} Set the tag, then repeat this.`, {
    details: { code: 'AccessDeniedException', denied: true },
  });
}
