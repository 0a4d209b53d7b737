import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { isNamedInPods, partOf } from '../../src/domain/workload/workload-part.ts';
import { aDeploymentObject, anAutoscaler, anObject, aService } from './a-workload.ts';

const orders = aDeploymentObject();
const basketLabels = { app: 'basket' };

function aBasket(spec: object = {}): ClusterObject {
  const template = { metadata: { labels: basketLabels }, spec: { containers: [{ name: 'web' }], ...spec } };
  const { apiVersion, kind } = orders;
  return { apiVersion, kind, metadata: { name: 'basket' }, spec: { template } };
}

const named = (kind: string, name: string, fields: object = {}): ClusterObject => ({
  ...anObject(kind, { name }),
  ...fields,
});
const selecting = (kind: string, field: string, matchLabels: object) =>
  named(kind, 'limits', { spec: { [field]: { matchLabels } } });

/** The objects that are left to the other Deployments, by kind and name, without the Deployments themselves. */
function leftOf(objects: readonly ClusterObject[], workload = 'orders'): readonly string[] {
  const { objects: own, left } = partOf(objects, workload);
  expect([...own, ...left]).toHaveLength(objects.length);
  return left.filter(({ kind }) => kind !== 'Deployment').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

test('a folder with one Deployment is all the workload’s, whatever else is in it', () => {
  const objects = [orders, aService('basket', basketLabels), anAutoscaler('basket')];
  expect(partOf(objects, 'orders')).toEqual({ objects, left: [] });
});

test('the Deployment with the name of the workload is chosen, and the others are left', () => {
  expect(partOf([aBasket(), orders], 'orders')).toEqual({ objects: [orders], left: [aBasket()] });
  expect(partOf([aBasket(), orders], 'basket')).toEqual({ objects: [aBasket()], left: [orders] });
});

test("a folder without a Deployment of the workload's name is refused with the names to choose from", () => {
  expect(() => partOf([aBasket(), orders], 'shop')).toThrow(
    'The folder has the Deployments basket, orders, and none is named shop. Write one of these names as the workload of the service.',
  );
});

const mounting = {
  volumes: [
    { name: 'a', configMap: { name: 'basket-settings' } },
    { name: 'b', secret: { secretName: 'basket-keys' } },
    { name: 'c', persistentVolumeClaim: { claimName: 'basket-data' } },
    { name: 'd', configMap: { name: 'shared' } },
  ],
  serviceAccountName: 'basket',
};
const rules = (...names: readonly string[]) => ({
  spec: { rules: [{ backendRefs: names.map((name) => ({ name })) }] },
});
const paths = (...names: readonly string[]) => ({
  spec: { rules: [{ http: { paths: names.map((name) => ({ backend: { service: { name } } })) } }] },
});
const binding = (name: string, account: string) =>
  named('RoleBinding', name, {
    roleRef: { kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: account }],
  });

test.each<[string, readonly ClusterObject[]]>([
  ['a Service that selects its pods alone', [aService('basket', basketLabels)]],
  ['a budget of its pods', [selecting('PodDisruptionBudget', 'selector', basketLabels)]],
  ['a network policy of its pods', [selecting('NetworkPolicy', 'podSelector', basketLabels)]],
  ['its autoscaler', [anAutoscaler('basket')]],
  [
    'what its pods alone name',
    [
      named('ConfigMap', 'basket-settings'),
      named('Secret', 'basket-keys'),
      named('PersistentVolumeClaim', 'basket-data'),
      named('ServiceAccount', 'basket'),
    ],
  ],
  [
    'what leads to its Service or its account alone',
    [
      aService('basket', basketLabels),
      named('HTTPRoute', 'basket', rules('basket')),
      named('Ingress', 'basket', paths('basket')),
      named('Ingress', 'whole', { spec: { defaultBackend: { service: { name: 'basket' } } } }),
      named('ServiceAccount', 'basket'),
      binding('basket', 'basket'),
      named('Role', 'basket'),
    ],
  ],
])('another Deployment keeps %s', (_what, objects) => {
  expect(leftOf([orders, aBasket(mounting), ...objects])).toEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  );
});

test.each<[string, readonly ClusterObject[]]>([
  ['its own', [aService(), anAutoscaler(), selecting('PodDisruptionBudget', 'selector', { app: 'orders' })]],
  ['a policy for all pods', [selecting('NetworkPolicy', 'podSelector', {})]],
  ['a Service without a selector', [named('Service', 'elsewhere', { spec: { externalName: 'a.example' } })]],
  ['what nobody names', [named('ConfigMap', 'unnamed'), named('ServiceAccount', 'unnamed')]],
  [
    'a route that leads to both',
    [aService('basket', basketLabels), named('HTTPRoute', 'all', rules('basket', 'orders'))],
  ],
  ['a Role that nobody uses', [named('Role', 'unused')]],
  ['a Role that a binding of its own uses', [binding('basket', 'orders'), named('Role', 'basket')]],
])('a workload keeps %s', (_what, objects) => {
  const left = leftOf([orders, aBasket(), ...objects]);
  expect(left.filter((name) => name !== 'Service basket')).toEqual([]);
});

test('an object that the pods of both name belongs to the workload too', () => {
  const both = aDeploymentObject({ containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'shared' } }] }] });
  expect(leftOf([both, aBasket(mounting), named('ConfigMap', 'shared')])).toEqual([]);
});

test('a word that is the name of an object by chance names no object', () => {
  const told = aBasket({ containers: [{ name: 'web', args: ['settings'] }] });
  expect(leftOf([orders, told, named('ConfigMap', 'settings')])).toEqual([]);
});

test.each([
  ['ConfigMap', { containers: [{ envFrom: [{ configMapRef: { name: 'app' } }] }] }],
  ['ConfigMap', { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'app' } } }] }] }],
  ['ConfigMap', { volumes: [{ configMap: { name: 'app' } }] }],
  ['Secret', { imagePullSecrets: [{ name: 'app' }] }],
  ['Secret', { containers: [{ envFrom: [{ secretRef: { name: 'app' } }] }] }],
  ['Secret', { volumes: [{ secret: { secretName: 'app' } }] }],
  ['Secret', { volumes: [{ projected: { sources: [{ secret: { name: 'app' } }] } }] }],
  ['ServiceAccount', { serviceAccountName: 'app' }],
  ['PersistentVolumeClaim', { volumes: [{ persistentVolumeClaim: { claimName: 'app' } }] }],
])('a pod names a %s in the field that is for it, and in no other', (kind, spec) => {
  const kinds = ['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim', 'Role'];
  expect(kinds.filter((each) => isNamedInPods(named(each, 'app'), [spec]))).toEqual([kind]);
  expect(isNamedInPods(named(kind, 'app'), [{ containers: [{ name: 'app' }], hostname: 'app' }])).toBe(false);
});
