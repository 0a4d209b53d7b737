/**
 * Sends each route requests that it must refuse, over HTTP and in front of ports that fail, and compares the status of
 * each answer with the OpenAPI document.
 */
import { connect } from 'node:net';
import { type ContractName, contracts } from '../../src/api/all-contracts.ts';
import { openapiDocument } from '../../src/api/openapi.ts';
import type { Contract } from '../../src/api/route/contract.ts';
import { sampleRequests } from '../../src/api/sample-requests.ts';
import { type ErrorName, SlipwayError } from '../../src/domain/errors.ts';
import { type ApiPorts, routeTable } from '../../src/embedded/route-table.ts';
import { type ApiServer, type ApiServerOptions, apiServer } from '../../src/embedded/server/api-server.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { aScene } from '../operations/a-scene.ts';

const document = openapiDocument({ version: '1' });
const all = Object.values(contracts) as readonly (Contract & { readonly name: ContractName })[];
const servers: ApiServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

async function serving(ports: unknown, options: Partial<ApiServerOptions> = {}): Promise<number> {
  const routes = routeTable(ports as ApiPorts, { log: () => {}, measures: { record: () => {} } });
  const server = await apiServer({ routes, port: 0, log: () => {}, ...options });
  servers.push(server);
  return server.port;
}

async function working() {
  const { ports } = await aScene();
  const reachable = { database: { check: async () => {} }, workflows: { check: async () => {} } };
  return { ...ports, ...rehearsalLedger({ clock: ports.clock }), ...ports, reachable };
}

/** Each call of each port fails in this way, except those of the clock. */
function failing(name: ErrorName, details: Record<string, unknown> = {}) {
  const fail = async () => {
    throw new SlipwayError(name, 'The test wants it.', { details });
  };
  const port = new Proxy({}, { get: () => fail });
  const reachable = { database: port, workflows: port };
  return new Proxy({ clock: { now: () => 0 }, reachable } as Record<string, unknown>, {
    get: (own, key: string) => own[key] ?? port,
    has: () => true,
  });
}

interface Draft {
  readonly id?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const DRAFTS: readonly (readonly [string, Draft])[] = [
  ['as the sample', {}],
  ['a name that does not exist', { id: 'none' }],
  ['a name that is too long', { id: 'x'.repeat(300) }],
  ['a name with NUL', { id: '%00' }],
  ['a percent sign that encodes nothing', { id: '%zz' }],
  ['an unknown parameter', { query: '?status=gone&limit=0&sort=id' }],
  ['no body', { body: '' }],
  ['an empty object', { body: '{}', headers: JSON_TYPE }],
  ['fields of wrong types', { body: '{"reason":7,"service":[],"name":{},"step":"x"}', headers: JSON_TYPE }],
  ['an unknown field', { body: '{"surprise":true}', headers: JSON_TYPE }],
  ['a list', { body: '[]', headers: JSON_TYPE }],
  ['no JSON', { body: '{"reason"', headers: JSON_TYPE }],
  ['another type', { body: 'reason=why', headers: { 'content-type': 'text/plain' } }],
  ['another encoding', { body: '{}', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }],
  ['a body of 300 KB', { body: JSON.stringify({ reason: 'x'.repeat(300_000) }), headers: JSON_TYPE }],
  ['a body of 2 MB', { body: JSON.stringify({ reason: 'x'.repeat(2_000_000) }), headers: JSON_TYPE }],
  ['an empty Idempotency-Key', { headers: { ...JSON_TYPE, 'idempotency-key': '' } }],
  ['a long Idempotency-Key', { headers: { ...JSON_TYPE, 'idempotency-key': 'k'.repeat(300) } }],
];

function addressOf({ name, path }: (typeof all)[number], { id, query = '' }: Draft): string {
  const { parameters = {} } = sampleRequests[name];
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => id ?? String(parameters[key]));
  return `${filled}${query}`;
}

