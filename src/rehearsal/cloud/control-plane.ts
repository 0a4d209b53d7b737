/**
 * What a caller of Lambda's control plane meets on top of Lambda itself: about 15 calls a second for the whole account,
 * and reads that may show the alias as it was a moment ago. The ports go through here; who sets a scene does not.
 */
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Lambda } from './lambda.ts';
import type { TokenBucket } from './token-bucket.ts';
import type { Alias } from './world.ts';

export interface ControlPlaneLimits {
  readonly callsPerSecond: number;
  /** What everybody else in the account asks of it, on average. Their calls come at random moments. */
  readonly othersPerSecond: number;
  /** A read of an alias within `withinMs` of its change shows, with this probability, what was there before. */
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
  const moving =
    (move: Lambda['updateAlias']): Lambda['updateAlias'] =>
    (order) => {
      spend('updateAlias');
      const was = lambda.getFunction(order.functionName).aliases[order.alias];
      const moved = move(order);
      const until = scheduler.now() + limits.staleReads.withinMs;
      if (was) before.set(`${order.functionName}:${order.alias}`, { alias: was, until });
      return moved;
    };
  return {
    getFunction: (name) => {
      spend('getFunction');
      return lambda.getFunction(name);
    },
    getAlias: (functionName, { alias }) => {
      spend('getAlias');
      const was = before.get(`${functionName}:${alias}`);
      if (was && scheduler.now() < was.until && random.chance(limits.staleReads.probability)) return was.alias;
      return lambda.getAlias(functionName, { alias });
    },
    listAliases: (functionName) => {
      spend('listAliases');
      return lambda.getFunction(functionName).aliases;
    },
    getProvisionedConcurrency: (functionName, { alias }) => {
      spend('getProvisionedConcurrency');
      return lambda.getAlias(functionName, { alias }).provisionedConcurrency;
    },
    updateAlias: moving(lambda.updateAlias),
    putAlias: moving(lambda.putAlias),
    getVersion: (functionName, { version }) => {
      spend('getVersion');
      return lambda.getVersion(functionName, { version });
    },
    describeVersion: (functionName, { version }) => {
      spend('describeVersion');
      return lambda.describeVersion(functionName, { version });
    },
    publishVersion: (order) => {
      // Code is updated by one call and published by another.
      spend('publishVersion');
      spend('publishVersion');
      return lambda.publishVersion(order);
    },
    publishLatest: (order) => {
      spend('publishLatest');
      return lambda.publishLatest(order);
    },
  };
}
