import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface EventDraft {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly routeKey?: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly caller?: string;
}

/** A request as API Gateway hands it on: POST /deploy with a JSON body, unless it says otherwise. */
export function anEvent(draft: EventDraft = {}): APIGatewayProxyEventV2 {
  const { method = 'POST', path = '/deploy', headers, body, routeKey = `${method} ${path}`, caller } = draft;
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
      ...(caller === undefined ? {} : { authorizer: { lambda: { caller } } }),
    },
  } as APIGatewayProxyEventV2;
}
