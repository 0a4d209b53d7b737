/** The calls of a function by each of its names: the calls through an alias, and the calls that its triggers bring. */

import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { RehearsedTrigger } from '../../domain/service/rehearsed-trigger.ts';
import type { TriggerOrder } from '../lambda/lambda-triggers.ts';
import type { Load } from '../world/world.ts';
import type { Account } from './account.ts';

/** Sets the calls per second through the alias, from now on or from a moment in the past; 0 stops them. */
export function setLoad({ load, world, save }: Pick<Account, 'load' | 'world' | 'save'>, wanted: Load): void {
  load.flush();
  world.loads[`${wanted.functionName}:${wanted.alias}`] = wanted;
  load.adjust();
  save();
}

export type NewTrigger = TriggerOrder & {
  readonly functionName: string;
  readonly requestsPerSecond?: number | undefined;
};

/**
 * Adds a trigger and its calls, on top of the calls that the name already has. Without a rate, the trigger brings no
 * calls.
 */
export function addTrigger(account: Account, { functionName, requestsPerSecond = 0, ...order }: NewTrigger): void {
  const { calledAs: alias } = account.lambda.addTrigger(functionName, order);
  if (requestsPerSecond === 0) return;
  const before = account.world.loads[`${functionName}:${alias}`];
  const all = requestsPerSecond + (before?.requestsPerSecond ?? 0);
  setLoad(account, { ...before, functionName, alias, requestsPerSecond: all });
}

export interface TriggersOrder {
  readonly functionName: string;
  /** The alias of the service. `setTriggers` needs its load set before. */
  readonly alias: string;
  readonly triggers: readonly RehearsedTrigger[];
}

export function setTriggers(account: Account, { functionName, alias, triggers }: TriggersOrder): void {
  const { aliases, triggers: before = [] } = account.lambda.getFunction(functionName);
  const isOthers = (name: string) => name !== alias && aliases[name] !== undefined;
  account.lambda.keepTriggers(functionName, ({ calledAs }) => isOthers(calledAs));
  for (const name of new Set([LATEST, ...before.map(({ calledAs }) => calledAs)])) {
    const isCalled = account.world.loads[`${functionName}:${name}`] !== undefined;
    if (isCalled && name !== alias && !isOthers(name)) {
      setLoad(account, { functionName, alias: name, requestsPerSecond: 0 });
    }
  }
  for (const trigger of triggers) addTrigger(account, { functionName, ...trigger });
}
