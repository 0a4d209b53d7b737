import { connect } from 'node:net';
import { contracts } from '../../src/api/all-contracts.ts';
import { slipwayClient } from '../../src/api/client.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { type ApiPorts, routeTable } from '../../src/embedded/route-table.ts';
import { type ApiServer, type ApiServerOptions, apiServer } from '../../src/embedded/server/api-server.ts';
import { httpRoute } from '../../src/functions/http-route.ts';
import { aDeployment, aSpec } from '../domain/a-deployment.ts';

const log = () => {};
const servers: ApiServer[] = [];

async function serving(options: Partial<ApiServerOptions> = {}) {
  const server = await apiServer({ routes: routes(), port: 0, log, ...options });
  servers.push(server);
  return { server, baseUrl: `http://127.0.0.1:${server.port}` };
}

/** The real table of routes. Only the ports that a test uses are there. */
function routes() {
  const deployment = aDeployment({ id: 'd/1 %' });
  const service = { name: 'checkout', spec: aSpec(), revision: 2, updatedAt: 0, updatedBy: 'ann' };
  const ports = {
    deployments: {
      read: async (id: string) => {
        if (id !== deployment.id) throw new SlipwayError('NotFound', `There is no deployment ${id}.`);
        return { deployment, waitToken: null };
      },
      timeline: async () => [],
      list: async (query: object) => ({ items: [deployment], nextCursor: JSON.stringify(query) }),
    },
    services: { write: async () => service, list: async () => [service], remove: async () => {} },
    clock: { now: () => 0 },
    reachable: {
      database: { check: () => Promise.reject(new SlipwayError('Transient', 'The database cannot be reached.')) },
      workflows: { check: async () => {} },
    },
  };
  return routeTable(ports as unknown as ApiPorts, { log, measures: { record: () => {} } });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test('every contract has its route', () => {
  const served = routes().map(({ method, path }) => `${method} ${path}`);
  expect(served).toEqual(
    expect.arrayContaining(Object.values(contracts).map(({ method, path }) => `${method} ${path}`)),
  );
});

test('the client and the server understand each other, ids with odd characters included', async () => {
  const { baseUrl } = await serving();
  const client = slipwayClient({ baseUrl });

  expect(await client.readHealth()).toMatchObject({ status: 'ok' });
  expect(await client.readDeployment({ id: 'd/1 %' })).toMatchObject({ id: 'd/1 %', timeline: [] });
  const page = await client.listDeployments({ service: 'checkout', limit: 5 });
  expect(JSON.parse(page.nextCursor ?? '')).toMatchObject({ service: 'checkout', limit: 5 });
  const several = await client.listDeployments({ status: ['opened', 'paused'] });
  expect(JSON.parse(several.nextCursor ?? '')).toMatchObject({ statuses: ['opened', 'paused'] });
  const typed = await (await fetch(`${baseUrl}/deployments?status=opened&status=paused`)).json();
  expect(typed).toEqual(several);
  expect(await client.putService({ name: 'checkout', spec: aSpec() as never })).toMatchObject({ revision: 2 });
  expect(await client.removeService({ name: 'checkout' })).toBeUndefined();
});

test('a refusal reaches the client as the error that the server had', async () => {
  const client = slipwayClient({ baseUrl: (await serving()).baseUrl });
  await expect(client.readDeployment({ id: 'd-9' })).rejects.toMatchObject({
    name: 'NotFound',
    message: 'There is no deployment d-9.',
  });
  await expect(client.startDeployment({ service: 'checkout' })).rejects.toMatchObject({
    name: 'InvalidRequest',
    details: { errors: [{ pointer: '/version' }] },
  });
  await expect(client.readReadiness()).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('database'),
  });
});

test('a server that cannot be reached is Transient, with its address', async () => {
  const { server, baseUrl } = await serving();
  await server.close();
  await expect(slipwayClient({ baseUrl }).readHealth()).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining(baseUrl),
  });
});

test('readiness names the part that is away, with 503 and Retry-After', async () => {
  const response = await fetch(`${(await serving()).baseUrl}/ready`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await response.json()).toMatchObject({
    ready: false,
    parts: expect.arrayContaining([expect.objectContaining({ name: 'database', ok: false })]),
  });
});

test('an unknown path gets 404, and an unknown method gets 405 with the known methods', async () => {
  const { baseUrl } = await serving();
  expect(await (await fetch(`${baseUrl}/deploys`)).json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining('/openapi.json'),
  });
  const refused = await fetch(`${baseUrl}/services/checkout`, { method: 'PATCH' });
  expect(refused.status).toBe(405);
  expect(refused.headers.get('allow')).toBe('PUT, GET, DELETE, OPTIONS');
  expect((await fetch(`${baseUrl}/deployments/%zz`)).status).toBe(400);
  expect((await fetch(`${baseUrl}/health`, { method: 'HEAD' })).status).toBe(200);
});

