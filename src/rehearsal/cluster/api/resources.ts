/** The kinds of object that the simulated API server serves, in the one version that it serves each of them in. */
import { type ObjectRef, objectName } from '../../../domain/cluster/cluster-object.ts';
import { SlipwayError } from '../../../domain/errors.ts';

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** In lower case, as in paths and RBAC rules. */
  readonly plural: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly namespaced: boolean;
  /** Whether `metadata.generation` counts its changes. */
  readonly counted: boolean;
}

export interface ResourceTable {
  /** Throws NotFound for a kind that is not served, as kubectl does before it asks the API server. */
  of(ref: { readonly apiVersion: string; readonly kind: string }): Resource;
  readonly all: readonly Resource[];
}

/** `deployments.apps`. */
export function qualified({ plural, group }: Pick<Resource, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** `without` names kinds that are not installed: a cluster without the Gateway API, for example. */
export function resourceTable(without: readonly string[] = []): ResourceTable {
  const all = RESOURCES.filter(({ kind }) => !without.includes(kind));
  const byKind = new Map(all.map((resource) => [resource.kind, resource]));
  return {
    all,
    of({ apiVersion, kind }) {
      const found = byKind.get(kind);
      if (found?.apiVersion === apiVersion) return found;
      const fact = `no matches for kind "${kind}" in version "${apiVersion}"`;
      const next = 'Install its CustomResourceDefinition, or correct apiVersion and kind.';
      throw new SlipwayError('NotFound', `The cluster refuses ${kind}: ${fact}. ${next}`, { details: { kind } });
    },
  };
}

/** The namespace of a reference: given for what lives in one, empty for what does not. Throws InvalidRequest otherwise. */
export function namespaceOf(ref: ObjectRef, { namespaced }: Resource): string {
  const { namespace = '' } = ref.metadata;
  if (namespaced === (namespace !== '')) return namespace;
  const fact = namespaced ? 'names no namespace' : 'belongs to no namespace, and names one';
  throw new SlipwayError('InvalidRequest', `${objectName(ref)} ${fact}. Correct metadata.namespace.`);
}

const resource = (apiVersion: string, rest: Pick<Resource, 'kind' | 'plural'> & Partial<Resource>): Resource => ({
  apiVersion,
  group: apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '',
  namespaced: true,
  counted: true,
  ...rest,
});

const RESOURCES: readonly Resource[] = [
  resource('v1', { kind: 'Namespace', plural: 'namespaces', namespaced: false, counted: false }),
  resource('v1', { kind: 'Node', plural: 'nodes', namespaced: false, counted: false }),
  resource('v1', { kind: 'Pod', plural: 'pods' }),
  resource('v1', { kind: 'Service', plural: 'services', counted: false }),
  resource('v1', { kind: 'ConfigMap', plural: 'configmaps', counted: false }),
  resource('v1', { kind: 'Secret', plural: 'secrets', counted: false }),
  resource('v1', { kind: 'ServiceAccount', plural: 'serviceaccounts', counted: false }),
  resource('v1', { kind: 'ResourceQuota', plural: 'resourcequotas', counted: false }),
  resource('apps/v1', { kind: 'Deployment', plural: 'deployments' }),
  resource('apps/v1', { kind: 'ReplicaSet', plural: 'replicasets' }),
  resource('autoscaling/v2', { kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', counted: false }),
  resource('policy/v1', { kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' }),
  resource('networking.k8s.io/v1', { kind: 'NetworkPolicy', plural: 'networkpolicies' }),
  resource('networking.k8s.io/v1', { kind: 'Ingress', plural: 'ingresses' }),
  resource('rbac.authorization.k8s.io/v1', { kind: 'Role', plural: 'roles', counted: false }),
  resource('rbac.authorization.k8s.io/v1', { kind: 'RoleBinding', plural: 'rolebindings', counted: false }),
  resource('gateway.networking.k8s.io/v1', { kind: 'Gateway', plural: 'gateways' }),
  resource('gateway.networking.k8s.io/v1', { kind: 'HTTPRoute', plural: 'httproutes' }),
];
