import { contracts } from '../../src/api/all-contracts.ts';
import { readDocsContracts } from '../../src/api/contracts/read-docs.ts';
import type { Grant } from '../../src/domain/access/grant.ts';
import { newRun } from '../../src/domain/pipeline/pipeline-run.ts';
import { deploy } from '../operations/a-rollout.ts';
import { type Asked, aClosedApi, type ClosedApi, DEPLOY, MAIN } from './a-closed-api.ts';

let api: ClosedApi;
beforeEach(async () => {
  api = await aClosedApi();
});
afterEach(() => api.close());

const forCheckout = (role: Grant['role']): readonly Grant[] => [{ role, services: ['checkout'] }];
const askAs = async (asked: Asked, grants: readonly Grant[], subject = 'ann@acme') =>
  api.ask({ ...asked, token: await api.mint(subject, grants) });

interface Routed {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly Grant['role'][];
  readonly body?: object;
}
const VIEWERS = ['viewer', 'deployer', 'approver', 'admin'] as const;
const DEPLOYERS = ['deployer', 'admin'] as const;
const get = (path: string): Routed => ({ method: 'GET', path, roles: VIEWERS });
const signal = (word: string, roles: Routed['roles'] = DEPLOYERS): Routed => ({
  method: 'POST',
  path: `/deployments/dep-001/${word}`,
  roles,
});
/** A run of checkout's pipeline, under the id in the paths of the routes. */
const aRun = () => {
  const run = newRun({ id: 'dep-001', service: 'checkout', at: 0 });
  return api.scene.ports.pipelineRuns.record(run.id, () => ({ run, entries: [] }));
};
const SPEC = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };

/**
 * The roles of each route for checkout. A run of its pipeline exists, and so does deployment dep-001, which another
 * caller opened and which waits for an approval.
 */
const ROUTES: readonly Routed[] = [
  ...['/deployments', '/deployments?service=checkout', '/deployments/dep-001', '/deployments/dep-001/explain'].map(get),
  ...['/services', '/services/checkout'].map(get),
  get('/pipeline-runs/dep-001'),
  { method: 'POST', path: '/services/checkout/check', roles: VIEWERS },
  { method: 'POST', path: '/services/checkout/release', roles: DEPLOYERS, body: { reason: 'why' } },
  { method: 'POST', path: '/deploy', roles: DEPLOYERS, body: { ...DEPLOY, dryRun: true } },
  { method: 'POST', path: '/rollback', roles: DEPLOYERS, body: { service: 'checkout', reason: 'why' } },
  ...['pause', 'resume', 'skip', 'abort', 'retry'].map((word) => signal(word)),
  signal('promote', ['admin']),
  signal('approve', ['approver', 'admin']),
  { method: 'PUT', path: '/services/checkout', roles: ['admin'], body: SPEC },
  { method: 'DELETE', path: '/services/checkout', roles: ['admin'] },
];
const closed = [...Object.values(contracts), ...readDocsContracts].filter(({ needs }) => needs !== 'nobody');

test('these tests try every route except the open ones', () => {
  const tried = ROUTES.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  const named = { '{id}': 'dep-001', '{name}': 'checkout', '{asset}': 'start.js' };
  const paths = closed.map(({ method, path }) =>
    Object.entries(named).reduce((text, [name, value]) => text.replace(name, value), `${method} ${path}`),
  );
  expect([...new Set(tried)].sort()).toEqual(paths.sort());
});

test.each(ROUTES)(
  '$method $path gets 401 without a token, before the rest of the request is read',
  async ({ method, path }) => {
    const { status, headers } = await api.ask({
      method,
      path,
      ...(method === 'GET' ? {} : { body: { nonsense: true } }),
    });
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 401, type: 'application/problem+json' });
  },
);

test.each(ROUTES)('$method $path is for $roles', async ({ method, path, roles, body }) => {
  const open = async () => {
    await api.close();
    api = await aClosedApi();
    await deploy(api.scene, { strategy: [{ approve: { within: { minutes: 30 } } }] });
    await aRun();
  };
  for (const role of ['viewer', 'deployer', 'approver', 'admin'] as const) {
    await open();
    const { status } = await askAs({ method, path, ...(body && { body }) }, forCheckout(role));
    // The test asks only whether this caller may do it, not whether it can be done now.
    expect({ role, isIn: status !== 401 && status !== 403 }).toEqual({ role, isIn: roles.includes(role) });
  }
});

