/**
 * A request as an HTTP API passes it to a function: payload 2.0, with all fields that a client and a load balancer add.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fullAccess } from '../../../src/domain/access/access.ts';

export interface HttpCall {
  /** `POST /deployments/{id}/abort` */
  readonly routeKey: string;
  /** The body is sent as JSON. */
  readonly body?: unknown;
}

interface HttpEvent extends APIGatewayProxyEventV2 {
  readonly requestContext: APIGatewayProxyEventV2['requestContext'] & { readonly authorizer?: unknown };
}

const PARAMETERS: Readonly<Record<string, string>> = { id: 'dep-1', name: 'checkout', asset: 'swagger-ui.css' };

export function httpEvent({ routeKey, body }: HttpCall): HttpEvent {
  const [method = '', pattern = ''] = routeKey.split(' ');
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pathParameters = Object.fromEntries(names.map((name) => [name, PARAMETERS[name] ?? name]));
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? name);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const domainName = 'a1b2c3.execute-api.us-east-1.amazonaws.com';
  const { caller, grants } = { caller: 'ann', grants: JSON.stringify(fullAccess('ann').grants) };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    cookies: ['theme=dark'],
    headers: {
      accept: '*/*',
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(text.length) }),
      host: domainName,
      'user-agent': 'curl/8.14.1',
      'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
      'x-forwarded-for': '205.255.255.176',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3',
      authorizer: { lambda: { caller, grants } },
      domainName,
      domainPrefix: 'a1b2c3',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '205.255.255.176', userAgent: 'curl/8.14.1' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage: '$default',
      time: '05/Jan/2026:10:00:07 +0000',
      timeEpoch: 1767607207000,
    },
    ...(names.length === 0 ? {} : { pathParameters }),
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
  } as HttpEvent;
}
