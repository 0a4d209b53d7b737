import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const target = {
  kind: 'kubernetes',
  cluster: 'production',
  namespace: 'shop',
  workload: 'orders',
  manifests: { port: 8080 },
};

const groups = {
  kind: 'targetGroups',
  loadBalancer: 'app/shop/0123456789abcdef',
  stable: 'targetgroup/orders/0123456789abcdef',
  canary: 'targetgroup/orders-canary/fedcba9876543210',
};
const balanced = (change: object) => ({
  route: { kind: 'albIngress', name: 'shop-front' },
  metricsFrom: { ...groups, ...change },
});

function read(change: object) {
  return readServiceSpec({ name: 'orders', target: { ...target, ...change } });
}
function errorsOf(change: object) {
  const found = read(change);
  return found.ok ? [] : found.errors;
}

test('a Kubernetes target with only its required fields gets every default', () => {
  const found = read({});

  expect(found.ok && found.spec.target).toEqual({
    kind: 'kubernetes',
    cluster: 'production',
    namespace: 'shop',
    workload: 'orders',
    route: { kind: 'replicas' },
    manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
    readyWithin: { minutes: 5 },
  });
});

test.each([
  { route: { kind: 'httpRoute', name: 'shop-front' } },
  { route: { kind: 'albIngress', name: 'shop-front' } },
  { manifests: { folder: 'deploy/overlays/prod' } },
  { manifests: { folder: './deploy' } },
  { manifests: { folder: 'deploy', container: 'server' } },
  { manifests: { port: 65_535, replicas: 500, environment: { LOG_LEVEL: '' }, secrets: ['orders-keys'] } },
  { cluster: 'EKS_main-2' },
  { workload: 'o'.repeat(50) },
  { readyWithin: { minutes: 10 } },
  { metricsFrom: { kind: 'slipway' } },
  balanced({}),
])('the target %j is read as it is written', (change) => {
  const found = read(change);
  expect(found.ok && found.spec.target).toEqual({
    ...target,
    route: { kind: 'replicas' },
    manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
    readyWithin: { minutes: 5 },
    ...change,
  });
});

