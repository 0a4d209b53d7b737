/** The tag by which a Lambda function names the services that may deploy to it, whatever is registered in Slipway. */

export const OWNER_TAG = 'slipway:service';

/** Null: the tag allows the service, or there is no tag. Otherwise what it says, in words. */
export function ownerProblem(tag: string | null, service: string): string | null {
  if (tag === null) return null;
  // One function may have aliases of several services: Lambda's tags take no comma, but spaces.
  const names = tag.split(/\s+/).filter((name) => name !== '');
  if (names.includes(service)) return null;
  return names.length === 0 ? 'names no service' : `names ${names.join(', ')}`;
}
