import { type ClusterObject, isBuiltIn } from '../../src/domain/workload/cluster-object.ts';
import { changedAtPromotion, leftovers, objectsAhead } from '../../src/domain/workload/objects-ahead.ts';
import { aDeploymentObject, anAutoscaler, aService } from './a-workload.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const object = (kind: string, more: object = {}, apiVersion = 'v1'): ClusterObject => ({
  apiVersion,
  kind,
  metadata: { name: 'orders' },
  ...more,
});
const role = (...resources: readonly string[]) =>
  object('Role', { rules: resources.map((resource) => ({ resources: [resource], verbs: ['get'] })) }, RBAC);
const binding = (...names: readonly string[]) =>
  object('RoleBinding', { subjects: names.map((name) => ({ kind: 'ServiceAccount', name })) }, RBAC);
const kindsAhead = (objects: readonly ClusterObject[], stable: readonly ClusterObject[] | null = []) =>
  objectsAhead(objects, { stable }).map(({ kind }) => kind);

test('objects for the new pods that no live object uses come first, a binding after its Role and a Job last', () => {
  const objects = [
    object('Job', {}, 'batch/v1'),
    binding('orders'),
    role('configmaps'),
    object('ServiceAccount'),
    object('PersistentVolumeClaim'),
    object('ConfigMap'),
    aService('cache'),
    object('StatefulSet', {}, 'apps/v1'),
    object('ExternalSecret', { spec: { secretStoreRef: {}, target: {}, data: [] } }, 'external-secrets.io/v1'),
    object('SecretProviderClass', { spec: { provider: 'aws' } }, 'secrets-store.csi.x-k8s.io/v1'),
  ];
  expect(kindsAhead(objects)).toEqual([
    'Role',
    'ServiceAccount',
    'PersistentVolumeClaim',
    'ConfigMap',
    'Service',
    'StatefulSet',
    'ExternalSecret',
    'SecretProviderClass',
    'RoleBinding',
    'Job',
  ]);
});

test('objects that live pods, callers or controllers would notice do not come first', () => {
  const objects = [
    aDeploymentObject(),
    anAutoscaler(),
    object('NetworkPolicy', {}, 'networking.k8s.io/v1'),
    object('Ingress', {}, 'networking.k8s.io/v1'),
    object('HTTPRoute', { spec: { parentRefs: [] } }, 'gateway.networking.k8s.io/v1'),
    object('PodDisruptionBudget', {}, 'policy/v1'),
    object('CronJob', {}, 'batch/v1'),
    object('ScaledObject', { spec: { scaleTargetRef: {} } }, 'keda.sh/v1alpha1'),
    object('ServiceMonitor', { spec: { selector: {} } }, 'monitoring.coreos.com/v1'),
    object('VirtualService', { spec: { hosts: [] } }, 'networking.istio.io/v1'),
    object('PeerAuthentication', { spec: { mtls: { mode: 'STRICT' } } }, 'security.istio.io/v1'),
    object('DNSEndpoint', { spec: { endpoints: [] } }, 'externaldns.k8s.io/v1alpha1'),
    object('Rollout', { spec: { workloadRef: {} } }, 'argoproj.io/v1alpha1'),
    { ...aService('public'), spec: { type: 'LoadBalancer' } },
    { ...aService('known'), metadata: { name: 'known', annotations: { a: 'b' } } },
    { ...aService('outside'), spec: { externalIPs: ['198.51.100.7'] } },
  ];
  expect(kindsAhead(objects)).toEqual([]);
});

test('objects of the live version do not come first, however the new version changes them', () => {
  const stable = [object('ServiceAccount'), object('ConfigMap', { data: { a: '1' } })];
  const objects = [object('ServiceAccount', { secrets: [] }), object('ConfigMap', { data: { a: '2' } })];
  expect(kindsAhead(objects, stable)).toEqual([]);
  expect(changedAtPromotion(objects, { stable })).toEqual(objects);
  expect(changedAtPromotion(stable, { stable })).toEqual([]);
  const reordered = { metadata: { name: 'orders' }, secrets: null, kind: 'ServiceAccount', apiVersion: 'v1' };
  expect(changedAtPromotion([reordered], { stable: [object('ServiceAccount', { secrets: null })] })).toEqual([]);
  expect(changedAtPromotion(objects, { stable: null })).toEqual([]);
  const plain = object('ConfigMap', { data: { a: '2' } });
  const copy = {
    ...plain,
    immutable: true,
    metadata: { name: 'orders-1', annotations: { 'slipway/copy-of': 'orders' } },
  };
  // The pods of the canary read the copy, so the canary tries the plain ConfigMap through its copy.
  expect(changedAtPromotion([copy, plain], { stable })).toEqual([]);
  expect(kindsAhead([copy, plain])).toEqual(['ConfigMap']);
});

test('while the live manifests are lost, only objects that cannot be changed come first', () => {
  expect(
    kindsAhead([object('ServiceAccount'), object('ConfigMap'), object('ConfigMap', { immutable: true })], null),
  ).toEqual(['ConfigMap']);
});

test('while two versions have pods under one account, it has the rights of both', () => {
  const ahead = objectsAhead([role('secrets', 'pods'), binding('orders', 'worker')], {
    stable: [role('pods', 'events'), binding('orders')],
  });
  expect(ahead).toEqual([role('pods', 'events', 'secrets'), binding('orders', 'worker')]);
  expect(objectsAhead([role('pods')], { stable: [role('pods', 'events')] })).toEqual([]);
});

test('objects of old versions that the live one does not need are left over, except Deployments and claims', () => {
  const brought = [
    role('pods'),
    role('events'),
    object('PersistentVolumeClaim'),
    aDeploymentObject(),
    object('ConfigMap'),
  ];
  expect(leftovers(brought, { needed: [object('ConfigMap')] })).toEqual([role('pods')]);
});

test.each([
  ['v1', true],
  ['apps/v1', true],
  ['networking.k8s.io/v1', true],
  ['gateway.networking.k8s.io/v1', false],
  ['secrets-store.csi.x-k8s.io/v1', false],
  ['keda.sh/v1alpha1', false],
])('a kind of %s is Kubernetes’ own: %s', (apiVersion, is) => {
  expect(isBuiltIn({ apiVersion })).toBe(is);
});
