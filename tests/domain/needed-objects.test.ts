import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { isNeeded, type NeededVersion, type Needs, requiredObjects } from '../../src/domain/workload/needed-objects.ts';
import { isBrought } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anObject, aService } from './a-workload.ts';

const account = anObject('ServiceAccount', { name: 'app' });
const policy: ClusterObject = { ...anObject('NetworkPolicy', { name: 'app' }), apiVersion: 'networking.k8s.io/v1' };
const job: ClusterObject = { ...anObject('Job', { name: 'migrate' }), apiVersion: 'batch/v1' };
const route: ClusterObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop-front' },
};

function needs(
  { versions = [], routes = [] }: { readonly versions?: readonly NeededVersion[]; readonly routes?: readonly Route[] },
  pods: readonly unknown[] = [],
): Needs {
  return { workloads: [{ namespace: 'shop', workload: 'billing', routes, versions }], pods };
}

test.each(['live', 'tried', 'before'] as const)('an object of a version that is %s is needed', (as) => {
  expect(isNeeded(account, needs({ versions: [{ as, objects: [account] }] }))).toBe(true);
  expect(isNeeded(account, needs({ versions: [{ as, objects: [anObject('ServiceAccount')] }] }))).toBe(false);
});

test('an object that acts on live pods is not needed for the version before', () => {
  const versions = (as: NeededVersion['as']) => needs({ versions: [{ as, objects: [policy] }] });
  expect([isNeeded(policy, versions('before')), isNeeded(policy, versions('live'))]).toEqual([false, true]);
});

test('the Services and routes that lead to another workload are needed', () => {
  const led = needs({ routes: [{ kind: 'replicas' }, { kind: 'httpRoute', name: 'shop-front' }] });
  expect(
    ['billing', 'billing-canary', 'billing-preview', 'orders'].map((name) => isNeeded(aService(name), led)),
  ).toEqual([true, true, true, false]);
  expect([isNeeded(route, led), isNeeded(route, needs({}))]).toEqual([true, false]);
});

test('an object that pods name is needed, whoever created it', () => {
  const pods = [{ serviceAccountName: 'app', containers: [{ name: 'policy' }] }];
  expect([isNeeded(account, needs({}, pods)), isNeeded(policy, needs({}, pods))]).toEqual([true, false]);
});

test("all objects of a live version and those of a canary's pods must exist, without Jobs and Deployments", () => {
  const objects = [account, policy, job, aDeploymentObject()];
  const required = (as: NeededVersion['as']) => requiredObjects(needs({ versions: [{ as, objects }] }));
  expect([required('live'), required('tried'), required('before')]).toEqual([[account, policy], [account], []]);
});

test('an object with the label of any workload comes from a version', () => {
  expect(isBrought(anObject('ConfigMap', { name: 'common', labels: { 'slipway/workload': 'billing' } }))).toBe(true);
  expect(isBrought(anObject('ConfigMap'))).toBe(false);
});
