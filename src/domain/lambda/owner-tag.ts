/**
 * The tags of a Lambda function that Slipway reads. They say whether Slipway may touch the function, which services may
 * deploy to it, and which stack made it.
 */

/**
 * IAM lets Slipway touch only functions and repositories that have this tag with the value `true`
 * (resources/permissions.yml).
 */
export const MANAGED_TAG = 'slipway:managed';
/** Names the services that may deploy to the function. It holds whatever is registered in Slipway. */
export const OWNER_TAG = 'slipway:service';
/** CloudFormation sets this tag on everything that a stack creates. */
export const STACK_TAG = 'aws:cloudformation:stack-name';

/** The value of each tag, by its key. */
export type FunctionTags = Readonly<Record<string, string>>;

export function isManaged(tags: FunctionTags): boolean {
  return tags[MANAGED_TAG] === 'true';
}

/**
 * Returns what the tag says, in words, when it does not allow the service. Returns null when it does, or when there is
 * no tag.
 */
export function ownerProblem(tag: string | null, service: string): string | null {
  if (tag === null) return null;
  // One function may have aliases of several services. A Lambda tag may contain spaces but no comma, so spaces separate
  // the names.
  const names = tag.split(/\s+/).filter((name) => name !== '');
  if (names.includes(service)) return null;
  return names.length === 0 ? 'names no service' : `names ${names.join(', ')}`;
}
