import { contracts } from '../../src/api/all-contracts.ts';
import { signalDeploymentContracts } from '../../src/api/contracts/signal-deployment.ts';
import type { RouteInput } from '../../src/api/route/contract.ts';
import { fullAccess } from '../../src/domain/access/access.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { BODY_BYTES_MAX, httpRoute } from '../../src/functions/http-route.ts';
import type { LogLine } from '../../src/functions/request-log.ts';
import { aDeployment } from '../domain/a-deployment.ts';
import { anEvent, type EventDraft } from './an-event.ts';

type DeployInput = RouteInput<typeof contracts.startDeployment>;
const order = { service: 'checkout', version: '42' };

/** POST /deploy over an operation that the test gives. The inputs and the log lines are kept. */
function deployRoute(operation: (input: DeployInput) => void = () => {}) {
  const inputs: DeployInput[] = [];
  const lines: LogLine[] = [];
  const handler = httpRoute(contracts.startDeployment, {
    ports: {},
    operation: async (_ports, input) => {
      inputs.push(input);
      operation(input);
      return { outcome: 'opened' as const, deployment: aDeployment({ id: 'd-1' }) };
    },
    log: (line) => lines.push(line),
  });
  const send = async (draft: EventDraft) => {
    const { statusCode, headers, body } = await handler(anEvent(draft));
    return { status: statusCode, headers: headers ?? {}, body: JSON.parse(body ?? 'null') };
  };
  return { send, inputs, lines };
}

const failing = (error: unknown) =>
  deployRoute(() => {
    throw error;
  });

test('an accepted order gets 202 with its deployment and its location', async () => {
  const { send, inputs } = deployRoute();
  const answer = await send({ body: order, caller: 'ann' });
  expect(answer).toMatchObject({
    status: 202,
    headers: { location: '/deployments/d-1' },
    body: { id: 'd-1', atPercent: 0 },
  });
  expect(inputs).toEqual([{ ...order, by: 'ann', access: fullAccess('ann'), requestKey: null }]);
});

test.each([
  ['malformed JSON', '{"service": ', 400, /not JSON.*Unexpected end/],
  ['a body that would change prototypes', '{"__proto__": {"a": 1}}', 400, /not JSON/],
])('%s gets %s', async (_what, body, status, detail) => {
  const { send, inputs } = deployRoute();
  const answer = await send({ body });
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { status, title: 'Bad request', detail: expect.stringMatching(detail), requestId: 'request-1' },
  });
  expect(inputs).toEqual([]);
});

test('a wrong content type gets 415, and the answer names the right one', async () => {
  const answer = await deployRoute().send({ body: 'service=checkout', headers: { 'content-type': 'text/plain' } });
  expect(answer).toMatchObject({
    status: 415,
    body: { detail: expect.stringMatching(/text\/plain.*application\/json/) },
  });
});

test('a body above the limit gets 413 before it is parsed, and so does a body of 1 MB', async () => {
  const { send } = deployRoute();
  expect(await send({ body: '{'.repeat(BODY_BYTES_MAX + 1) })).toMatchObject({ status: 413 });
  expect(await send({ body: '{'.repeat(1_024 * 1_024) })).toMatchObject({ status: 413 });
  expect(await send({ body: '{'.repeat(BODY_BYTES_MAX) })).toMatchObject({ status: 400 });
});

const at = (s3: { bucket: string; key: string }) => ({ service: 'checkout', artifact: { s3 } });