test.each([1, 4])(
  'a body of %i MB gets 413 that the client can read, and the connection is closed',
  async (megabytes) => {
    const { baseUrl } = await serving();
    const body = JSON.stringify({ service: 'x'.repeat(megabytes * 1_024 * 1_024) });
    const response = await fetch(`${baseUrl}/deploy`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(413);
    expect(response.headers.get('connection')).toBe('close');
    expect((await fetch(`${baseUrl}/health`)).status).toBe(200);
  },
);

test('a body without an end is cut off', async () => {
  const { server } = await serving();
  const socket = connect(server.port, '127.0.0.1');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  socket.write(
    'POST /deploy HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', pour);
  pour();
  await new Promise((resolve) => socket.on('close', resolve));
  expect(answer === '' || answer.startsWith('HTTP/1.1 413')).toBe(true);
});

test.each(['Host', 'Authorization', 'Content-Type'])(
  'a request with two headers %s is refused: a proxy may have decided by the other one',
  async (name) => {
    const { server } = await serving();
    const own = name === 'Host' ? '' : 'Host: localhost\r\n';
    const answer = await spoken(server, `GET /services HTTP/1.1\r\n${own}${name}: one\r\n${name}: two\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain(`The request has the header ${name.toLowerCase()} more than once`);
  },
);

/** Sends text as it is, because fetch joins headers, and reads until the server closes the connection. */
function spoken({ port }: ApiServer, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

test('every JSON answer ends with a newline, problems and the answers of the server itself among them', async () => {
  const { baseUrl } = await serving();
  const paths = ['/health', '/ready', '/openapi.json', '/services', '/deployments/d-9', '/nothing', '/deployments/%zz'];
  for (const path of paths) {
    const text = await (await fetch(`${baseUrl}${path}`)).text();
    expect({ path, end: text.slice(-2) }).toEqual({ path, end: expect.stringMatching(/^[}\]]\n$/) });
  }
  const patched = await fetch(`${baseUrl}/services/checkout`, { method: 'PATCH' });
  expect((await patched.text()).endsWith('}\n')).toBe(true);
});

test('the root leads to the docs page', async () => {
  const { baseUrl } = await serving();
  const root = await fetch(baseUrl, { redirect: 'manual' });
  expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
  expect(await (await fetch(baseUrl)).text()).toMatch(/^<!doctype html>/);
});

test('pages of other origins are allowed only when they are named', async () => {
  const preflight = (baseUrl: string, origin: string) =>
    fetch(`${baseUrl}/deploy`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  const closed = await preflight((await serving()).baseUrl, 'https://a.example');
  expect(closed.headers.get('access-control-allow-origin')).toBeNull();

  const { baseUrl } = await serving({ corsOrigins: ['https://a.example'] });
  const named = await preflight(baseUrl, 'https://a.example');
  expect(named.status).toBe(204);
  expect(named.headers.get('access-control-allow-origin')).toBe('https://a.example');
  expect(named.headers.get('access-control-allow-methods')).toContain('POST');
  expect((await preflight(baseUrl, 'https://b.example')).headers.get('access-control-allow-origin')).toBeNull();
  const call = await fetch(`${baseUrl}/health`, { headers: { origin: 'https://a.example' } });
  expect(call.headers.get('access-control-allow-origin')).toBe('https://a.example');
});

test('a port that is taken is named in the error, with the next step', async () => {
  const { server } = await serving();
  await expect(serving({ port: server.port })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringMatching(new RegExp(`Port ${server.port} is taken.*--port ${server.port + 1}`)),
  });
});

test('a server without an authorizer serves this machine alone', async () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1']) {
    await expect(serving({ host })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/everybody who reaches .* could deploy\. Set OIDC_ISSUERS/),
    });
  }
  const authorize = async () => ({ isAuthorized: true, context: { refusal: 'no token' } }) as const;
  const { server } = await serving({ host: '0.0.0.0', authorize });
  expect((await fetch(`http://127.0.0.1:${server.port}/services`)).status).toBe(401);
  for (const open of ['/health', '/', '/docs', '/docs/start.js', '/openapi.json']) {
    expect({ open, status: (await fetch(`http://127.0.0.1:${server.port}${open}`)).status }).toEqual({
      open,
      status: 200,
    });
  }
});

test('the client names the missing token or the missing role, as the server does', async () => {
  const authorized = (grants: string) => async () =>
    ({ isAuthorized: true, context: { caller: 'ann', grants } }) as const;
  const asked = async (authorize: NonNullable<ApiServerOptions['authorize']>) =>
    slipwayClient({ baseUrl: (await serving({ authorize })).baseUrl, token: 'e30.e30.e30' }).listServices();
  await expect(asked(async () => ({ isAuthorized: true, context: { refusal: 'expired' } }))).rejects.toMatchObject({
    name: 'Forbidden',
    message: 'The token has expired. Get a new one.',
    details: { status: 401 },
  });
  await expect(asked(authorized('[]'))).rejects.toMatchObject({ name: 'Forbidden', details: { status: 403 } });
  expect(await asked(authorized('[{"role":"viewer","services":"*"}]'))).toMatchObject({
    items: [{ name: 'checkout' }],
  });
});

test('closing the server answers open requests first, and then accepts no more', async () => {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const handle = httpRoute(contracts.readHealth, {
    ports: {},
    operation: async () => {
      started.resolve();
      await gate.promise;
      return { status: 'ok' as const, version: '1' };
    },
    log,
  });
  const { server, baseUrl } = await serving({ routes: [{ method: 'GET', path: '/health', handle }] });
  const asked = fetch(`${baseUrl}/health`);
  await started.promise;
  const closed = server.close();
  gate.resolve();
  expect((await asked).status).toBe(200);
  await closed;
  await expect(fetch(`${baseUrl}/health`)).rejects.toThrow();
});

test('a handler that breaks gets 500 with an id, and the server continues', async () => {
  const lines: unknown[] = [];
  const handle = () => Promise.reject(new Error('secret'));
  const { baseUrl } = await serving({
    routes: [{ method: 'GET', path: '/health', handle }],
    log: (line) => lines.push(line),
  });
  const response = await fetch(`${baseUrl}/health`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(JSON.stringify(lines)).toContain('secret');
});