test.each(ROUTES.filter(({ path }) => /checkout|dep-001|deploy$|rollback/.test(path)))(
  '$method $path, about checkout, is closed to the admin of another service',
  async ({ method, path, body }) => {
    await deploy(api.scene);
    await aRun();
    const {
      status,
      headers,
      body: problem,
    } = await askAs({ method, path, ...(body && { body }) }, [{ role: 'admin', services: ['basket'] }]);
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 403, type: 'application/problem+json' });
    expect(problem).toMatchObject({
      title: 'Forbidden',
      detail: expect.stringMatching(/^ann@acme does not have .* checkout\. Ask/),
    });
    expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
    expect(api.lines).toEqual([expect.objectContaining({ status: 403, by: 'ann@acme', refused: 'other service' })]);
    expect(api.measured).toMatchObject([{ name: 'RequestsRefused', dimensions: { Reason: 'other service' } }]);
  },
);

test('an unknown run of the pipeline gets 404 for a viewer, and 403 for a caller without a role', async () => {
  const status = async (grants: readonly Grant[]) => (await askAs(get('/pipeline-runs/nobody'), grants)).status;
  expect(await status(forCheckout('viewer'))).toBe(404);
  expect(await status([])).toBe(403);
});

test('lists hold what the caller may see, and nothing of other services', async () => {
  await deploy(api.scene);
  const ids = async (path: string, grants: readonly Grant[]) => {
    const { body } = await askAs({ method: 'GET', path }, grants);
    return body.items.map(({ id, name }: { id?: string; name?: string }) => id ?? name);
  };
  const elsewhere: readonly Grant[] = [{ role: 'viewer', services: ['basket'] }];
  expect(await ids('/deployments', forCheckout('viewer'))).toEqual(['dep-001']);
  expect(await ids('/deployments', elsewhere)).toEqual([]);
  expect(await ids('/services', [{ role: 'viewer', services: '*' }])).toEqual(['checkout']);
  expect(await ids('/services', elsewhere)).toEqual([]);
});

test('another repository, branch or pull request gets 403, and so does the right one at another service', async () => {
  const { github, claims } = api;
  const status = async (sub: string, body: object = DEPLOY) =>
    (await api.ask({ body, token: await github.sign(claims({ sub })) })).status;
  for (const sub of [
    'repo:acme/basket:ref:refs/heads/main',
    'repo:acme/checkout:ref:refs/heads/mainly',
    'repo:acme/checkout:pull_request',
    'repo:evil/acme/checkout:ref:refs/heads/main',
    'xrepo:acme/checkout:ref:refs/heads/main',
    MAIN.toUpperCase(),
  ]) {
    expect({ sub, status: await status(sub) }).toEqual({ sub, status: 403 });
  }
  expect(await status(MAIN, { ...DEPLOY, service: 'basket' })).toBe(403);
  expect(await status(MAIN)).toBe(202);
});

test('grants inside a token of another issuer have no effect', async () => {
  const { github, claims } = api;
  const grants = [{ role: 'admin', services: '*' }];
  const token = await github.sign(claims({ sub: 'repo:evil/x:ref:refs/heads/main', grants, caller: 'ann@acme' }));
  expect(await api.ask({ token })).toMatchObject({ status: 403 });
});

const WAITING = { strategy: [{ approve: { within: { minutes: 30 } } }, { setWeight: 10 }] } as const;
const both: readonly Grant[] = [
  { role: 'deployer', services: '*' },
  { role: 'approver', services: '*' },
];

test.each(['approve', 'promote'])(
  'the caller that opened a deployment may not %s it past its approval, whatever the roles',
  async (signal) => {
    const id = await deploy(api.scene, { ...WAITING, by: 'ann@acme', access: { caller: 'ann@acme', grants: both } });
    for (const grants of [both, [{ role: 'admin', services: '*' } as const]]) {
      const { status, body } = await askAs({ path: `/deployments/${id}/${signal}` }, grants);
      expect(status).toBe(403);
      expect(body.detail).toMatch(/ann@acme opened deployment dep-001, and nobody approves a deployment of their own/);
    }
    expect(api.lines.map(({ refused }) => refused)).toEqual(['own deployment', 'own deployment']);
    expect(api.scene.deployment(id).signal).toBeNull();
    // Another caller is allowed, and is only asked whether the step can be approved now.
    expect((await askAs({ path: `/deployments/${id}/${signal}` }, both, 'ben@acme')).status).not.toBe(403);
  },
);

test('a deployer may promote a deployment without an approval, and not past an approval', async () => {
  const id = await deploy(api.scene, WAITING);
  const promote = async () => askAs({ path: `/deployments/${id}/promote` }, forCheckout('deployer'));
  expect(await promote()).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining('leave out its approval') },
  });
  expect(api.lines[0]).toMatchObject({ refused: 'approval left out' });
});

