/**
 * The access of a workload's pods to the API server: an account of their own whose token is not mounted. If a team
 * mounts the token anyway, the account may only read the workload's own configuration.
 */
import type { ClusterObject } from './cluster-object.ts';
import { configName } from './rendered-config.ts';
import { metadataOf, type Workload } from './rendered-workload.ts';

export function accessObjects(workload: Workload): readonly ClusterObject[] {
  return [serviceAccount(workload), role(workload), roleBinding(workload)];
}

function serviceAccount(workload: Workload): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(workload),
    automountServiceAccountToken: false,
  };
}

function role(workload: Workload): ClusterObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: metadataOf(workload),
    rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [configName(workload)], verbs: ['get'] }],
  };
}

function roleBinding(workload: Workload): ClusterObject {
  const { workload: name, namespace } = workload.target;
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: metadataOf(workload),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
}
