import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  adopted,
  adoptedAs,
  adoptedPod,
  adoptedSet,
  adoptionBegun,
  asFound,
  foundWorkload,
  isControlledBy,
  isFoundVersion,
  refuseOtherPods,
  refuseOwned,
} from '../../src/domain/workload/found-deployment.ts';
import { withDefaultsSaid } from '../../src/domain/workload/left-defaults.ts';
import { fieldsOf, podLabels, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anObject, aTarget } from './a-workload.ts';

const live: ClusterObject = (() => {
  const made = aDeploymentObject();
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'deployment.kubernetes.io/revision': '3',
    note: 'ours',
  };
  const metadata = { ...made.metadata, namespace: 'shop', uid: 'u1', resourceVersion: '7', annotations };
  return { ...made, metadata, status: { replicas: 3 } };
})();
const version = 'v0-0123456789ab';
const order = { target: aTarget, service: 'orders-api', version };
const labels = podLabels(aTarget, { track: 'stable', version });
const setOf = (template: object) => ({
  ...anObject('ReplicaSet', { name: 'orders-abc', namespace: 'shop' }),
  metadata: { name: 'orders-abc', namespace: 'shop', uid: 'u2', ownerReferences: [{ uid: 'u1', kind: 'Deployment' }] },
  spec: { template },
});
const ownSet = setOf({ ...templateOf(live), metadata: { labels: { app: 'orders', 'pod-template-hash': 'abc' } } });

test('version 0 is the manifest that a person would write for the found Deployment', () => {
  const service = {
    ...anObject('Service', { name: 'orders', namespace: 'shop' }),
    spec: { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], ipFamilies: ['IPv4'], selector: { app: 'orders' } },
  };
  const headless = { ...anObject('Service', { name: 'peers' }), spec: { clusterIP: 'None' } };
  const settings = { ...anObject('ConfigMap', { name: 'settings' }), data: { COLOUR: 'blue' } };
  const found = foundWorkload({ live: [live, service, headless, settings], isScaled: false });
  expect(isFoundVersion(found.version)).toBe(true);
  const metadata = { name: 'orders', namespace: 'shop', labels: { app: 'orders' }, annotations: { note: 'ours' } };
  expect(found.objects[0]).toEqual({ ...aDeploymentObject(), metadata });
  expect(found.objects[1]).toMatchObject({ spec: { selector: { app: 'orders' } } });
  expect(specOf(found.objects[1] ?? {}).clusterIP).toBeUndefined();
  expect(specOf(found.objects[2] ?? {}).clusterIP).toBe('None');
  expect(found.objects[3]).toEqual(settings);
});

test('version 0 has no number of pods when an autoscaler has set it', () => {
  const [deployment] = foundWorkload({ live: [live], isScaled: true }).objects;
  expect(specOf(deployment ?? {})).not.toHaveProperty('replicas');
});

test('a half-made adoption is the same version, without the parts that it added', () => {
  const now = adoptionBegun(live, order) ?? live;
  expect(adoptedAs(now)).toBe(version);
  expect(specOf(now).paused).toBe(true);
  const found = foundWorkload({ live: [now], isScaled: false });
  expect(found).toEqual({ version, objects: foundWorkload({ live: [live], isScaled: false }).objects });
  expect(adoptionBegun(now, order)).toBeNull();
});

test('at the end of an adoption, stable is not paused by Slipway and has the template of its ReplicaSet', () => {
  const now = adopted(adoptionBegun(live, order) ?? live, order) ?? live;
  expect(now.metadata.labels).toEqual({ app: 'orders', ...labels, 'slipway/service': 'orders-api' });
  expect(specOf(now)).not.toHaveProperty('paused');
  const set = adoptedSet(ownSet, { ...order, deployment: now });
  expect(fieldsOf(templateOf(set ?? {}).metadata).labels).toEqual({
    app: 'orders',
    'pod-template-hash': 'abc',
    ...labels,
  });
  expect(adoptedSet(set ?? ownSet, { ...order, deployment: now })).toBeNull();
  expect(adopted(now, order)).toBeNull();
  expect(adoptionBegun(now, order)).toBeNull();
});

