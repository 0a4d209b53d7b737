import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { aProxyStandIn } from './a-proxy-stand-in.ts';

const kubectl = aProxyStandIn();
const cluster = kubectlCluster({ kubectl: kubectl.program, environment: {} });
afterAll(() => {
  cluster.close();
  kubectl.remove();
});

const anObject = (kind: string, name: string, more: object = {}): ClusterObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const orders = anObject('Deployment', 'orders', { spec: { replicas: 2 } });
const settings = anObject('ConfigMap', 'settings', { data: { a: '1' } });
const ORDERS = '/apis/apps/v1/namespaces/shop/deployments/orders';
const SETTINGS = '/api/v1/namespaces/shop/configmaps/settings';
const status = (code: number, { reason, message }: { readonly reason: string; readonly message: string }) => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code },
});
const missing = status(404, { reason: 'NotFound', message: 'configmaps "settings" not found' });
const asked = () => kubectl.asked().map(({ method, path }) => `${method} ${path}`);

test('kubectl is started once for all calls, on a socket that no other user can reach', async () => {
  kubectl.answers({ body: orders });
  await Promise.all([cluster.get(orders), cluster.get(orders), cluster.get(orders)]);
  await cluster.get(orders);
  const [started, ...others] = kubectl.started();
  expect(others).toEqual([]);
  expect(started?.args.slice(0, 3)).toEqual([
    'proxy',
    expect.stringMatching(/^--unix-socket=.*\/slipway-kubectl-\w{6}\/socket$/),
    '--append-server-path',
  ]);
  expect(started?.args).toEqual(
    expect.arrayContaining(['--accept-paths=^/(api|apis)/', '--reject-paths=/(exec|attach|portforward|proxy)(/|$)']),
  );
});

test('get asks for the object under the path of its kind, and returns null for a missing object', async () => {
  kubectl.answers({ body: orders }, missing, { body: anObject('Namespace', 'shop') });
  expect(await cluster.get(orders)).toEqual(orders);
  expect(await cluster.get(settings)).toBeNull();
  await cluster.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  expect(asked()).toEqual([`GET ${ORDERS}`, `GET ${SETTINGS}`, 'GET /api/v1/namespaces/shop']);
});

test('list asks for objects with all of the labels, sorts them by name, and gives the kind of each', async () => {
  const items = ['b', 'a'].map((name) => ({ metadata: { name, namespace: 'shop', managedFields: [] } }));
  kubectl.answers({ body: { kind: 'ConfigMapList', apiVersion: 'v1', items } });
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop' };
  const found = await cluster.list({ ...query, labels: { 'slipway.dev/workload': 'orders', tier: '' } });
  await cluster.list(query);
  expect(found).toEqual([anObject('ConfigMap', 'a'), anObject('ConfigMap', 'b')]);
  expect(asked()).toEqual([
    'GET /api/v1/namespaces/shop/configmaps?labelSelector=slipway.dev%2Fworkload%3Dorders%2Ctier%3D',
    'GET /api/v1/namespaces/shop/configmaps',
  ]);
});

test('apply sends one object after the other, and returns them as the API server stored them', async () => {
  kubectl.answers({ body: { ...settings, data: { a: '2' } } }, { body: orders });
  expect(await cluster.apply({ objects: [settings, orders] })).toEqual([{ ...settings, data: { a: '2' } }, orders]);
  const query = 'fieldManager=slipway&fieldValidation=Ignore';
  const contentType = 'application/apply-patch+yaml';
  expect(kubectl.asked()).toEqual([
    { method: 'PATCH', path: `${SETTINGS}?${query}`, contentType, body: settings },
    { method: 'PATCH', path: `${ORDERS}?${query}`, contentType, body: orders },
  ]);

  kubectl.answers({ body: orders });
  await cluster.apply({ objects: [orders], dryRun: true });
  await cluster.apply({ objects: [orders], force: true });
  expect(asked()).toEqual([`PATCH ${ORDERS}?${query}&dryRun=All`, `PATCH ${ORDERS}?${query}&force=true`]);
});

test('apply stops at the first object that is refused, and names it', async () => {
  const refusal = status(422, { reason: 'Invalid', message: 'Deployment.apps "orders" is invalid: spec: no' });
  kubectl.answers({ body: settings }, refusal, { body: settings });
  await expect(cluster.apply({ objects: [settings, orders, settings] })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(
      /^Could not apply Deployment shop\/orders: Deployment.apps "orders" is invalid: spec/,
    ),
  });
  expect(kubectl.asked()).toHaveLength(2);
});

test('replace replaces what has a resource version, and creates what has none', async () => {
  const known = { ...settings, metadata: { ...settings.metadata, resourceVersion: '7' } };
  kubectl.answers({ body: known });
  await cluster.replace(known);
  await cluster.replace(settings);
  const query = 'fieldManager=slipway&fieldValidation=Strict';
  const contentType = 'application/json';
  expect(kubectl.asked()).toEqual([
    { method: 'PUT', path: `${SETTINGS}?${query}`, contentType, body: known },
    { method: 'POST', path: `/api/v1/namespaces/shop/configmaps?${query}`, contentType, body: settings },
  ]);
  kubectl.answers(missing);
  await expect(cluster.replace(known)).rejects.toMatchObject({ name: 'NotFound' });
});