test.each([
  ['an unknown field', { ...order, versoin: '1' }, '/versoin'],
  ['no field at all', undefined, '/service'],
  ['neither a version nor an artifact', { service: 'checkout' }, '/version'],
  ['both a version and an artifact', { ...order, artifact: { version: '42' } }, '/artifact'],
  ['an artifact of no kind', { service: 'checkout', artifact: { zip: 'x' } }, '/artifact'],
  ['an object without its key', { service: 'checkout', artifact: { s3: { bucket: 'code' } } }, '/artifact/s3/key'],
  ['a bucket that Lambda refuses', at({ bucket: 'a..b.', key: 'v2.zip' }), '/artifact/s3/bucket'],
  ['a bucket of two characters', at({ bucket: 'ab', key: 'v2.zip' }), '/artifact/s3/bucket'],
  ['a key of more bytes than S3 takes', at({ bucket: 'code', key: 'ü'.repeat(513) }), '/artifact/s3/key'],
  ['a version that is no number', { service: 'checkout', version: 'v12' }, '/version'],
  ['a weight above 100', { ...order, strategy: [{ setWeight: 120 }] }, '/strategy/0/setWeight'],
  ['a bake of two weeks', { ...order, strategy: [{ bake: { hours: 336 } }] }, '/strategy/0/bake/hours'],
  ['weights that fall', { ...order, strategy: [{ setWeight: 9 }, { setWeight: 9 }] }, '/strategy/1/setWeight'],
  ['an empty reason', { ...order, reason: ' ' }, '/reason'],
  ['dryRun in words', { ...order, dryRun: 'yes' }, '/dryRun'],
])('%s gets 422 with a pointer', async (_what, body, pointer) => {
  const { send, inputs } = deployRoute();
  const answer = await send({ body });
  expect(answer).toMatchObject({ status: 422, headers: { 'content-type': 'application/problem+json' } });
  expect(answer.body.errors[0]).toEqual({ pointer, detail: expect.any(String) });
  expect(inputs).toEqual([]);
});

test('findings of the preflight get 422 and are all in the body', async () => {
  const findings = [{ severity: 'error', check: 'alarmExists', subject: 'tpyo', detail: 'Alarm tpyo does not exist.' }];
  const { send } = failing(
    new SlipwayError('InvalidRequest', 'The preflight found errors.', { details: { findings } }),
  );
  expect(await send({ body: order })).toMatchObject({ status: 422, body: { findings } });
});

test('a deployment in flight gets 409 with its link', async () => {
  const { send } = failing(new SlipwayError('Conflict', 'One is in flight.', { details: { inFlight: { id: 'd-0' } } }));
  expect(await send({ body: order })).toMatchObject({ status: 409, body: { deployment: '/deployments/d-0' } });
});

test('an unknown service gets 404', async () => {
  const { send } = failing(new SlipwayError('NotFound', 'There is no service checkout. Register it first.'));
  expect(await send({ body: order })).toMatchObject({
    status: 404,
    body: { detail: 'There is no service checkout. Register it first.' },
  });
});

test('a database that is away gets 503 with Retry-After', async () => {
  const { send } = failing(new SlipwayError('Transient', 'The database cannot be reached. Try again.'));
  expect(await send({ body: order })).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
});

test.each([
  ['an error of nobody', new TypeError('secret-host refused', { cause: new Error('password=x') })],
  ['a broken part', new SlipwayError('Broken', 'secret-host has no table', { details: { errors: ['secret-row'] } })],
  ['something thrown that is no error', 'secret-text'],
])('%s gets 500 with an id and nothing else, and the log has the rest under that id', async (_what, error) => {
  const { send, lines } = failing(error);
  const { status, body } = await send({ body: order });
  expect(status).toBe(500);
  expect(Object.keys(body).sort()).toEqual(['detail', 'requestId', 'status', 'title', 'type']);
  expect(JSON.stringify(body)).not.toMatch(/secret|password/);
  expect(lines).toEqual([expect.objectContaining({ level: 'error', requestId: 'request-1', status: 500 })]);
  expect(JSON.stringify(lines)).toMatch(/secret/);
});

test('every answer has the security headers, good or bad', async () => {
  const headers = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
  expect(await deployRoute().send({ body: order })).toMatchObject({ headers });
  expect(await deployRoute().send({ body: '{' })).toMatchObject({ headers });
});

test('routes that share an operation are told apart by their key', async () => {
  const signals: string[] = [];
  const handler = httpRoute(signalDeploymentContracts, {
    ports: { deployments: { read: async () => ({ deployment: aDeployment({ by: 'ben' }), waitToken: null }) } },
    operation: async (_ports, { id, signal, reason }) => {
      signals.push(`${signal} ${id}: ${reason}`);
      return aDeployment();
    },
    log: () => {},
  });
  for (const signal of ['promote', 'pause', 'resume', 'skip', 'approve']) {
    const path = `/deployments/d-1/${signal}`;
    const routeKey = `POST /deployments/{id}/${signal}`;
    await handler(anEvent({ path, routeKey, pathParameters: { id: 'd-1' }, body: { reason: 'why' } }));
  }
  expect(signals).toEqual(['promote', 'pause', 'resume', 'skip', 'approve'].map((signal) => `${signal} d-1: why`));
});

