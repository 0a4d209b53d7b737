import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fullAccess } from '../../src/domain/access/access.ts';
import type { Grant } from '../../src/domain/access/grant.ts';

export interface EventDraft {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  /** Who the authorizer says it is, as admin of everything; null: it says nothing. */
  readonly caller?: string | null;
  /** What the authorizer hands on, instead. */
  readonly authorized?: Readonly<Record<string, unknown>>;
}

/** A request as API Gateway hands it on: POST /deploy with a JSON body, unless it says otherwise. */
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

/** As the authorizer says it: an admin of everything, or whatever grants are given. */
export function knownAs(caller: string, grants: readonly Grant[] = fullAccess(caller).grants) {
  return { caller, grants: JSON.stringify(grants) };
}
