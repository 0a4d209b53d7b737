/** Makes the event that API Gateway would send to a Lambda function for a request: payload format 2.0. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { systemClock } from '../../system.ts';

export function newRequestId(): string {
  return randomUUID();
}

export function gatewayEvent({
  request,
  url,
  requestId,
  routeKey,
  pathParameters,
  body,
}: {
  readonly request: IncomingMessage;
  readonly url: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: { readonly text: string; readonly isBase64Encoded: boolean };
}): APIGatewayProxyEventV2 {
  const [rawPath = '/', rawQueryString = ''] = split(url);
  const headers = joinedHeaders(request);
  const timeEpoch = systemClock.now();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    pathParameters: { ...pathParameters },
    ...(rawQueryString === '' ? {} : { queryStringParameters: joinedQuery(rawQueryString) }),
    ...(body.text === '' ? {} : { body: body.text }),
    isBase64Encoded: body.isBase64Encoded,
    requestContext: {
      accountId: 'embedded',
      apiId: 'embedded',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: new Date(timeEpoch).toISOString(),
      timeEpoch,
    },
  };
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function joinedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
  );
  return Object.fromEntries(entries);
}

/** A parameter that comes twice has both values, joined with a comma. */
function joinedQuery(rawQueryString: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value;
  }
  return joined;
}