test('a Deployment that a person had paused stays paused', () => {
  const paused = { ...live, spec: { ...specOf(live), paused: true } };
  const now = adoptionBegun(paused, order) ?? paused;
  expect(specOf(asFound(now)).paused).toBe(true);
  expect(specOf(adopted(now, order) ?? {}).paused).toBe(true);
  expect(asFound(paused)).toBe(paused);
});

test('an older ReplicaSet gets a version of its own, and a pod gets the labels of its ReplicaSet', () => {
  const old = setOf({ spec: { containers: [{ name: 'app', image: 'older' }] } });
  const set = adoptedSet(old, { ...order, deployment: live }) ?? old;
  const its = fieldsOf(fieldsOf(templateOf(set).metadata).labels);
  expect(its).toMatchObject({ 'slipway/track': 'stable', 'slipway/version': expect.stringMatching(/^v0-/) });
  expect(its['slipway/version']).not.toBe(version);
  const pod = anObject('Pod', { name: 'orders-abc-1' });
  const labelled = adoptedPod(pod, set);
  expect(labelled?.metadata.labels).toEqual(its);
  expect(adoptedPod(labelled ?? pod, set)).toBeNull();
});

test('a ReplicaSet belongs to the Deployment that its owner reference names', () => {
  expect(isControlledBy(ownSet, live)).toBe(true);
  expect(isControlledBy(ownSet, aDeploymentObject())).toBe(false);
  expect(isControlledBy(live, live)).toBe(false);
});

test.each([
  [{ ownerReferences: [{ kind: 'Shop', name: 'main' }] }, /belongs to Shop main/],
  [
    {
      ownerReferences: [
        { kind: 'A', name: 'a' },
        { kind: 'B', name: 'b', controller: true },
      ],
    },
    /belongs to B b/,
  ],
  [{ deletionTimestamp: '2030-01-01T00:00:00Z' }, /is being deleted/],
])('a Deployment that belongs to another object is refused: %j', (metadata, says) => {
  expect(() => refuseOwned({ ...live, metadata: { ...live.metadata, ...metadata } })).toThrow(says);
});

test('a Deployment without an owner is not refused', () => {
  expect(() => refuseOwned(live)).not.toThrow();
});

const selecting = (selector: object) => ({ ...live, spec: { ...specOf(live), selector } });
const expression = (operator: string, key: string, values?: readonly string[]) =>
  selecting({ matchExpressions: [{ key, operator, ...(values && { values }) }] });

test.each([
  [selecting({ matchLabels: { app: 'other' } }), /selects pods with app: other/],
  [expression('In', 'app', ['one', 'two']), /app In/],
  [expression('NotIn', 'app', ['orders']), /app NotIn/],
  [expression('Exists', 'tier'), /tier Exists/],
  [expression('DoesNotExist', 'app'), /app DoesNotExist/],
])('a selector that the new pods would not match is refused', (deployment, says) => {
  expect(() => refuseOtherPods(deployment, aDeploymentObject())).toThrow(says);
});

test.each([
  selecting({ matchLabels: { app: 'orders', release: 'shop' } }),
  expression('In', 'app', ['orders']),
  expression('NotIn', 'app', ['others']),
  expression('Exists', 'app'),
  expression('DoesNotExist', 'tier'),
])('a selector that the pods match, or that only asks for more labels, is kept', (deployment) => {
  expect(() => refuseOtherPods(deployment, aDeploymentObject())).not.toThrow();
});

test('the selector stays, and the pods of each version have its labels', () => {
  const kept = withDefaultsSaid(aDeploymentObject(), selecting({ matchLabels: { app: 'orders', release: 'shop' } }));
  expect(specOf(kept).selector).toEqual({ matchLabels: { app: 'orders', release: 'shop' } });
  expect(fieldsOf(templateOf(kept).metadata).labels).toEqual({ app: 'orders', release: 'shop' });
});
