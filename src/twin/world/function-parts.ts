/**
 * Finds the parts of a function of the rehearsed Lambda, and refuses a call for a missing part: `details.code` is AWS's
 * name.
 */
import { SlipwayError } from '../../domain/errors.ts';
import { versionIn } from './version-state.ts';
import type { Alias, FunctionVersion, LambdaFunction, World } from './world.ts';

export function holdsVersion({ functionVersion, weights }: Alias, version: string): boolean {
  return functionVersion === version || version in weights;
}

export function findFunction(world: World, name: string): LambdaFunction {
  const found = world.functions[name];
  if (found) return found;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message: `There is no function ${name}. Create it.` });
}

export function findVersion(found: LambdaFunction, version: string): FunctionVersion {
  const there = versionIn(found, version);
  if (there) return there;
  const message = `Function ${found.name} has no version ${version}. Publish it, or name one that exists.`;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message });
}

export function findAlias(found: LambdaFunction, alias: string): Alias {
  const there = found.aliases[alias];
  if (there) return there;
  const message = `Function ${found.name} has no alias ${alias}. Create it on the version that is live.`;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message });
}

export function invalid(message: string): SlipwayError {
  return refusal('Broken', { code: 'InvalidParameterValueException', message });
}

export function refusal(
  name: 'NotFound' | 'Conflict' | 'Transient' | 'Broken',
  { code, message }: { code: string; message: string },
) {
  return new SlipwayError(name, message, { details: { code } });
}
