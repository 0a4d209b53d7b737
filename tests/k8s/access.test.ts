import { renderManifests } from '../../src/domain/workload/render-manifests.ts';
import { builtFrom } from './kustomization.ts';
import { anOrdersWorkload, ROUTES } from './orders.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const access = builtFrom('k8s/access');
const rules = access.find(({ kind }) => kind === 'Role')?.rules as readonly Rule[];

function verbsFor(apiVersion: string, resource: string): readonly string[] {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return rules
    .filter((rule) => rule.apiGroups.includes(group) && rule.resources.includes(resource))
    .flatMap(({ verbs }) => verbs);
}

const PLURALS: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' };
const pluralOf = (kind: string) => PLURALS[kind] ?? `${kind.toLowerCase()}s`;

test('Slipway may apply and replace every kind of object that it renders', () => {
  for (const { apiVersion, kind } of ROUTES.flatMap((route) => renderManifests(anOrdersWorkload({ route })))) {
    expect([kind, verbsFor(apiVersion, pluralOf(kind))]).toEqual([
      kind,
      expect.arrayContaining(['get', 'list', 'create', 'update', 'patch']),
    ]);
  }
});

test('Slipway may scale, watch and label pods, and read its namespace', () => {
  expect(verbsFor('apps/v1', 'deployments/scale')).toEqual(['get', 'update', 'patch']);
  expect(verbsFor('v1', 'pods')).toEqual(['get', 'list', 'watch', 'update']);
  expect(verbsFor('apps/v1', 'replicasets')).toEqual(['get', 'list', 'update']);
  expect(verbsFor('v1', 'namespaces')).toEqual(['get']);
});

test('functions may only patch the objects that route calls, and read the pods that the calls reach', () => {
  const [, forFunctions] = access.filter(({ kind }) => kind === 'Role');
  const all = ((forFunctions?.rules ?? []) as readonly Rule[]).flatMap(({ resources, verbs }) =>
    resources.map((resource) => [resource, verbs]),
  );
  expect(Object.fromEntries(all)).toEqual({
    ...Object.fromEntries(['services', 'ingresses', 'httproutes'].map((what) => [what, ['get', 'list', 'patch']])),
    ...Object.fromEntries(['pods', 'deployments', 'endpointslices'].map((what) => [what, ['get', 'list']])),
    events: ['list'],
  });
  const [, binding] = access.filter(({ kind }) => kind === 'RoleBinding');
  expect(binding).toMatchObject({
    roleRef: { kind: 'Role', name: 'slipway-functions' },
    subjects: [{ kind: 'Group', name: 'slipway-functions', apiGroup: 'rbac.authorization.k8s.io' }],
  });
});

test('no rule allows everything, Secrets, the contents of pods, or a way to grant more permissions', () => {
  for (const { apiGroups, resources, verbs } of rules) {
    const words = [...apiGroups, ...resources, ...verbs];
    expect(
      words.filter((word) => /\*|secret|exec|attach|portforward|token|escalate|bind$|impersonate/.test(word)),
    ).toEqual([]);
  }
});

test('only the group of the EKS access entry has the Role', () => {
  expect(access.find(({ kind }) => kind === 'RoleBinding')).toMatchObject({
    roleRef: { kind: 'Role', name: 'slipway' },
    subjects: [{ kind: 'Group', name: 'slipway', apiGroup: 'rbac.authorization.k8s.io' }],
  });
});
