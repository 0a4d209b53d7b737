/**
 * `slipway access check`: which statement of an access policy gives a token its roles, and which nearly does. It asks
 * no server, so it cannot know whether the token is genuine.
 */
import { type Access, decideAccess } from '../../domain/access/access.ts';
import { grantsOf, misfitsOf } from '../../domain/access/access-policy.ts';
import type { Role } from '../../domain/access/grant.ts';
import type { VerifiedToken } from '../../domain/access/token.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Given } from '../arguments/declaration.ts';
import { ACCESS } from '../declarations/session.ts';
import { accessLines } from '../print/access-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { claimsOf } from '../remote/token-sources.ts';

export function access(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(ACCESS, { args, desk, calls: ['listServices'], run: checkAccess });
}

async function checkAccess(remote: Remote, { values }: Given<typeof ACCESS.options>) {
  const { token, desk } = remote;
  const text = await token.read();
  if (text === null) throw refused('There is no token to check. Give one: --token - reads it from standard input.');
  const claimed = await tokenFrom(text, { from: token.from });
  const { readPolicy } = await import('../../tokens/policy-file.ts');
  const policy = claimed.grants === null ? await readPolicy(values.policy) : { statements: [] };
  const grants = grantsOf(policy, claimed);
  const needed = values.role === undefined ? null : { role: values.role as Role, service: values.service ?? null };
  const who: Access = { caller: claimed.subject, grants };
  const decision = needed === null ? null : decideAccess({ access: who, ...needed });
  const statements = misfitsOf(policy, claimed).map(({ statement, misfits }) => ({
    number: policy.statements.indexOf(statement) + 1,
    statement,
    misfits,
  }));
  const { issuer, subject } = claimed;
  const answer = { token: token.from, issuer, subject, grants, needed, decision, policy: values.policy, statements };
  remote.show(answer, (visible) => accessLines(visible, { width: desk.width() }));
  const isIn = decision === null ? grants.length > 0 : decision.allowed;
  return isIn ? ('good' as const) : ('refused' as const);
}

/** The token's claims as the authorizer would find them after it has verified the signature. */
async function tokenFrom(text: string, { from }: { readonly from: string }): Promise<VerifiedToken> {
  const claims = claimsOf(text);
  const { iss: issuer, sub: subject, grants } = claims ?? {};
  if (claims === null || typeof issuer !== 'string' || typeof subject !== 'string')
    throw refused(`The token of ${from} is not a JSON Web Token with iss and sub. Give another one: --token -`);
  const { readGrants } = await import('../../tokens/grants.ts');
  // Only Slipway's own issuers have names that are no address.
  const own = issuer.startsWith('https://') ? null : readGrants(grants);
  return { issuer, subject, claims, grants: own };
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
