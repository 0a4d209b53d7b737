/** What can be deleted in the rehearsed Lambda. A function that is created again counts its versions from 1 again, as in AWS. */
import { findAlias, findFunction, findVersion, holdsVersion, refusal } from '../world/function-parts.ts';
import type { LambdaFunction, World } from '../world/world.ts';

interface DeletionsOrder {
  readonly world: World;
  readonly changed: <T>(change: () => T) => T;
}

export function deletions({ world, changed }: DeletionsOrder) {
  return {
    /** With its versions and aliases. */
    deleteFunction: (name: string) => changed(() => deleteFunction(world, name)),
    /** It was deleted once and may be there again. */
    wasDeleted: (name: string) => world.deleted?.[name] !== undefined,
    deleteVersion: (functionName: string, { version }: { version: string }) =>
      changed(() => deleteVersion(findFunction(world, functionName), version)),
    deleteAlias: (functionName: string, { alias }: { alias: string }) =>
      changed(() => deleteAlias(findFunction(world, functionName), alias)),
  };
}

/** Its revisions go on where they were: AWS gives none a second time. */
function deleteFunction(world: World, name: string): void {
  const { lastRevision } = findFunction(world, name);
  world.deleted = { ...world.deleted, [name]: lastRevision };
  delete world.functions[name];
}

function deleteAlias(found: LambdaFunction, alias: string): void {
  findAlias(found, alias);
  delete found.aliases[alias];
  // Its policy and its URL go with it; a mapping stays, and finds nobody to call.
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
