import { readServiceSpec } from '../../src/api/spec/service-spec.ts';
import type { KubernetesTarget } from '../../src/domain/service/service-spec.ts';
import { ClusterTaskOrder } from '../../src/operations/workload/cluster-messages.ts';
import { parseSpec } from '../../src/store/documents.ts';

const label = (length: number) => `a${'-'.repeat(length - 2)}9`;
const rendered = (replicas: number, port: number) => ({ port, replicas, environment: { A: '' }, secrets: ['a.b-c'] });

// What tsc does not see: whether the pattern of a name and the bounds of a number refuse what people may write.
test.each<[string, object]>([
  ['the longest names', { namespace: label(63), workload: label(50), route: { kind: 'httpRoute', name: label(63) } }],
  ['names of one letter', { namespace: 'a', workload: 'b', route: { kind: 'albIngress', name: '9' } }],
  ['a folder and a container', { manifests: { folder: 'deploy/prod', container: label(63) } }],
  ['the most replicas', { manifests: rendered(500, 65_535) }],
  ['the fewest replicas', { manifests: rendered(1, 1_024) }],
])('a service on Kubernetes with %s is read by the API, from the database and in an order', (_what, fields) => {
  const manifests = { port: 8080 };
  const target = { kind: 'kubernetes', cluster: 'prod', namespace: 'shop', workload: 'orders', manifests, ...fields };
  const read = readServiceSpec({ name: 'orders', target });
  if (!read.ok) throw new Error(JSON.stringify(read.errors));

  expect(parseSpec(JSON.stringify(read.spec))).toEqual(read.spec);
  const { manifests: given, metricsFrom: _from, ...workload } = read.spec.target as KubernetesTarget;
  const order = { do: 'diff', deploymentId: 'd', fence: 1, service: 'orders', wanted: { image: 'shop/orders:2' } };
  const sent = { ...order, target: workload, manifests: given };
  expect(ClusterTaskOrder.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
});