test('a query is read as numbers, words and lists, and a wrong query gets 422', async () => {
  const queries: unknown[] = [];
  const handler = httpRoute(contracts.listDeployments, {
    ports: {},
    operation: async (_ports, query) => {
      queries.push(query);
      return { items: [aDeployment()], nextCursor: 'next' };
    },
    log: () => {},
  });
  const list = (query: Record<string, string>) =>
    handler(anEvent({ method: 'GET', path: '/deployments', query, headers: {} }));
  expect(await list({ limit: '5', status: 'promoted' })).toMatchObject({ statusCode: 200 });
  const caller = { by: 'ann', access: fullAccess('ann'), requestKey: null };
  // API Gateway joins the values of a parameter that comes twice.
  expect(await list({ status: 'opened,inFlight' })).toMatchObject({ statusCode: 200 });
  expect(queries).toEqual([
    { limit: 5, status: ['promoted'], ...caller },
    { limit: 20, status: ['opened', 'inFlight'], ...caller },
  ]);
  const wrongs = [{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { limit: '5,6' }, { sort: 'id' }];
  const wrongLists = [{ status: 'gone' }, { status: '' }, { status: 'opened,' }, { status: 'opened,gone' }];
  for (const wrong of [...wrongs, ...wrongLists]) {
    expect(await list(wrong)).toMatchObject({ statusCode: 422 });
  }
  expect(JSON.parse((await list({ status: 'opened,gone' })).body ?? '')).toMatchObject({
    errors: [{ pointer: '/status/1', detail: expect.stringMatching(/^The status is "gone"; write "inFlight", .*\.$/) }],
  });
});

test('a service whose name differs between path and body gets 422', async () => {
  const handler = httpRoute(contracts.putService, {
    ports: {},
    operation: async (_ports, { spec }) => ({ name: spec.name, spec, revision: 1, updatedAt: 0, updatedBy: 'ann' }),
    log: () => {},
  });
  const put = async (name: string) => {
    const body = { name: 'checkout', target: { kind: 'lambda', function: 'f' } };
    const event = { method: 'PUT', path: `/services/${name}`, pathParameters: { name }, body };
    const { statusCode, headers, body: text } = await handler(anEvent(event));
    return { statusCode, headers, body: JSON.parse(text ?? '') };
  };
  expect(await put('checkout')).toMatchObject({ statusCode: 201, headers: { location: '/services/checkout' } });
  expect(await put('basket')).toMatchObject({ statusCode: 422, body: { errors: [{ pointer: '/name' }] } });
});

describe('the ids on every log line', () => {
  const lineOf = async (handler: ReturnType<typeof httpRoute>, draft: EventDraft, lines: LogLine[]) => {
    await handler(anEvent({ caller: 'ann', ...draft }), { awsRequestId: 'lambda-1', functionName: 'slipway-dev-x' });
    return lines.at(-1);
  };

  test('log lines of a request that opens a deployment have the request, invocation, caller and deployment', async () => {
    const lines: LogLine[] = [];
    const handler = httpRoute(contracts.startDeployment, {
      ports: {},
      operation: async () => ({ outcome: 'opened' as const, deployment: aDeployment({ id: 'd-1' }) }),
      log: (line) => lines.push(line),
    });
    expect(await lineOf(handler, { body: order }, lines)).toMatchObject({
      requestId: 'request-1',
      lambdaRequestId: 'lambda-1',
      by: 'ann',
      deploymentId: 'd-1',
    });
  });

  test('log lines of a request about a deployment have its id, also when the request failed', async () => {
    const lines: LogLine[] = [];
    const none = () => Promise.reject(new SlipwayError('NotFound', 'There is none.'));
    const handler = httpRoute(contracts.readDeployment, {
      ports: { deployments: { read: none } },
      operation: none,
      log: (line) => lines.push(line),
    });
    const draft = {
      method: 'GET',
      path: '/deployments/d-9',
      routeKey: 'GET /deployments/{id}',
      pathParameters: { id: 'd-9' },
    } as const;
    expect(await lineOf(handler, draft, lines)).toMatchObject({ status: 404, deploymentId: 'd-9', by: 'ann' });
  });
});
