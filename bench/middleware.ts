/**
 * The cost of a route's wrapper for a warm call: it parses by contract, answers by contract and logs. Measured by turns
 * with peers.
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { validator } from 'hono/validator';
import { abortDeploymentContract } from '../src/api/contracts/abort-deployment.ts';
import { readFields } from '../src/api/fields/read-fields.ts';
import { fullAccess } from '../src/domain/access/access.ts';
import { httpRoute } from '../src/functions/http-route.ts';
import type { Row } from './row.ts';

const ROUNDS = 60;
const CALLS = 400;
const OVER_HONO_MAX = 1 / 5;
/**
 * The route without its answer and without the read of its deployment, which is not the wrapper's work. The caller is
 * checked.
 */
const contract = {
  ...abortDeploymentContract,
  about: 'any',
  respond: (asked: { id: string; reason: string }) => ({ status: 202, body: { id: asked.id, reason: asked.reason } }),
} as const;

type Handler = (event: APIGatewayProxyEventV2) => Promise<unknown>;

export async function benchMiddleware(): Promise<Row[]> {
  const handlers = [bare, ours(), hono()] as const;
  const times = handlers.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, handler] of handlers.entries()) {
      const perCall = await microseconds(handler);
      if (round > 0) times[index]?.push(perCall);
    }
  }
  const [bareTime = 0, ourTime = 0, honoTime = 0] = times.map((own) => Math.min(...own));
  return [
    {
      what: 'middleware of a warm call, above a bare handler with JSON.parse',
      ...{ goal: '', measured: `${(ourTime - bareTime).toFixed(1)} µs`, ok: true },
    },
    honoRow(ourTime, honoTime),
  ];
}

function honoRow(ours: number, theirs: number): Row {
  const ratio = ours / theirs;
  return {
    what: "middleware of a warm call, over hono's with the same validation",
    goal: `<= ${OVER_HONO_MAX.toFixed(2)}x`,
    measured: `${ratio.toFixed(2)}x (${ours.toFixed(1)} over ${theirs.toFixed(1)} µs)`,
    ok: ratio <= OVER_HONO_MAX,
    value: ratio,
  };
}

const bare: Handler = async ({ body, pathParameters }) => {
  const { reason } = JSON.parse(body ?? '');
  return { statusCode: 202, body: JSON.stringify({ id: pathParameters?.id, reason }) };
};

/** The wrapper makes its log line, and the line is dropped. */
function ours(): Handler {
  const handler = httpRoute(contract, {
    ports: {},
    operation: async (_ports, { id, reason }) => ({ id, reason }),
    log: (line) => void JSON.stringify(line),
  });
  return (event) => handler(event);
}

function hono(): Handler {
  const app = new Hono();
  const body = validator('json', (value, context) => {
    const read = readFields(contract.body, value);
    return read.ok ? read.value : context.json(read.errors, 422);
  });
  app.post('/deployments/:id/abort', body, (context) => {
    const { reason } = context.req.valid('json');
    return context.json({ id: context.req.param('id'), reason }, 202);
  });
  const handler = handle(app);
  return (event) => handler(event as never, {} as Context as never);
}

async function microseconds(handler: Handler): Promise<number> {
  const startedAt = performance.now();
  for (let call = 0; call < CALLS; call += 1) await handler(event());
  return ((performance.now() - startedAt) * 1_000) / CALLS;
}

const AUTHORIZED = { caller: 'ann', grants: JSON.stringify(fullAccess('ann').grants) };
const BODY = JSON.stringify({ reason: 'The error rate doubled' });

function event(): APIGatewayProxyEventV2 {
  const event = {
    version: '2.0',
    routeKey: 'POST /deployments/{id}/abort',
    rawPath: '/deployments/dep-1/abort',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: 'example.org' },
    pathParameters: { id: 'dep-1' },
    requestContext: {
      authorizer: { lambda: AUTHORIZED },
      accountId: '1',
      apiId: 'a',
      domainName: 'example.org',
      domainPrefix: 'example',
      http: {
        method: 'POST',
        path: '/deployments/dep-1/abort',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'bench',
      },
      requestId: 'r',
      routeKey: 'POST /deployments/{id}/abort',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    body: BODY,
    isBase64Encoded: false,
  };
  return event;
}
