/**
 * Says who calls a server without an authorizer. Only programs on this machine reach it, so it believes the name that a
 * caller gives: two people can try a strategy with an approval. Without a token the caller is `local`.
 */
import { fullAccess } from '../../domain/access/access.ts';
import { LOCAL_CALLER, localPerson } from '../../domain/access/caller-name.ts';
import type { UnknownReason } from '../../domain/access/token.ts';
import type { AuthorizerContext } from '../../functions/request-authorizer.ts';

const NO_LOCAL_NAME: UnknownReason = 'no local name';
const GRANTS = JSON.stringify(fullAccess(LOCAL_CALLER).grants);

/** Returns the context that an authorizer would return. A token that names no local person is refused, not ignored. */
export function localCaller(authorization: string | undefined): AuthorizerContext {
  if (authorization === undefined || authorization.trim() === '') return { caller: LOCAL_CALLER, grants: GRANTS };
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const caller = token === undefined ? null : localPerson(token);
  return caller === null ? { refusal: NO_LOCAL_NAME } : { caller, grants: GRANTS };
}
