/** The kinds of object that the simulated API server serves, and the one version in which it serves each kind. */

import { SlipwayError } from '../../../domain/errors.ts';
import { type ObjectRef, objectName } from '../../../domain/workload/cluster-object.ts';
import { KUBERNETES_KINDS } from './kubernetes-kinds.ts';

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** In lower case, as in paths and RBAC rules. */
  readonly plural: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly namespaced: boolean;
  /** True when `metadata.generation` counts the changes of the object. */
  readonly counted: boolean;
}

export interface ResourceTable {
  /** Throws NotFound for a kind that is not served, as kubectl does before it asks the API server. */
  of(ref: { readonly apiVersion: string; readonly kind: string }): Resource;
  readonly all: readonly Resource[];
}

/** For example `deployments.apps`. */
export function qualified({ plural, group }: Pick<Resource, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** `without` names kinds that are not installed, for example those of the Gateway API. */
export function resourceTable(without: readonly string[] = []): ResourceTable {
  const all = RESOURCES.filter(({ kind }) => !without.includes(kind));
  const byType = new Map(all.map((resource) => [`${resource.apiVersion} ${resource.kind}`, resource]));
  return {
    all,
    of({ apiVersion, kind }) {
      const found = byType.get(`${apiVersion} ${kind}`);
      if (found !== undefined) return found;
      const fact = `no matches for kind "${kind}" in version "${apiVersion}"`;
      const next = 'Install its CustomResourceDefinition, or correct apiVersion and kind.';
      throw new SlipwayError('NotFound', `The cluster refuses ${kind}: ${fact}. ${next}`, { details: { kind } });
    },
  };
}

/**
 * The namespace of a reference. It is required for a namespaced kind and must be absent otherwise. Throws
 * InvalidRequest.
 */
export function namespaceOf(ref: ObjectRef, { namespaced }: Resource): string {
  const { namespace = '' } = ref.metadata;
  if (namespaced === (namespace !== '')) return namespace;
  const fact = namespaced ? 'names no namespace' : 'belongs to no namespace, and names one';
  throw new SlipwayError('InvalidRequest', `${objectName(ref)} ${fact}. Correct metadata.namespace.`);
}

/** Kinds whose changes the API server does not count, so that they have no `metadata.generation`. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  ...[
    'Namespace',
    'Node',
    'Service',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'ResourceQuota',
    'LimitRange',
    'Endpoints',
  ],
  ...['Event', 'Lease', 'PersistentVolume', 'PersistentVolumeClaim', 'HorizontalPodAutoscaler'],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
]);

/** The kinds of the Gateway API, which a cluster installs in addition. */
const GATEWAY_KINDS = `
gateway.networking.k8s.io/v1 Gateway gateways
gateway.networking.k8s.io/v1 HTTPRoute httproutes
`;

const RESOURCES: readonly Resource[] = `${KUBERNETES_KINDS}${GATEWAY_KINDS}`
  .trim()
  .split(/\n+/)
  .map((line) => {
    const [apiVersion = '', kind = '', plural = '', where] = line.split(' ');
    const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
    return { apiVersion, kind, plural, group, namespaced: where !== 'cluster', counted: !UNCOUNTED.has(kind) };
  });
