/**
 * An HTTP request in the form that a Lambda function gets. It comes from an HTTP API (payload 2.0) or a function URL,
 * from a REST API (payload 1.0), or from a load balancer. AWS documents the fields; the values are invented.
 */
import type { EventSource, HttpSample } from '../../domain/service/event-source.ts';
import { type CallFacts, idOf } from './sample-events.ts';

type Request = Extract<EventSource, { kind: 'request' }>;

export function httpEvent(request: Request, facts: CallFacts): unknown {
  return FORMS[request.sample](asked(request, facts), facts);
}

const FORMS: Readonly<Record<HttpSample, (asked: Asked, facts: CallFacts) => unknown>> = {
  http: (request, facts) =>
    payload2(request, { facts, domain: 'api.execute-api.eu-central-1.amazonaws.com', routeKey: null }),
  functionUrl: (request, facts) =>
    payload2(request, { facts, domain: 'url.lambda-url.eu-central-1.on.aws', routeKey: '$default' }),
  httpV1: payload1,
  alb: fromLoadBalancer,
};

interface Asked {
  readonly method: string;
  /** In the API's form, `/orders/{id}`; the path itself when it has no parameters. */
  readonly route: string;
  readonly path: string;
  /** Null when the route has no parameters. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly queryText: string;
  /** All values of each name, in their order. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** `{id}`, or `{proxy+}` for the rest of a path. */
const PARAMETER = /\{([^{}+]+)\+?\}/g;
const WITH_BODY = ['POST', 'PUT', 'PATCH'];

function asked({ method, path: whole }: Request, { number }: CallFacts): Asked {
  const [route = '/', queryText = ''] = whole.split('?');
  const names = [...route.matchAll(PARAMETER)].map(([, name = '']) => name);
  const parameters = new URLSearchParams(queryText);
  const body = WITH_BODY.includes(method) ? JSON.stringify({ order: number, items: 1 + (number % 5) }) : null;
  return {
    method,
    route,
    path: route.replace(PARAMETER, '1'),
    pathParameters: names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, '1'])),
    queryText,
    query: new Map([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)])),
    body,
    headers: {
      accept: '*/*',
      'user-agent': 'slipway-rehearsal',
      'x-forwarded-for': ADDRESS,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...(body !== null && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    },
  };
}

const ADDRESS = '192.0.2.10';
const AGENT = 'slipway-rehearsal';
const ACCOUNT = '000000000000';

interface Payload2 {
  readonly facts: CallFacts;
  readonly domain: string;
  /** Null when the route is the requested one. */
  readonly routeKey: string | null;
}

function payload2(
  { method, route, path, pathParameters, queryText, query, body, headers }: Asked,
  { facts, domain, routeKey }: Payload2,
) {
  const key = routeKey ?? `${method} ${route}`;
  return {
    version: '2.0',
    routeKey: key,
    rawPath: path,
    rawQueryString: queryText,
    headers: { ...headers, host: domain },
    ...(query.size > 0 && { queryStringParameters: mapped(query, (values) => values.join(',')) }),
    ...(pathParameters !== null && routeKey === null && { pathParameters }),
    requestContext: {
      accountId: routeKey === null ? ACCOUNT : 'anonymous',
      apiId: domain.split('.')[0],
      domainName: domain,
      domainPrefix: domain.split('.')[0],
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: ADDRESS, userAgent: AGENT },
      requestId: idOf(facts),
      routeKey: key,
      stage: '$default',
      time: apacheTime(facts.at),
      timeEpoch: facts.at,
    },
    ...(body !== null && { body }),
    isBase64Encoded: false,
  };
}

function payload1({ method, route, path, pathParameters, query, body, headers }: Asked, facts: CallFacts) {
  const domain = 'api.execute-api.eu-central-1.amazonaws.com';
  const named = { ...headers, Host: domain };
  return {
    resource: route,
    path,
    httpMethod: method,
    headers: named,
    multiValueHeaders: mapped(new Map(Object.entries(named)), (value) => [value]),
    queryStringParameters: query.size === 0 ? null : mapped(query, (values) => values.at(-1) ?? ''),
    multiValueQueryStringParameters: query.size === 0 ? null : mapped(query, (values) => values),
    pathParameters,
    stageVariables: null,
    requestContext: {
      resourceId: 'resource',
      resourcePath: route,
      httpMethod: method,
      extendedRequestId: idOf(facts),
      requestTime: apacheTime(facts.at),
      requestTimeEpoch: facts.at,
      path: `/prod${path}`,
      accountId: ACCOUNT,
      protocol: 'HTTP/1.1',
      stage: 'prod',
      domainPrefix: 'api',
      domainName: domain,
      apiId: 'api',
      requestId: idOf(facts),
      authorizer: null,
      identity: IDENTITY,
    },
    body,
    isBase64Encoded: false,
  };
}

const IDENTITY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: ADDRESS,
  user: null,
  userAgent: AGENT,
  userArn: null,
};

function fromLoadBalancer({ method, path, query, body, headers }: Asked, { number }: CallFacts) {
  return {
    requestContext: {
      elb: {
        targetGroupArn: `arn:aws:elasticloadbalancing:eu-central-1:${ACCOUNT}:targetgroup/orders/0123456789abcdef`,
      },
    },
    httpMethod: method,
    path,
    queryStringParameters: mapped(query, (values) => values.at(-1) ?? ''),
    headers: {
      ...headers,
      host: 'orders.example.com',
      'x-amzn-trace-id': `Root=1-00000000-${number.toString(16).padStart(24, '0')}`,
    },
    body: body ?? '',
    isBase64Encoded: false,
  };
}

function mapped<V, T>(values: ReadonlyMap<string, V>, change: (value: V) => T): Record<string, T> {
  return Object.fromEntries([...values].map(([name, value]) => [name, change(value)]));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The format is `01/Jan/2030:00:00:00 +0000`. */
function apacheTime(at: number): string {
  const [year, month, day, time] = new Date(at).toISOString().split(/[-T.]/);
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}
