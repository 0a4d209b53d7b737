/**
 * The Lambda authorizer of the HTTP API, payload 2.0 with simple responses. It lets every request through and says who
 * sends it, or why the caller is not known; `guard.ts` refuses. So a refusal is problem+json with a reason, unlike the
 * refusal of API Gateway.
 */
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import {
  type AuthorizeRequestPorts,
  authorizeRequest,
  type Identification,
} from '../operations/access/authorize-request.ts';
import { headerOf } from './read-request.ts';
import { elapsedMs, loggedError, type WriteLog, writeLog } from './request-log.ts';

/** What the route's function finds in `requestContext.authorizer.lambda`. */
export type AuthorizerContext = { readonly caller: string; readonly grants: string } | { readonly refusal: string };

export interface AuthorizerAnswer {
  readonly isAuthorized: true;
  readonly context: AuthorizerContext;
}

export type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'headers'> & {
  readonly requestContext: { readonly requestId: string };
};
export type RequestAuthorizer = (event: AuthorizerEvent) => Promise<AuthorizerAnswer>;

export function requestAuthorizer(
  ports: AuthorizeRequestPorts,
  { log = writeLog }: { readonly log?: WriteLog } = {},
): RequestAuthorizer {
  return async ({ headers, requestContext: { requestId } }) => {
    const startedAt = performance.now();
    const authorization = headerOf(headers ?? {}, 'authorization');
    const identification = await authorizeRequest(ports, { authorization });
    if (!identification.known) logRefusal(identification, { requestId, durationMs: elapsedMs(startedAt), log });
    return { isAuthorized: true, context: contextOf(identification) };
  };
}

function contextOf(identification: Identification): AuthorizerContext {
  if (!identification.known) return { refusal: identification.refusal.reason };
  const { caller, grants } = identification.access;
  return { caller, grants: JSON.stringify(grants) };
}

/** Logs the reason and the claimed caller of the token, but nothing of the token itself. */
function logRefusal(
  { refusal, error }: Identification & { readonly known: false },
  { requestId, durationMs, log }: { readonly requestId: string; readonly durationMs: number; readonly log: WriteLog },
): void {
  log({
    level: error === undefined ? 'warn' : 'error',
    message: `caller not known: ${refusal.reason}`,
    ...refusal,
    requestId,
    durationMs,
    ...(error === undefined ? {} : { error: loggedError(error) }),
  });
}