test('a strategy that leaves out the approvals of the service is for an admin', async () => {
  await api.scene.ports.services.write({
    spec: { ...(await api.scene.ports.services.read('checkout')).spec, ...WAITING },
    by: 'ada',
    at: 0,
  });
  const body = { ...DEPLOY, strategy: [{ setWeight: 50 }], dryRun: true };
  expect(await askAs({ body }, forCheckout('deployer'))).toMatchObject({
    status: 403,
    body: { detail: expect.stringMatching(/leaves out an approval that checkout asks for/) },
  });
  expect(await askAs({ body }, forCheckout('admin'))).toMatchObject({ status: 200 });
  const kept = { ...body, strategy: [...WAITING.strategy, { setWeight: 50 }] };
  expect(await askAs({ body: kept }, forCheckout('deployer'))).toMatchObject({ status: 200 });
});

/** Makes checkout ask for an approval before any call, for every later deployment. */
async function asksForApproval() {
  const { spec } = await api.scene.ports.services.read('checkout');
  await api.scene.ports.services.write({ spec: { ...spec, ...WAITING }, by: 'ada', at: 0 });
}

test('a strategy that moves an approval of the service behind a weight is for an admin, also with as many approvals', async () => {
  await asksForApproval();
  const strategy = [{ setWeight: 99 }, { bake: { minutes: 20 } }, WAITING.strategy[0]];
  const { status, body } = await askAs({ body: { ...DEPLOY, strategy } }, forCheckout('deployer'));
  expect({ status, detail: body.detail }).toEqual({
    status: 403,
    detail: expect.stringMatching(/99 % comes after no approval, and in the strategy of checkout after one approval/),
  });
  expect(api.lines).toEqual([expect.objectContaining({ status: 403, refused: 'approval left out' })]);
  expect(api.scene.ledger().deployments.size).toBe(0);
  expect(await askAs({ body: { ...DEPLOY, strategy } }, forCheckout('admin'))).toMatchObject({ status: 202 });
});

test.each(['hotfix', 'supersede'])('a request with %s keeps the approvals at their weights too', async (flag) => {
  await asksForApproval();
  const body = { ...DEPLOY, strategy: [{ setWeight: 1 }, WAITING.strategy[0]], [flag]: true };
  expect(await askAs({ body }, forCheckout('deployer'))).toMatchObject({ status: 403 });
});

test("a deployer cannot retry an admin's deployment without the approvals, nor one that is older than they are", async () => {
  await deploy(api.scene, { strategy: 'allAtOnce' });
  await askAs({ path: '/deployments/dep-001/abort' }, forCheckout('deployer'));
  const ended = { ...api.scene.deployment('dep-001'), status: 'rolledBack' } as const;
  await api.scene.ports.deployments.record('dep-001', () => ({ deployment: ended, entries: [] }));
  await asksForApproval();
  const retry = (role: Grant['role']) => askAs({ path: '/deployments/dep-001/retry' }, forCheckout(role));
  expect(await retry('deployer')).toMatchObject({
    status: 403,
    body: { detail: expect.stringMatching(/100 % comes/) },
  });
  expect(await retry('admin')).toMatchObject({ status: 202 });
});

test('a refusal is not stored under its Idempotency-Key, and no stored answer outlives the role', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  expect(await askAs({ headers }, forCheckout('viewer'))).toMatchObject({ status: 403 });
  expect(await askAs({ headers }, forCheckout('deployer'))).toMatchObject({ status: 202 });
  expect(await askAs({ headers }, forCheckout('deployer'))).toMatchObject({ status: 202 });
  expect(await askAs({ headers }, forCheckout('viewer'))).toMatchObject({ status: 403 });
});

test('an unknown deployment gets 404 for a caller that may read, and 403 for a caller without any role', async () => {
  const asked = { method: 'GET', path: '/deployments/dep-999' };
  expect(await askAs(asked, forCheckout('viewer'))).toMatchObject({ status: 404 });
  expect(await askAs(asked, [])).toMatchObject({ status: 403 });
});

test("a policy that cannot be read refuses every caller, also Slipway's own tokens, and the log says why", async () => {
  await api.close();
  api = await aClosedApi({ policy: () => Promise.reject(new Error('statements/0/role: viewre is no role')) });
  const token = await api.mint('ann@acme', [{ role: 'admin', services: '*' }]);
  const { status, body } = await api.ask({ token });
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('viewre');
  expect(api.lines[0]).toMatchObject({
    level: 'error',
    reason: 'authorizer broken',
    error: { message: expect.stringContaining('viewre') },
  });
  expect(await api.ask({ path: '/health', method: 'GET' })).toMatchObject({ status: 200 });
});

test('health and readiness are open, also to an invalid token', async () => {
  for (const path of ['/health', '/ready']) {
    expect(await api.ask({ method: 'GET', path })).toMatchObject({ status: 200 });
    expect(await api.ask({ method: 'GET', path, token: 'e30.e30.e30' })).toMatchObject({ status: 200 });
  }
  expect(api.github.asked).toEqual([]);
});