test.each<[string, object, string, RegExp]>([
  ['an unknown field', { region: 'eu' }, '/target/region', /no field "region"/],
  [
    'a cluster with a dot',
    { cluster: 'a.b' },
    '/target/cluster',
    /The cluster is "a.b"; write the name of an EKS cluster/,
  ],
  [
    'a namespace in capitals',
    { namespace: 'Shop' },
    '/target/namespace',
    /The namespace is "Shop"; write 1 to 63 of a-z/,
  ],
  [
    'a namespace that is a path',
    { namespace: '../kube' },
    '/target/namespace',
    /begin and end with a letter or a digit/,
  ],
  ['a workload that is too long', { workload: 'o'.repeat(51) }, '/target/workload', /write 1 to 50 of a-z/],
  ['a workload that ends in a dash', { workload: 'orders-' }, '/target/workload', /The workload is "orders-"/],
  [
    'a route of another kind',
    { route: { kind: 'istio' } },
    '/target/route/kind',
    /"istio"; write one of rolling, replicas, blueGreen/,
  ],
  ['a route in a word', { route: 'replicas' }, '/target/route', /"replicas"; write one of rolling/],
  ['a route without a name', { route: { kind: 'httpRoute' } }, '/target/route/name', /missing/],
  ['a route with a name too many', { route: { kind: 'replicas', name: 'x' } }, '/target/route/name', /no field "name"/],
  ['no manifests', { manifests: undefined }, '/target/manifests', /missing|write \{"port"/],
  [
    'manifests of both kinds',
    { manifests: { port: 8080, folder: 'deploy' } },
    '/target/manifests',
    /write \{"port": 8080, ...\}.*or \{"folder"/,
  ],
  [
    'a port that only root may open',
    { manifests: { port: 80 } },
    '/target/manifests/port',
    /The port is 80; .* 1024 to 65535/,
  ],
  [
    'no pods',
    { manifests: { port: 8080, replicas: 0 } },
    '/target/manifests/replicas',
    /number of replicas is 0; .* 1 to 500/,
  ],
  [
    'half a pod',
    { manifests: { port: 8080, replicas: 1.5 } },
    '/target/manifests/replicas',
    /1.5; write a whole number/,
  ],
  [
    'a folder that is somewhere else',
    { manifests: { folder: '/etc' } },
    '/target/manifests/folder',
    /relative and without ".."/,
  ],
  [
    'a folder above',
    { manifests: { folder: 'deploy/../..' } },
    '/target/manifests/folder',
    /relative and without ".."/,
  ],
  [
    'a Secret that is no name',
    { manifests: { port: 8080, secrets: ['Keys'] } },
    '/target/manifests/secrets/0',
    /The Secret is "Keys"/,
  ],
  [
    'a variable that is no name',
    { manifests: { port: 8080, environment: { '1A': 'x' } } },
    '/target/manifests/environment/1A',
    /"1A"/,
  ],
  [
    'a value that is no text',
    { manifests: { port: 8080, environment: { A: 1 } } },
    '/target/manifests/environment/A',
    /The value is 1; write a text/,
  ],
  [
    'a value that is too long',
    { manifests: { port: 8080, environment: { A: 'x'.repeat(2_001) } } },
    '/target/manifests/environment/A',
    /at most 2000 characters/,
  ],
  [
    'more variables than can travel',
    { manifests: { port: 8080, environment: { A: 'x'.repeat(1_999), B: 'x'.repeat(1_999), C: 'x'.repeat(1_999) } } },
    '/target/manifests/environment',
    /has more than \d+ characters. Put large values into a ConfigMap/,
  ],
  [
    'pods that may take an hour',
    { readyWithin: { hours: 1 } },
    '/target/readyWithin/hours',
    /time to get ready is 1 hours/,
  ],
  [
    'metrics of another kind',
    { metricsFrom: { kind: 'prometheus' } },
    '/target/metricsFrom/kind',
    /"prometheus"; write "slipway" for those that the pods write, or "targetGroups"/,
  ],
  [
    'the whole ARN of a load balancer',
    balanced({ loadBalancer: 'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/shop/0123456789abcdef' }),
    '/target/metricsFrom/loadBalancer',
    /write the last part of its ARN, such as app\/shop\/0123456789abcdef/,
  ],
  [
    'a network load balancer',
    balanced({ loadBalancer: 'net/shop/0123456789abcdef' }),
    '/target/metricsFrom/loadBalancer',
    /The load balancer is "net\/shop/,
  ],
  [
    'a target group by its name',
    balanced({ canary: 'orders-canary' }),
    '/target/metricsFrom/canary',
    /The target group of the canary is "orders-canary"; write the last part of its ARN/,
  ],
  ['one target group without the other', balanced({ stable: undefined }), '/target/metricsFrom/stable', /missing/],
  [
    'one target group for both versions',
    balanced({ canary: groups.stable }),
    '/target/metricsFrom/canary',
    /have the same target group/,
  ],
  [
    'target groups on a route that has none',
    { metricsFrom: groups },
    '/target/metricsFrom/kind',
    /The route replicas has no target group for each version. Choose the route albIngress/,
  ],
])('a Kubernetes target with %s is refused at that field only', (_what, change, pointer, detail) => {
  expect(errorsOf(change)).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
});

test('a Secret may have a dot in its name', () => {
  const t = { kind: 'kubernetes', cluster: 'p', namespace: 's', workload: 'o' };
  expect(
    readServiceSpec({ name: 'orders', target: { ...t, manifests: { port: 8080, secrets: ['orders.keys'] } } }),
  ).toMatchObject({ ok: true });
});
