/**
 * Compares a found function with what Slipway needs: the alias, who calls it, the tag, the alarm. It says what exists
 * and what is missing.
 */
import { matchProblem } from '../../domain/alarms/alarm-match.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { isManaged } from '../../domain/lambda/owner-tag.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import type { AdoptionFacts, Point } from './adoption-facts.ts';
import { type FoundAlias, type FoundFunction, type FoundTrigger, isPastAlias } from './found-function.ts';
import { functionPoints } from './function-points.ts';
import { serviceName } from './service-name.ts';

export interface Adoption extends AdoptionFacts {
  readonly points: readonly Point[];
}

export interface AdoptionChoice {
  /** The real name of the function, when the output does not know it. */
  readonly functionName?: string | undefined;
  readonly alias?: string | undefined;
  readonly service?: string | undefined;
}

export function adoptionOf(output: FoundFunction, choice: AdoptionChoice = {}): Adoption {
  const found = withAliasName(output, choice.alias);
  const functionName = choice.functionName ?? found.functionName;
  const alias = chosenAlias(found, choice.alias);
  const name = alias?.name ?? newAliasName(found, choice.alias);
  const target: LambdaTarget = { kind: 'lambda', function: functionName ?? placeholder(found), alias: name };
  const service = choice.service ?? serviceName(functionName ?? found.names[0] ?? found.id);
  const facts = {
    found,
    service,
    target,
    isNameKnown: functionName !== null,
    alias,
    alarm: alarmFor(found, { service, alias: name }),
    isTagged: isManaged(found.tags),
    toMove: found.triggers.filter((trigger) => isToMove(trigger, { found, alias: name })),
    publishes: found.tool === 'serverless' && found.versions.some(({ changes }) => changes),
  };
  return { ...facts, points: functionPoints(facts) };
}

/** The name of an alias may be a condition or a parameter. Only a person can say it then. */
function withAliasName(found: FoundFunction, wanted: string | undefined): FoundFunction {
  const unknown = found.aliases.find(({ name }) => !/^[A-Za-z0-9_-]+$/.test(name))?.name;
  if (unknown === undefined) return found;
  if (wanted === undefined) {
    const fact = `The output does not say what the alias of ${found.names[0]} is called: its name is a condition or a parameter.`;
    throw new SlipwayError('InvalidRequest', `${fact} Give it: slipway init --alias NAME`);
  }
  const known = (name: string) => (name === unknown ? wanted : name);
  const aliases = found.aliases.map((alias) => ({ ...alias, name: known(alias.name) }));
  return { ...found, aliases, triggers: found.triggers.map((one) => ({ ...one, calls: one.calls.map(known) })) };
}

/** CloudFormation chooses the name later, so the function's id replaces the name until a person writes it. */
function placeholder({ id }: FoundFunction): string {
  return id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(-64);
}

/** The framework's aliases are gone once the snippet is in place, so their callers move too. */
function isToMove(
  trigger: FoundTrigger,
  { found, alias }: { readonly found: FoundFunction; readonly alias: string },
): boolean {
  // A permission that the alias has too is not a call past the alias: it only allows more.
  if (trigger.calls.includes(alias)) return false;
  if (found.tool !== 'serverless') return isPastAlias(trigger);
  return isPastAlias(trigger) || found.aliases.some(({ name }) => trigger.calls.includes(name));
}

/**
 * Only Slipway may move the alias of a service. The Serverless Framework and its plugins move all aliases that they
 * make; the other tools can be told to leave an alias alone.
 */
function chosenAlias({ aliases, tool }: FoundFunction, wanted: string | undefined): FoundAlias | null {
  const usable = aliases.filter(({ name, movedBecause, provisionedConcurrency }) => {
    const isLeft = tool !== 'serverless' || (movedBecause === null && !provisionedConcurrency);
    return isLeft && !isPin(name);
  });
  if (wanted !== undefined) return usable.find(({ name }) => name === wanted) ?? null;
  return usable.find(({ name }) => name === 'live') ?? usable[0] ?? null;
}

function isPin(name: string): boolean {
  return name.startsWith('slipway-before-');
}

/** A name that differs in more than upper and lower case is easier to tell from an existing alias `Live`. */
function newAliasName({ aliases }: FoundFunction, wanted: string | undefined): string {
  if (wanted !== undefined) return wanted;
  return aliases.some(({ name }) => name.toLowerCase() === 'live') ? 'released' : 'live';
}

function alarmFor(
  { alarms, functionName, id }: FoundFunction,
  { service, alias }: { readonly service: string; readonly alias: string },
): Adoption['alarm'] {
  // Uses the function's name in the output: a name that a person gave is not in the output.
  const target = { kind: 'lambda', function: functionName ?? id, alias } as const;
  const resource = `${target.function}:${alias}`;
  const seesAlias = alarms.find(
    ({ watched }) =>
      matchProblem(watched, target) === null &&
      watched.metrics.some(({ dimensions: { Resource } }) => Resource === resource),
  );
  return seesAlias === undefined
    ? { name: `${service}-errors`, isThere: false }
    : { name: seesAlias.name, isThere: true };
}
