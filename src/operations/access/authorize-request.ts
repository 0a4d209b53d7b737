/**
 * Finds who sends a request and what that caller may do. The answer is always a known caller or a reason why the caller
 * is not known, so a failure here never gives access.
 */

import type { Access } from '../../domain/access/access.ts';
import { grantsOf } from '../../domain/access/access-policy.ts';
import { callerName } from '../../domain/access/caller-name.ts';
import { type Refusal, TOKEN_LENGTH_MAX } from '../../domain/access/token.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Policies } from '../../ports/policies.ts';
import type { Tokens } from '../../ports/tokens.ts';

export interface AuthorizeRequestPorts {
  readonly tokens: Tokens;
  readonly policies: Policies;
}

export type Identification =
  | { readonly known: true; readonly access: Access }
  | { readonly known: false; readonly refusal: Refusal; readonly error?: unknown };

export async function authorizeRequest(
  { tokens, policies }: AuthorizeRequestPorts,
  { authorization }: { readonly authorization: string | undefined },
): Promise<Identification> {
  if (authorization === undefined || authorization === '') return unknown('no token');
  const token = /^Bearer +(\S+) *$/i.exec(authorization.slice(0, HEADER_LENGTH_MAX))?.[1];
  if (token === undefined) return unknown('no bearer token');
  if (token.length > TOKEN_LENGTH_MAX) return unknown('too large');
  try {
    // The policy is read even for a token that carries its own grants. A policy that cannot be read refuses every
    // caller, so that people notice.
    const policy = await policies.read();
    const verification = await tokens.verify(token);
    if (!verification.ok) return { known: false, refusal: verification.refusal };
    const { token: verified } = verification;
    return { known: true, access: { caller: callerName(verified), grants: grantsOf(policy, verified) } };
  } catch (error) {
    return { ...unknown(isSlipwayError(error, 'Transient') ? 'keys out of reach' : 'authorizer broken'), error };
  }
}

/** A longer header is refused without reading the rest. */
const HEADER_LENGTH_MAX = TOKEN_LENGTH_MAX + 100;

function unknown(reason: Refusal['reason']): Identification & { readonly known: false } {
  return { known: false, refusal: { reason, issuer: null, subject: null } };
}
