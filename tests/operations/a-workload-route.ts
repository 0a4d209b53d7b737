import type { WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { SimulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';

const ACTION = 'alb.ingress.kubernetes.io/actions.orders';
const VERSIONS: Readonly<Record<string, string>> = {
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
};

/**
 * The route as its team has created it, with all calls on Service orders; null when pods or a selector split the calls.
 */
export function teamRoute({ route, namespace }: WorkloadTarget): ClusterObject | null {
  if (route.kind === 'httpRoute') return httpRoute({ name: route.name, namespace }, [{ name: 'orders', port: 80 }]);
  if (route.kind === 'albIngress')
    return ingress({ name: route.name, namespace }, [{ serviceName: 'orders', servicePort: 80 }]);
  return null;
}

type Named = { readonly name: string; readonly namespace: string };

export function httpRoute(metadata: Named, backendRefs: readonly object[]): ClusterObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: { rules: [{ backendRefs }] },
  };
}

export function ingress(metadata: Named, targetGroups: readonly object[]): ClusterObject {
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  const backend = { service: { name: 'orders', port: { name: 'use-annotation' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, annotations: { [ACTION]: action } },
    spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  };
}

interface RouteParts {
  readonly kind: string;
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly rules: readonly {
      readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[];
    }[];
  };
}

/** The weights of the route by Service, as a gateway reads them. */
export function weightsIn(route: ClusterObject | undefined): Readonly<Record<string, number>> {
  if (route === undefined) return {};
  const { kind, metadata, spec } = route as unknown as RouteParts;
  if (kind === 'HTTPRoute')
    return Object.fromEntries((spec.rules[0]?.backendRefs ?? []).map(({ name, weight = 1 }) => [name, weight]));
  const { forwardConfig } = JSON.parse(metadata.annotations?.[ACTION] ?? '') as {
    forwardConfig: { targetGroups: readonly { serviceName: string; weight?: number }[] };
  };
  return Object.fromEntries(forwardConfig.targetGroups.map(({ serviceName, weight = 1 }) => [serviceName, weight]));
}

type Where = { readonly cluster: SimulatedCluster; readonly target: WorkloadTarget };

export function routeIn({ cluster, target: { route, namespace } }: Where): ClusterObject | undefined {
  if (!('name' in route)) return undefined;
  const kind = route.kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress';
  return cluster.find({ apiVersion: VERSIONS[kind] ?? '', kind, metadata: { name: route.name, namespace } });
}

/**
 * The share of the calls that each image answers now, in percent. `nobody` counts the calls of a Service without a
 * ready pod.
 */
export function callsIn(where: Where): Readonly<Record<string, number>> {
  const { cluster, target } = where;
  const weights = 'name' in target.route ? weightsIn(routeIn(where)) : { [target.workload]: 1 };
  const whole = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const images = new Map(
    cluster.pods(target.namespace).map(({ metadata, spec }) => [metadata.name, spec.containers[0]?.image]),
  );
  const shares: Record<string, number> = {};
  for (const [service, weight] of Object.entries(weights)) {
    if (weight === 0) continue;
    const pods = cluster.endpoints(target.namespace, { service }).map(({ pod }) => images.get(pod) ?? 'unknown');
    for (const who of pods.length === 0 ? ['nobody'] : pods)
      shares[who] = (shares[who] ?? 0) + ((weight / whole) * 100) / Math.max(1, pods.length);
  }
  return Object.fromEntries(Object.entries(shares).map(([who, percent]) => [who, Math.round(percent)]));
}