test('scale sets the number of pods', async () => {
  kubectl.answers({ body: {} });
  await cluster.scale(orders, 3);
  expect(kubectl.asked()).toEqual([
    {
      method: 'PATCH',
      path: `${ORDERS}/scale?fieldManager=slipway`,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas: 3 } },
    },
  ]);
  await expect(cluster.scale(orders, Number.NaN)).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('remove deletes each object without waiting, and continues after one that it may not delete', async () => {
  kubectl.answers(status(403, { reason: 'Forbidden', message: 'no' }), missing, { body: {} });
  await cluster.remove([]);
  expect(kubectl.asked()).toEqual([]);
  await expect(cluster.remove([orders, settings, anObject('Pod', 'one')])).rejects.toMatchObject({
    message: expect.stringContaining('Could not delete Deployment shop/orders'),
  });
  const query = 'propagationPolicy=Background';
  expect(asked()).toEqual([
    `DELETE ${ORDERS}?${query}`,
    `DELETE ${SETTINGS}?${query}`,
    `DELETE /api/v1/namespaces/shop/pods/one?${query}`,
  ]);
});

test('denied asks for each permission', async () => {
  const permissions = [
    { verb: 'patch', resource: 'deployments.apps' },
    { verb: 'update', resource: 'httproutes.gateway.networking.k8s.io/status' },
  ] as const;
  kubectl.answers({ status: 201, body: { status: { allowed: false } } });
  expect(await cluster.denied('shop', [])).toEqual([]);
  expect(await cluster.denied('shop', permissions)).toEqual(permissions);
  const reviews = kubectl.asked().map(({ body }) => (body as { spec: { resourceAttributes: object } }).spec);
  expect(reviews.map(({ resourceAttributes }) => resourceAttributes)).toEqual(
    expect.arrayContaining([
      { namespace: 'shop', verb: 'patch', resource: 'deployments', group: 'apps' },
      {
        namespace: 'shop',
        verb: 'update',
        resource: 'httproutes',
        group: 'gateway.networking.k8s.io',
        subresource: 'status',
      },
    ]),
  );
  kubectl.answers({ body: 'no JSON' });
  // One permission: a second question would still be under way when the next test begins.
  await expect(cluster.denied('shop', permissions.slice(0, 1))).rejects.toMatchObject({ name: 'Broken' });
});

test('the context, the time limit and the field manager are those that were set', async () => {
  const other = kubectlCluster({
    kubectl: kubectl.program,
    environment: {},
    context: 'prod',
    fieldManager: 'slipway-eu',
  });
  kubectl.answers({ body: orders });
  await other.replace(orders);
  other.close();
  expect(asked()[0]).toContain('fieldManager=slipway-eu');
  expect(kubectl.started().at(-1)?.args).toContain('--context=prod');
});

test.each([
  ['{"apiVersion": "v1", "hunter2', 'all of it'],
  ['{"apiVersion": "v1", "kind": "Secret", "metadata": {"labels": {"a": 1}}, "data": "hunter2"}', 'metadata.name'],
])('an answer that is not an object is Broken, and is not repeated (%#)', async (body, where) => {
  kubectl.answers({ body });
  const error = await cluster.get(settings).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'Broken', message: expect.stringContaining(where) });
  expect(`${error.message} ${error.cause}`).not.toContain('hunter2');
});

test('the values of a Secret are in no message, neither plain, encoded nor quoted', async () => {
  const encoded = Buffer.from('correct horse').toString('base64');
  const secret = anObject('Secret', 's', { stringData: { a: 'hunter2', b: { c: 'tr"ee' } }, data: { d: encoded } });
  const message = `"hunter2" "tr\\"ee" "correct horse" ${encoded} are not right`;
  kubectl.answers(status(400, { reason: 'BadRequest', message }));
  const error = await cluster.apply({ objects: [secret] }).catch((thrown) => thrown);
  expect(error.message).toContain('"***" "***" "***" *** are not right');
  expect(String(error.cause)).not.toMatch(/hunter2|horse|tr.*ee/);
});

test.each([
  ['a name that is a path', { ...orders, metadata: { name: '../nodes/a', namespace: 'shop' } }],
  ['a name that leads up', { ...orders, metadata: { name: '..', namespace: 'shop' } }],
  ['a name that is two', { ...orders, metadata: { name: 'a,b', namespace: 'shop' } }],
  ['no name', { ...orders, metadata: { name: '', namespace: 'shop' } }],
  ['a namespace that is a path', { ...orders, metadata: { name: 'orders', namespace: '../../nodes' } }],
  ['no namespace where there is one', { ...orders, metadata: { name: 'orders' } }],
  ['a kind that is two', { ...orders, kind: 'Deployment,Secret' }],
  ['a kind that is an option', { ...orders, kind: '--all' }],
  ['no version', { ...orders, apiVersion: 'apps' }],
  ['a version that is a path', { ...orders, apiVersion: '../v1' }],
])('%s is refused before any request is made', async (_, ref) => {
  kubectl.answers({});
  await expect(cluster.get(ref)).rejects.toMatchObject({ name: 'InvalidRequest' });
  await expect(cluster.remove([ref])).rejects.toMatchObject({ name: 'InvalidRequest' });
  expect(kubectl.asked()).toEqual([]);
});

test('a label that would change the query is refused', async () => {
  const query = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' };
  await expect(cluster.list({ ...query, labels: { a: 'b,c!=d' } })).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('a kind that the cluster does not have is NotFound, and is asked for again the next time', async () => {
  kubectl.answers(status(404, { reason: 'NotFound', message: 'the server could not find the requested resource' }));
  const wish = { apiVersion: 'example.com/v1', kind: 'Wish', metadata: { name: 'a', namespace: 'shop' } };
  const notFound = { name: 'NotFound', message: expect.stringContaining('the cluster has no kind Wish') };
  await expect(cluster.get(wish)).rejects.toMatchObject(notFound);
  await expect(cluster.get(wish)).rejects.toMatchObject(notFound);
  expect(asked()).toEqual(['GET /apis/example.com/v1', 'GET /apis/example.com/v1']);
});
