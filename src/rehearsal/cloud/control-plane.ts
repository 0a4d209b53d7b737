/**
 * What a caller of Lambda's control plane meets on top of Lambda itself: about 15 calls a second for the whole account,
 * and reads that may show the alias as it was a moment ago. The ports go through here; who sets a scene does not.
 */
import { SlipwayError } from '../../domain/errors.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Lambda } from './lambda.ts';
import type { Alias } from './world.ts';

export interface ControlPlaneLimits {
  readonly callsPerSecond: number;
  /** A read of an alias within `withinMs` of its change shows, with this probability, what was there before. */
  readonly staleReads: { readonly probability: number; readonly withinMs: number };
}

export const CONTROL_PLANE_LIMITS: ControlPlaneLimits = {
  callsPerSecond: 15,
  staleReads: { probability: 0, withinMs: 0 },
};

export type ControlPlane = Pick<Lambda, 'getAlias' | 'updateAlias' | 'putAlias' | 'getVersion' | 'publishVersion'> &
  Pick<Lambda, 'getFunction' | 'describeVersion'>;

export function limitedControlPlane(
  lambda: Lambda,
  { scheduler, random, limits }: { scheduler: Scheduler; random: Random; limits: ControlPlaneLimits },
): ControlPlane {
  const spend = tokenBucket(scheduler, limits.callsPerSecond);
  const before = new Map<string, { readonly alias: Alias; readonly until: number }>();
  const moving =
    (move: Lambda['updateAlias']): Lambda['updateAlias'] =>
    (order) => {
      spend();
      const was = lambda.getFunction(order.functionName).aliases[order.alias];
      const moved = move(order);
      const until = scheduler.now() + limits.staleReads.withinMs;
      if (was) before.set(`${order.functionName}:${order.alias}`, { alias: was, until });
      return moved;
    };
  return {
    getFunction: (name) => {
      spend();
      return lambda.getFunction(name);
    },
    getAlias: (functionName, { alias }) => {
      spend();
      const was = before.get(`${functionName}:${alias}`);
      if (was && scheduler.now() < was.until && random.chance(limits.staleReads.probability)) return was.alias;
      return lambda.getAlias(functionName, { alias });
    },
    updateAlias: moving(lambda.updateAlias),
    putAlias: moving(lambda.putAlias),
    getVersion: (functionName, { version }) => {
      spend();
      return lambda.getVersion(functionName, { version });
    },
    describeVersion: (functionName, { version }) => {
      spend();
      return lambda.describeVersion(functionName, { version });
    },
    publishVersion: (order) => {
      spend();
      return lambda.publishVersion(order);
    },
  };
}

/** Holds one second's worth of calls, and fills up continuously. Throws Transient when it is empty. */
function tokenBucket(scheduler: Scheduler, perSecond: number): () => void {
  let tokens = perSecond;
  let filledAt = scheduler.now();
  return () => {
    const now = scheduler.now();
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens < 1) {
      const fact = `Lambda's control plane takes ${perSecond} calls a second, and this one is over the limit.`;
      throw new SlipwayError('Transient', `${fact} Repeat it in a moment.`, {
        details: { code: 'TooManyRequestsException' },
      });
    }
    tokens -= 1;
  };
}
