import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  deploymentRef,
  isAutoscaled,
  ownObjects,
  podLabels,
  replicasOf,
  trackDeployment,
  versionLabel,
  versionOf,
} from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anAutoscaler, anObject, aService, aTarget } from './a-workload.ts';

const own = (...objects: readonly ClusterObject[]) => ownObjects(objects, { target: aTarget, service: 'orders-api' });

test('the manifests of a workload get its namespace, and the labels by which they are found', () => {
  const objects = own(aService(), aDeploymentObject(), anObject('ConfigMap', { name: 'settings', namespace: 'shop' }));

  expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'shop', 'shop']);
  for (const { metadata } of objects)
    expect(metadata.labels).toMatchObject({ 'slipway/service': 'orders-api', 'slipway/workload': 'orders' });
  expect(objects[1]?.metadata.labels).toMatchObject({ app: 'orders' });
});

test.each([
  [
    'a Secret',
    anObject('Secret', { name: 'keys' }),
    /hold Secret keys.*Keep Secrets out of the manifests and name them/,
  ],
  ['a Namespace', anObject('Namespace', { name: 'shop' }), /hold Namespace shop.*is there before the workload/],
  ['a ClusterRole', anObject('ClusterRole'), /hold ClusterRole orders.*reaches beyond the namespace/],
  ['a ClusterRoleBinding', anObject('ClusterRoleBinding'), /reaches beyond the namespace; take it out/],
  ['a CustomResourceDefinition', anObject('CustomResourceDefinition'), /reaches beyond the namespace; take it out/],
  [
    'a PriorityClass',
    { ...anObject('PriorityClass', { name: 'high' }), apiVersion: 'scheduling.k8s.io/v1' },
    /hold PriorityClass high, .*belongs to the whole cluster .* Apply it once for the cluster, and take it out/,
  ],
  [
    'an object of another namespace',
    anObject('ConfigMap', { name: 'settings', namespace: 'kube-system' }),
    /put ConfigMap kube-system\/settings outside namespace shop/,
  ],
  ['a second Deployment', aDeploymentObject({ name: 'worker' }), /hold the Deployments orders, worker; .* exactly one/],
])('manifests with %s are refused', (_what, object, message) => {
  expect(() => own(aDeploymentObject(), object)).toThrow(
    expect.objectContaining({ name: 'InvalidRequest', message: expect.stringMatching(message) }),
  );
});

test.each([
  ['none', [aService()], /hold no Deployment; Slipway deploys exactly one, named orders/],
  ['one of another name', [aDeploymentObject({ name: 'basket' })], /hold the Deployments basket; .* named orders/],
])('a workload needs the one Deployment of its name, and %s is not it', (_what, objects, message) => {
  expect(() => own(...objects)).toThrow(message);
});

test('the same manifests are the same version, and any other image is another one', () => {
  const of = (image: string) => versionOf([aDeploymentObject({ containers: [{ name: 'app', image }] })]);

  expect(of('orders:1')).toMatch(/^v[0-9a-f]{12}$/);
  expect(of('orders:1')).toBe(of('orders:1'));
  expect(of('orders:1')).not.toBe(of('orders:2'));
});

describe('the Deployment of a track', () => {
  const track = (objects: readonly ClusterObject[], order: { track: 'stable' | 'canary'; replicas?: number }) =>
    trackDeployment(objects, { target: aTarget, version: 'v2', ...order }) as unknown as {
      metadata: ClusterObject['metadata'];
      spec: {
        replicas?: number;
        selector: { matchLabels: object };
        template: { metadata: { labels: object }; spec: object };
      };
    };

  test("the Deployment of a track selects and makes pods of its track and version, and keeps the team's fields", () => {
    const { metadata, spec } = track([aService(), aDeploymentObject()], { track: 'canary', replicas: 1 });

    expect(metadata).toMatchObject({ name: 'orders-canary', namespace: 'shop', labels: { 'slipway/version': 'v2' } });
    expect(spec.replicas).toBe(1);
    // The version is not in the selector, which can never be changed.
    expect(spec.selector.matchLabels).toEqual({ app: 'orders', 'slipway/track': 'canary' });
    expect(spec.template.metadata.labels).toEqual({
      app: 'orders',
      'slipway/workload': 'orders',
      'slipway/track': 'canary',
      'slipway/version': 'v2',
    });
    expect(spec.template.spec).toEqual({ containers: [{ name: 'app', image: 'orders:latest' }] });
  });

  test("the Deployment of a track has the manifests' number of pods, and none when an autoscaler sets it", () => {
    expect(track([aDeploymentObject()], { track: 'stable' }).spec.replicas).toBe(3);
    expect(track([aDeploymentObject(), anAutoscaler()], { track: 'stable' }).spec).not.toHaveProperty('replicas');
    expect(track([aDeploymentObject(), anAutoscaler()], { track: 'canary', replicas: 2 }).spec.replicas).toBe(2);
  });

  test('the Deployment of a track cannot be made from manifests without a Deployment', () => {
    expect(() => track([aService()], { track: 'stable' })).toThrow(
      expect.objectContaining({ name: 'Broken', message: expect.stringContaining('Version v2 has no Deployment') }),
    );
  });
});

test.each([
  ['an autoscaler of the workload', [aDeploymentObject(), anAutoscaler()], { autoscaled: true, replicas: 4 }],
  ['one that does not say a minimum', [anAutoscaler('orders', {})], { autoscaled: true, replicas: 1 }],
  ['one of something else', [aDeploymentObject(), anAutoscaler('basket')], { autoscaled: false, replicas: 3 }],
  ['none', [aDeploymentObject({ replicas: 5 })], { autoscaled: false, replicas: 5 }],
  ['none, and no number either', [{ ...aDeploymentObject(), spec: {} }], { autoscaled: false, replicas: 1 }],
  ['no Deployment at all', [], { autoscaled: false, replicas: 1 }],
])('the number of pods with %s', (_what, objects, { autoscaled, replicas }) => {
  expect(isAutoscaled(objects, aTarget)).toBe(autoscaled);
  expect(replicasOf(objects, aTarget)).toBe(replicas);
});

test('pods are found by workload, by track and by version', () => {
  expect(podLabels(aTarget)).toEqual({ 'slipway/workload': 'orders' });
  expect(podLabels(aTarget, { track: 'canary', version: 'v2' })).toEqual({
    'slipway/workload': 'orders',
    'slipway/track': 'canary',
    'slipway/version': 'v2',
  });
  expect(deploymentRef(aTarget, 'stable').metadata).toEqual({ name: 'orders', namespace: 'shop' });
});

test.each([
  [{ 'slipway/version': 'v2' }, 'v2'],
  [{ 'slipway/version': 2 }, null],
  [{}, null],
  [null, null],
  [['v2'], null],
])('the labels %j say version %s', (labels, version) => {
  expect(versionLabel(labels)).toBe(version);
});

test('an autoscaler of KEDA sets the number of pods too, and wants at least one', () => {
  const keda = (spec: object) => ({
    ...anAutoscaler('orders', { scaleTargetRef: { name: 'orders' }, ...spec }),
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
  });
  expect(isAutoscaled([keda({})], aTarget)).toBe(true);
  expect(replicasOf([aDeploymentObject(), keda({ minReplicaCount: 2 })], aTarget)).toBe(2);
  expect(replicasOf([aDeploymentObject(), keda({ minReplicaCount: 0 })], aTarget)).toBe(1);
});
