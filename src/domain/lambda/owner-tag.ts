/** The tags of a Lambda function that Slipway reads: whether it may touch the function, whose the function is, and which stack made it. */

/** IAM lets Slipway touch only functions and repositories with this tag, at the value `true` (resources/permissions.yml). */
export const MANAGED_TAG = 'slipway:managed';
/** The services that may deploy to the function, whatever is registered in Slipway. */
export const OWNER_TAG = 'slipway:service';
/** CloudFormation sets it on what a stack has made. */
export const STACK_TAG = 'aws:cloudformation:stack-name';

/** By key. */
export type FunctionTags = Readonly<Record<string, string>>;

export function isManaged(tags: FunctionTags): boolean {
  return tags[MANAGED_TAG] === 'true';
}

/** Null: the tag allows the service, or there is no tag. Otherwise what it says, in words. */
export function ownerProblem(tag: string | null, service: string): string | null {
  if (tag === null) return null;
  // One function may have aliases of several services: Lambda's tags take no comma, but spaces.
  const names = tag.split(/\s+/).filter((name) => name !== '');
  if (names.includes(service)) return null;
  return names.length === 0 ? 'names no service' : `names ${names.join(', ')}`;
}
