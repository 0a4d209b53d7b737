/**
 * What can be deleted in the rehearsed Lambda. As in AWS, a function that is created again counts its versions from 1
 * again.
 */
import { findAlias, findFunction, findVersion, holdsVersion, refusal } from '../world/function-parts.ts';
import type { LambdaFunction, World } from '../world/world.ts';

interface DeletionsOrder {
  readonly world: World;
  readonly changed: <T>(change: () => T) => T;
}

export function deletions({ world, changed }: DeletionsOrder) {
  return {
    /** Deletes the function with its versions and aliases. */
    deleteFunction: (name: string) => changed(() => deleteFunction(world, name)),
    /** True when the function was deleted once, even if it was created again. */
    wasDeleted: (name: string) => world.deleted?.[name] !== undefined,
    deleteVersion: (functionName: string, { version }: { version: string }) =>
      changed(() => deleteVersion(findFunction(world, functionName), version)),
    deleteAlias: (functionName: string, { alias }: { alias: string }) =>
      changed(() => deleteAlias(findFunction(world, functionName), alias)),
  };
}

/** The revisions of a new function of the same name continue the count: AWS never gives a revision twice. */
function deleteFunction(world: World, name: string): void {
  const { lastRevision } = findFunction(world, name);
  world.deleted = { ...world.deleted, [name]: lastRevision };
  delete world.functions[name];
}

function deleteAlias(found: LambdaFunction, alias: string): void {
  findAlias(found, alias);
  delete found.aliases[alias];
  // The alias's policy and URL are deleted with it. A mapping stays, and finds nothing to call.
  found.triggers = found.triggers?.filter(({ kind, calledAs }) => kind === 'mapping' || calledAs !== alias);
}

function deleteVersion(found: LambdaFunction, version: string): void {
  findVersion(found, version);
  const holder = Object.entries(found.aliases).find(([, alias]) => holdsVersion(alias, version));
  if (holder) {
    const message = `Version ${version} of ${found.name} is held by alias ${holder[0]}. Move the alias first.`;
    throw refusal('Conflict', { code: 'ResourceConflictException', message });
  }
  delete found.versions[version];
}
