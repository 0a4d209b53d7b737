import type { ClusterObject } from '../../src/domain/cluster/cluster-object.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { aStandIn } from './a-stand-in.ts';

const kubectl = aStandIn();
afterAll(() => kubectl.remove());

const cluster = kubectlCluster({ kubectl: kubectl.program, environment: {} });
const FIRST = '--request-timeout=20000ms';

const anObject = (kind: string, name: string, more: object = {}): ClusterObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const orders = anObject('Deployment', 'orders', { spec: { replicas: 2 } });
const settings = anObject('ConfigMap', 'settings', { data: { a: '1' } });
const json = (object: unknown) => ({ stdout: `${JSON.stringify(object, null, 2)}\n` });
const args = () => kubectl.heard().map((call) => call.args.join(' '));
const inputs = () =>
  kubectl.heard().map(({ input }) =>
    input
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one)),
  );

test('get names kind, version and group, and is null where there is nothing', async () => {
  kubectl.says(json(orders), {}, {});
  expect(await cluster.get(orders)).toEqual(orders);
  expect(await cluster.get(settings)).toBeNull();
  await cluster.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  expect(args()).toEqual([
    `${FIRST} get --namespace=shop Deployment.v1.apps/orders --ignore-not-found --output=json`,
    `${FIRST} get --namespace=shop ConfigMap.v1./settings --ignore-not-found --output=json`,
    `${FIRST} get Namespace.v1./shop --ignore-not-found --output=json`,
  ]);
});

test('list asks for all of the labels and sorts by name', async () => {
  const list = { kind: 'List', apiVersion: 'v1', items: [anObject('ConfigMap', 'b'), anObject('ConfigMap', 'a')] };
  kubectl.says(json(list));
  const query = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop' };
  const found = await cluster.list({ ...query, labels: { 'slipway.dev/workload': 'orders', tier: '' } });
  await cluster.list(query);
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  expect(args()).toEqual([
    `${FIRST} get --namespace=shop ConfigMap.v1. --selector=slipway.dev/workload=orders,tier= --output=json`,
    `${FIRST} get --namespace=shop ConfigMap.v1. --output=json`,
  ]);
});

test('apply sends one object after the other on the input, and returns them as they are then', async () => {
  kubectl.says(json({ ...settings, data: { a: '2' } }), json(orders));
  expect(await cluster.apply({ objects: [settings, orders] })).toEqual([{ ...settings, data: { a: '2' } }, orders]);
  const apply = `${FIRST} apply --server-side --field-manager=slipway --validate=ignore`;
  expect(args()).toEqual([`${apply} --output=json --filename=-`, `${apply} --output=json --filename=-`]);
  expect(inputs()).toEqual([[settings], [orders]]);

  kubectl.says(json(orders));
  await cluster.apply({ objects: [orders], dryRun: true });
  await cluster.apply({ objects: [orders], force: true });
  expect(args()).toEqual([
    `${apply} --dry-run=server --output=json --filename=-`,
    `${apply} --force-conflicts --output=json --filename=-`,
  ]);
});

test('apply stops at the first object that is refused, and names it', async () => {
  kubectl.says(json(settings), { stderr: 'The Deployment "orders" is invalid: spec: no', code: 1 }, json(settings));
  await expect(cluster.apply({ objects: [settings, orders, settings] })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('Could not apply Deployment shop/orders'),
  });
  expect(kubectl.heard()).toHaveLength(2);
});

test('replace replaces what has a resource version, and creates what has none', async () => {
  const known = { ...settings, metadata: { ...settings.metadata, resourceVersion: '7' } };
  kubectl.says(json(known));
  await cluster.replace(known);
  await cluster.replace(settings);
  expect(args()).toEqual([
    `${FIRST} replace --field-manager=slipway --validate=strict --output=json --filename=-`,
    `${FIRST} create --field-manager=slipway --validate=strict --output=json --filename=-`,
  ]);
  expect(inputs()).toEqual([[known], [settings]]);
});

test('scale sets the number of pods', async () => {
  kubectl.says({ stdout: 'scale.autoscaling/orders\n' });
  await cluster.scale(orders, 3);
  expect(args()).toEqual([
    `${FIRST} patch --namespace=shop Deployment.v1.apps/orders --field-manager=slipway --subresource=scale --type=merge ` +
      '--patch={"spec":{"replicas":3}} --output=name',
  ]);
  await expect(cluster.scale(orders, Number.NaN)).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('remove deletes the objects of a namespace in one call, and waits for nothing', async () => {
  kubectl.says({});
  await cluster.remove([]);
  expect(kubectl.heard()).toEqual([]);
  await cluster.remove([settings, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } }, orders]);
  const flags = '--ignore-not-found --wait=false --cascade=background --output=name';
  expect(args()).toEqual([
    `${FIRST} delete --namespace=shop ${flags} ConfigMap.v1./settings Deployment.v1.apps/orders`,
    `${FIRST} delete ${flags} Namespace.v1./old`,
  ]);
});

