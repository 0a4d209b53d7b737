/**
 * Finds mistakes in the configuration of the authorizer before it is deployed; resources/access-policy.cjs calls this.
 */
import type { AccessPolicy } from '../domain/access/access-policy.ts';
import { SlipwayError } from '../domain/errors.ts';
import { readIssuerList } from './issuer-list.ts';
import { readPolicy } from './policy-file.ts';

/**
 * Throws Broken when the policy or the list of issuers is not valid. Also throws Broken when the policy names an issuer
 * that is not in the list.
 */
export async function readPolicyFor({
  path,
  issuers,
}: {
  readonly path: string;
  readonly issuers: string;
}): Promise<AccessPolicy> {
  const names = readIssuerList(issuers).map(({ name }) => name);
  const policy = await readPolicy(path);
  const stranger = policy.statements.find(({ issuer }) => !names.includes(issuer));
  if (stranger === undefined) return policy;
  const fact = `The access policy ${path} speaks of ${stranger.issuer}, which the parameter oidcIssuers does not name.`;
  throw new SlipwayError('Broken', `${fact} Name it there, letter for letter, or take the statement out.`);
}