function bodyOf({ name, body }: (typeof all)[number], draft: Draft): string | undefined {
  if (draft.body !== undefined) return draft.body;
  const [sample] = Object.values(sampleRequests[name].bodies ?? {});
  return body === undefined || sample === undefined ? undefined : JSON.stringify(sample.body);
}

/** fetch sends no body with GET, and joins headers, so the request is written by hand. */
function ask(
  port: number,
  { contract, draft = {} }: { contract: (typeof all)[number]; draft?: Draft },
): Promise<number> {
  const body = bodyOf(contract, draft);
  const headers = {
    ...{ host: 'localhost', connection: 'close' },
    ...(body === undefined ? {} : { ...JSON_TYPE, 'content-length': String(Buffer.byteLength(body)) }),
    ...draft.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return spoken(
    port,
    `${contract.method} ${addressOf(contract, draft)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`,
  );
}

function spoken(port: number, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1])));
  });
}

function isDocumented({ path, method }: Contract, status: number): boolean {
  const item = document.paths?.[path] as Record<string, { readonly responses: object }> | undefined;
  return String(status) in (item?.[method.toLowerCase()]?.responses ?? {});
}

const seen = new Map<string, Set<number>>();
function expectDocumented(contract: (typeof all)[number], { status, what }: { status: number; what: string }): void {
  seen.set(contract.name, (seen.get(contract.name) ?? new Set()).add(status));
  expect({ what, status, isDocumented: isDocumented(contract, status) }).toEqual({ what, status, isDocumented: true });
}

test.each(all)('$method $path answers wrong requests with statuses of the OpenAPI document', async (contract) => {
  const port = await serving(await working());
  for (const [what, draft] of DRAFTS) {
    expectDocumented(contract, { what, status: await ask(port, { contract, draft }) });
  }
  const twice = `${contract.method} ${addressOf(contract, {})} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`;
  expectDocumented(contract, { what: 'two hosts', status: await spoken(port, twice) });
});

test.each(all)(
  '$method $path answers one key with two requests by statuses of the OpenAPI document',
  async (contract) => {
    const port = await serving(await working());
    const headers = { ...JSON_TYPE, 'idempotency-key': 'key-1' };
    for (const body of [bodyOf(contract, {}) ?? '', '{"reason":"another"}', bodyOf(contract, {}) ?? '']) {
      const status = await ask(port, { contract, draft: { body, headers } });
      expectDocumented(contract, { what: body, status });
    }
  },
);

test.each(all)('$method $path answers unknown callers with statuses of the OpenAPI document', async (contract) => {
  const refusals = ['no token', 'expired', 'keys out of reach', 'authorizer broken'].map((refusal) => ({ refusal }));
  const callers = ['[]', '[{"role":"viewer","services":["other"]}]'].map((grants) => ({ caller: 'eve', grants }));
  for (const context of [...refusals, ...callers]) {
    const authorize = async () => ({ isAuthorized: true, context }) as const;
    const port = await serving(await working(), { authorize });
    expectDocumented(contract, { what: JSON.stringify(context), status: await ask(port, { contract }) });
  }
});

test.each(all)('$method $path answers faults behind it with statuses of the OpenAPI document', async (contract) => {
  for (const name of ['Transient', 'Broken', 'NotFound', 'Conflict', 'InvalidRequest'] as const) {
    const status = await ask(await serving(failing(name)), { contract });
    // Ports of a route throw the errors that their comments name; the operation may turn them into others.
    if (name === 'Transient' || name === 'Broken') expectDocumented(contract, { what: name, status });
    expect(status).toBeGreaterThanOrEqual(200);
  }
});

test('the requests reach every kind of answer, so the comparison is not empty', () => {
  const statuses = new Set([...seen.values()].flatMap((some) => [...some]));
  expect([...statuses].sort()).toEqual([200, 202, 204, 400, 401, 403, 404, 409, 413, 415, 422, 500, 503]);
  for (const { name } of all) expect(seen.get(name)?.size).toBeGreaterThan(1);
});
