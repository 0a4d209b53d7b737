import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fullAccess } from '../../src/domain/access/access.ts';
import type { Grant } from '../../src/domain/access/grant.ts';

export interface EventDraft {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** The body, sent as JSON. A string is sent unchanged. */
  readonly body?: unknown;
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** The caller that the authorizer names, as admin of everything. With null, the authorizer says nothing. */
  readonly caller?: string | null;
  /** Replaces what the authorizer passes on. */
  readonly authorized?: Readonly<Record<string, unknown>>;
}

/** A request as API Gateway passes it on: POST /deploy with a JSON body, unless the draft says otherwise. */
export function anEvent(draft: EventDraft = {}): APIGatewayProxyEventV2 {
  const { method = 'POST', path = '/deploy', headers, body, routeKey = `${method} ${path}`, caller = 'ann' } = draft;
  const authorized = draft.authorized ?? (caller === null ? undefined : knownAs(caller));
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    pathParameters: draft.pathParameters ?? {},
    queryStringParameters: draft.query ?? {},
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
    requestContext: {
      accountId: '1',
      apiId: 'a',
      domainName: 'd',
      domainPrefix: 'd',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
      ...(authorized === undefined ? {} : { authorizer: { lambda: authorized } }),
    },
  } as APIGatewayProxyEventV2;
}

/** The authorizer's answer for a caller: an admin of everything, or the given grants. */
export function knownAs(caller: string, grants: readonly Grant[] = fullAccess(caller).grants) {
  return { caller, grants: JSON.stringify(grants) };
}
