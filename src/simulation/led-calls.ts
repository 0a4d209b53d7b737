/**
 * Where callers of a workload are led in this instant. It is computed from the objects of the cluster alone: the
 * gateway's weights of the route, the selectors of the Services, the pods. It uses none of Slipway's own reading of
 * these objects.
 */

import type { KubernetesTarget } from '../domain/service/service-spec.ts';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { hasLabels, isReady, isTerminating, type Labels, type Pod } from '../twin/cluster/api/workload-objects.ts';
import type { SimulatedCluster } from '../twin/cluster/simulated-cluster.ts';
import type { Backend } from './checkers/checked-world.ts';
import type { HandLog } from './hand-log.ts';

export interface LedOrder {
  readonly cluster: SimulatedCluster;
  readonly hands: HandLog;
}

/** Computed again only when an object of the cluster has changed. */
export function ledCalls(order: LedOrder): (target: KubernetesTarget) => readonly Backend[] {
  const known = new Map<string, { readonly target: KubernetesTarget; readonly backends: readonly Backend[] }>();
  order.cluster.onChange(() => known.clear());
  return (target) => {
    const place = `${target.namespace}/${target.workload}`;
    const found = known.get(place);
    if (found?.target === target) return found.backends;
    const backends = weightsOf(order.cluster, target).map((weighted) => backendOf(order, { target, ...weighted }));
    known.set(place, { target, backends });
    return backends;
  };
}

interface Weighted {
  readonly service: string;
  readonly percent: number;
}

function weightsOf(cluster: SimulatedCluster, { namespace, workload, route }: KubernetesTarget): Weighted[] {
  const own = [workload, `${workload}-canary`];
  const all = [{ service: workload, percent: 100 }];
  switch (route.kind) {
    case 'rolling':
    case 'replicas':
    case 'blueGreen':
      return all;
    case 'httpRoute':
    case 'albIngress': {
      const ref =
        route.kind === 'httpRoute'
          ? { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }
          : { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
      const found = cluster.routed({ ...ref, metadata: { name: route.name, namespace } });
      if (found === undefined) return [];
      const weights = found.kind === 'Ingress' ? targetGroups(found, workload) : backendRefs(found, workload);
      const ours = weights.filter(({ service }) => own.includes(service));
      const sum = ours.reduce((total, { percent }) => total + percent, 0);
      return ours.map(({ service, percent }) => ({ service, percent: sum > 0 ? (percent / sum) * 100 : 0 }));
    }
  }
}

interface Ref {
  readonly name?: string;
  readonly serviceName?: string;
  readonly weight?: number;
}

/** The backends of the rule that leads to the workload. A missing weight means 1. */
function backendRefs({ spec }: ClusterObject, workload: string): Weighted[] {
  const { rules = [] } = spec as { readonly rules?: readonly { readonly backendRefs?: readonly Ref[] }[] };
  const rule = rules.find(({ backendRefs: refs = [] }) => refs.some(({ name }) => name === workload));
  return (rule?.backendRefs ?? []).map(({ name = '', weight = 1 }) => ({ service: name, percent: weight }));
}

function targetGroups({ metadata }: ClusterObject, workload: string): Weighted[] {
  const text = metadata.annotations?.[`alb.ingress.kubernetes.io/actions.${workload}`] ?? '{}';
  const action = JSON.parse(text) as { readonly forwardConfig?: { readonly targetGroups?: readonly Ref[] } };
  const groups = action.forwardConfig?.targetGroups ?? [];
  return groups.map(({ serviceName = '', weight = 1 }) => ({ service: serviceName, percent: weight }));
}

function backendOf(
  { cluster, hands }: LedOrder,
  { target: { namespace }, service, percent }: Weighted & { readonly target: KubernetesTarget },
): Backend {
  const found = cluster.find({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: service } });
  const { selector } = (found?.spec ?? {}) as { readonly selector?: Labels };
  const alive = selector === undefined ? [] : cluster.pods(namespace).filter((pod) => isSelected(pod, selector));
  const unready = alive.filter((pod) => !isReady(pod));
  const lostAt = unready.flatMap((pod) => hands.lostAt(pod) ?? []);
  const others = unready.filter((pod) => hands.lostAt(pod) === undefined);
  const madeAt = others.map(({ metadata }) => Date.parse(String(metadata.creationTimestamp)));
  return { service, percent, ready: alive.length - unready.length, pods: alive.length, lostAt, madeAt };
}

function isSelected(pod: Pod, selector: Labels): boolean {
  return hasLabels(pod.metadata.labels, selector) && !isTerminating(pod);
}
