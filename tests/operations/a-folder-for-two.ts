import type { Route, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { aWorkload } from './a-workload.ts';
import { rolloutOf } from './a-workload-rollout.ts';

export type Service = 'orders' | 'billing';

const RBAC = 'rbac.authorization.k8s.io';

export const common = (value: string): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'common' },
  data: { value },
});

/** An account with a right, under which the pods of both services run. */
export const account: readonly ClusterObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'app' },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'app' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'app' },
    subjects: [{ kind: 'ServiceAccount', name: 'app' }],
  },
];

/** A policy that selects the pods of both services. */
export const policy: ClusterObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'shop' },
  spec: { podSelector: { matchLabels: { team: 'shop' } }, policyTypes: ['Ingress'], ingress: [{}] },
};

interface Folder {
  readonly value?: string;
  readonly hasAccount?: boolean;
  readonly more?: readonly ClusterObject[];
}

/** Two services in one folder, whose pods read one ConfigMap. */
export function folderForTwo({ value = 'a', hasAccount = true, more = [] }: Folder = {}): readonly ClusterObject[] {
  const deployment = (name: string): ClusterObject => {
    const container = { name: 'app', image: `${name}:latest`, envFrom: [{ configMapRef: { name: 'common' } }] };
    const made = aDeploymentObject({ name, labels: { app: name, team: 'shop' }, containers: [container] });
    const spec = made.spec as { readonly template: { readonly spec: object } };
    const pod = { ...spec.template.spec, serviceAccountName: hasAccount ? 'app' : 'default' };
    return { ...made, spec: { ...spec, template: { ...spec.template, spec: pod } } };
  };
  return [
    common(value),
    ...(hasAccount ? account : []),
    ...(['orders', 'billing'] as const).flatMap((name) => [aService(name, { app: name }), deployment(name)]),
    ...more,
  ];
}

/** Orders for two services whose manifests are in one folder. */
export function aFolderForTwo({
  folders,
  route = { kind: 'replicas' },
}: {
  readonly folders: Readonly<Record<string, readonly ClusterObject[]>>;
  readonly route?: Route;
}) {
  const workload = aWorkload({ route, folders });
  const fences = { orders: 0, billing: 0 };
  const rollout = (
    service: Service,
    folder: string,
    target: WorkloadTarget = { ...workload.target, workload: service },
  ) => {
    fences[service] += 1;
    return rolloutOf(
      { target, run: workload.run },
      { fence: fences[service], wanted: { image: `${service}:${fences[service]}` }, manifests: { folder } },
    );
  };
  return {
    ...workload,
    rollout,
    async promoted(service: Service, folder: string) {
      const it = rollout(service, folder);
      await it.plan();
      await it.promote();
      return it;
    },
    /** The object that the pods of a service name, and whether it exists. */
    named(service: Service) {
      const spec = templateOf(workload.find('Deployment', service) ?? {}).spec as PodSpec;
      const { serviceAccountName, containers } = spec;
      const config = containers[0]?.envFrom[0]?.configMapRef.name ?? '';
      return {
        config: workload.find('ConfigMap', config)?.data,
        account: workload.find('ServiceAccount', serviceAccountName) !== undefined,
      };
    },
  };
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers: readonly { readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[] }[];
}