test('denied asks for all permissions in one call', async () => {
  const asked = [
    { verb: 'patch', resource: 'deployments.apps' },
    { verb: 'get', resource: 'configmaps' },
    { verb: 'update', resource: 'httproutes.gateway.networking.k8s.io/status' },
  ] as const;
  kubectl.says({ stdout: 'false\ntrue\nfalse\n' });
  expect(await cluster.denied('shop', [])).toEqual([]);
  expect(await cluster.denied('shop', asked)).toEqual([asked[0], asked[2]]);
  expect(args()).toEqual([`${FIRST} create --validate=ignore --output=jsonpath={.status.allowed}{"\\n"} --filename=-`]);
  expect(inputs()[0]?.map(({ spec }) => spec.resourceAttributes)).toEqual([
    { namespace: 'shop', verb: 'patch', resource: 'deployments', group: 'apps' },
    { namespace: 'shop', verb: 'get', resource: 'configmaps', group: '' },
    {
      namespace: 'shop',
      verb: 'update',
      resource: 'httproutes',
      group: 'gateway.networking.k8s.io',
      subresource: 'status',
    },
  ]);

  kubectl.says({ stdout: 'true\n' });
  await expect(cluster.denied('shop', asked)).rejects.toMatchObject({ name: 'Broken' });
});

test('diff is what diff says, without the names of temporary files and the time', async () => {
  const one = (name: string) =>
    `diff -u -N /tmp/a b/LIVE-400558/${name} /tmp/a b/MERGED-104040/${name}\n` +
    `--- /tmp/a b/LIVE-400558/${name}\t2026-11-24 14:41:03.539959615 +0000\n` +
    `+++ /tmp/a b/MERGED-104040/${name}\t2026-11-24 14:41:03.539959615 +0000\n@@ -1 +1 @@\n-a: 1\n+a: 2\n`;
  kubectl.says({ stdout: one('apps.v1.Deployment.shop.orders') + one('v1.ConfigMap.shop.settings'), code: 1 }, {});
  expect(await cluster.diff([])).toBe('');
  expect(await cluster.diff([orders, settings])).toBe(
    '--- live/apps.v1.Deployment.shop.orders\n+++ applied/apps.v1.Deployment.shop.orders\n@@ -1 +1 @@\n-a: 1\n+a: 2\n' +
      '--- live/v1.ConfigMap.shop.settings\n+++ applied/v1.ConfigMap.shop.settings\n@@ -1 +1 @@\n-a: 1\n+a: 2\n',
  );
  expect(await cluster.diff([orders])).toBe('');
  expect(args()[0]).toBe(`${FIRST} diff --server-side --field-manager=slipway --filename=-`);
  expect(inputs()[0]).toEqual([orders, settings]);
});

test.each([
  [{ stderr: 'Error from server (NotFound): namespaces "shop" not found', code: 2 }, 'NotFound'],
  [{ stderr: 'error: failed to run "diff": executable file not found in $PATH', code: 2 }, 'Broken'],
  [{ stderr: 'error: You must be logged in to the server (Unauthorized)', code: 1 }, 'Broken'],
])('a diff that could not be made is no difference (%#)', async (saying, name) => {
  kubectl.says(saying);
  await expect(cluster.diff([orders])).rejects.toMatchObject({
    name,
    message: expect.stringContaining('Could not compare Deployment shop/orders with the cluster: '),
  });
});

test('context, time limit and field manager are as they were set', async () => {
  const other = kubectlCluster({
    kubectl: kubectl.program,
    environment: {},
    context: 'prod',
    callMs: 5_000,
    fieldManager: 'slipway-eu',
  });
  kubectl.says(json(orders));
  await other.replace(orders);
  expect(args()[0]).toMatch(/^--request-timeout=5000ms --context=prod create --field-manager=slipway-eu /);
});

test.each([
  ['{"apiVersion": "v1", "hunter2', 'all of it'],
  ['{"apiVersion": "v1", "kind": "Secret", "metadata": {"labels": {"a": 1}}, "data": "hunter2"}', 'metadata.name'],
])('an answer that is not an object is Broken, and is not repeated (%#)', async (stdout, where) => {
  kubectl.says({ stdout });
  const error = await cluster.get(settings).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'Broken', message: expect.stringContaining(where) });
  expect(`${error.message} ${error.cause}`).not.toContain('hunter2');
});

test('what is in a Secret is in no message, plain, encoded or quoted', async () => {
  const encoded = Buffer.from('correct horse').toString('base64');
  const secret = anObject('Secret', 's', { stringData: { a: 'hunter2', b: { c: 'tr"ee' } }, data: { d: encoded } });
  kubectl.says({ stderr: `Error from server: "hunter2" "tr\\"ee" "correct horse" ${encoded} are not right`, code: 1 });
  const error = await cluster.apply({ objects: [secret] }).catch((thrown) => thrown);
  expect(error.message).toContain('"***" "***" "***" *** are not right');
  expect(String(error.cause)).not.toMatch(/hunter2|horse|tr.*ee/);
});

test.each([
  ['a name that is a path', { ...orders, metadata: { name: '../nodes/a' } }],
  ['a name that is two', { ...orders, metadata: { name: 'a,b' } }],
  ['no name', { ...orders, metadata: { name: '' } }],
  ['a kind that is two', { ...orders, kind: 'Deployment,Secret' }],
  ['a kind that is an option', { ...orders, kind: '--all' }],
  ['no version', { ...orders, apiVersion: 'apps' }],
])('%s is refused before kubectl is asked', async (_, ref) => {
  kubectl.says({});
  await expect(cluster.get(ref)).rejects.toMatchObject({ name: 'InvalidRequest' });
  await expect(cluster.remove([ref])).rejects.toMatchObject({ name: 'InvalidRequest' });
  expect(kubectl.heard()).toEqual([]);
});

test('a label that would be another question is refused', async () => {
  const query = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' };
  await expect(cluster.list({ ...query, labels: { a: 'b,c!=d' } })).rejects.toMatchObject({ name: 'InvalidRequest' });
});
