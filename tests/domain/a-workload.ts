import type { Route, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { Labels } from '../../src/domain/workload/workload-objects.ts';

export const aTarget: WorkloadTarget = {
  kind: 'kubernetes',
  cluster: 'production',
  namespace: 'shop',
  workload: 'orders',
  route: { kind: 'replicas' },
  readyWithin: { minutes: 2 },
};

export const ROUTES = [
  { kind: 'rolling' },
  { kind: 'replicas' },
  { kind: 'blueGreen' },
  { kind: 'httpRoute', name: 'shop-front' },
  { kind: 'albIngress', name: 'shop-front' },
] as const satisfies readonly Route[];

export const onRoute = (route: Route): WorkloadTarget => ({ ...aTarget, route });

/** A team's own Deployment, as it is in a folder: without a namespace and without fields of Slipway. */
export function aDeploymentObject({
  name = 'orders',
  replicas = 3,
  containers = [{ name: 'app', image: 'orders:latest' }],
  labels = { app: 'orders' },
}: {
  readonly name?: string;
  readonly replicas?: number | undefined;
  readonly containers?: readonly object[];
  readonly labels?: Labels;
} = {}): ClusterObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

export function aService(name = 'orders', selector: Labels = { app: 'orders' }): ClusterObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ports: [{ port: 80 }] } };
}

export function anAutoscaler(scales = 'orders', spec: object = { minReplicas: 4, maxReplicas: 9 }): ClusterObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: scales },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: scales }, ...spec },
  };
}

export function anObject(kind: string, metadata: ClusterObject['metadata'] = { name: 'orders' }): ClusterObject {
  return { apiVersion: 'v1', kind, metadata };
}
