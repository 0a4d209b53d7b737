/**
 * How the calls of a workload are split between its two versions: by the number of pods behind one Service, by the
 * Service's selector, or by the weights of a route. Pure: objects in, changed objects out, and what they say read back.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service-spec.ts';
import { type ClusterObject, type ObjectRef, objectName } from './cluster-object.ts';
import { secondService } from './second-service.ts';
import { type Fields, fieldsOf, listOf, specOf, type Track } from './workload-objects.ts';

/** True where a canary gets its share whatever the number of its pods is. */
export function hasWeights({ route }: WorkloadTarget): boolean {
  return route.kind === 'httpRoute' || route.kind === 'albIngress' || route.kind === 'blueGreen';
}

/**
 * Pods of the canary for a share of 1 to 99 %, beside `stableReplicas` of stable: rounded up, at least one. By weights it
 * gets its share of stable's pods; by pods alone it becomes that share of all; blue/green has the whole second set.
 */
export function canaryReplicas(
  target: WorkloadTarget,
  { stableReplicas, percent }: { readonly stableReplicas: number; readonly percent: number },
): number {
  const wanted =
    target.route.kind === 'blueGreen' || percent >= 100
      ? stableReplicas
      : hasWeights(target)
        ? (stableReplicas * percent) / 100
        : (stableReplicas * percent) / (100 - percent);
  // 3 * 10 / 90 must not become 1 too many by a rounding error of the last digit.
  return Math.max(1, Math.ceil(Math.round(wanted * 1_000_000) / 1_000_000));
}

/** Where pods are the weights: what each step really gives the canary, when that is not what the step says. */
export function replicaNotes(
  target: WorkloadTarget,
  { stableReplicas, weights }: { readonly stableReplicas: number; readonly weights: readonly number[] },
): readonly string[] {
  if (target.route.kind !== 'replicas') return [];
  if (stableReplicas === 0) return ['Stable has no pod, so the first pod of the canary gets all the calls.'];
  return weights.flatMap((percent) => {
    if (percent >= 100) return [];
    const canary = canaryReplicas(target, { stableReplicas, percent });
    const all = canary + stableReplicas;
    const real = Math.round((canary / all) * 100);
    if (real === percent) return [];
    return [
      `${percent} % is ${canary} of ${all} pods, ${real} % of the calls: ${stableReplicas} stable pods cannot express it closer.`,
    ];
  });
}

/** The Service of the workload with the selector that the route asks for, and the second Service, where it needs one. */
export function routedServices(
  services: readonly ClusterObject[],
  { target, canaryPercent }: { readonly target: WorkloadTarget; readonly canaryPercent: number },
): readonly ClusterObject[] {
  const { workload, route } = target;
  const own = services.find(({ kind, metadata }) => kind === 'Service' && metadata.name === workload);
  if (own === undefined) {
    if (!hasWeights(target)) return [];
    throw new SlipwayError(
      'InvalidRequest',
      `The manifests hold no Service ${workload}, and the route ${route.kind} needs one. Add it, or choose the route replicas.`,
    );
  }
  if (!hasWeights(target)) return [selecting(own, { track: null })];
  const front = selecting(own, { track: route.kind === 'blueGreen' && canaryPercent >= 100 ? 'canary' : 'stable' });
  const name = route.kind === 'blueGreen' ? `${workload}-preview` : `${workload}-canary`;
  const second = selecting(secondService(own, name), { track: 'canary' });
  return [front, second];
}

function selecting(service: ClusterObject, { track }: { readonly track: Track | null }): ClusterObject {
  const { 'slipway/track': _was, ...selector } = fieldsOf(specOf(service).selector);
  return {
    ...service,
    spec: { ...specOf(service), selector: track === null ? selector : { ...selector, 'slipway/track': track } },
  };
}

/** Which track the Service of a blue/green workload leads to; null: to both, or it is not Slipway's. */
export function selectedTrack(service: ClusterObject): Track | null {
  const track = fieldsOf(specOf(service).selector)['slipway/track'];
  return track === 'stable' || track === 'canary' ? track : null;
}

/** The object that carries the weights; null where pods or a selector do. */
export function routeRef({ route, namespace }: WorkloadTarget): ObjectRef | null {
  switch (route.kind) {
    case 'rolling':
    case 'replicas':
    case 'blueGreen':
      return null;
    case 'httpRoute':
      return {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: route.name, namespace },
      };
    case 'albIngress':
      return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: route.name, namespace } };
  }
}

/** The route with the share in it. Throws InvalidRequest when it does not lead to the workload. */
export function withWeight(
  route: ClusterObject,
  { workload, canaryPercent }: { readonly workload: string; readonly canaryPercent: number },
): ClusterObject {
  return route.kind === 'Ingress'
    ? ingressWithWeight(route, { workload, canaryPercent })
    : httpRouteWithWeight(route, { workload, canaryPercent });
}

/** The canary's share as the route has it; null when it says nothing of one. */
export function weightIn(route: ClusterObject, workload: string): number | null {
  const groups = route.kind === 'Ingress' ? targetGroupsOf(route, workload) : backendsOf(route, workload);
  const weightOf = (service: string) =>
    Number(groups.find((group) => (group.serviceName ?? group.name) === service)?.weight ?? Number.NaN);
  const [stable, canary] = [weightOf(workload), weightOf(`${workload}-canary`)];
  return Number.isFinite(stable + canary) && stable + canary > 0 ? (canary / (stable + canary)) * 100 : null;
}

type Weighted = { readonly workload: string; readonly canaryPercent: number };

function httpRouteWithWeight(route: ClusterObject, { workload, canaryPercent }: Weighted): ClusterObject {
  const canary = `${workload}-canary`;
  if (backendsOf(route, workload).length === 0) throw leadsElsewhere(route, workload);
  const rules = listOf(specOf(route).rules).map((rule) => {
    const backends = listOf(rule.backendRefs);
    const own = backends.find(({ name }) => name === workload);
    if (own === undefined) return rule;
    const others = backends.filter(({ name }) => name !== workload && name !== canary);
    const weighted = [
      { ...own, weight: 100 - canaryPercent },
      { ...own, name: canary, weight: canaryPercent },
    ];
    return { ...rule, backendRefs: [...weighted, ...others] };
  });
  return { ...route, spec: { ...specOf(route), rules } };
}

/** Of the first rule that leads to the workload: all of them get the same weights. */
function backendsOf(route: ClusterObject, workload: string): readonly Fields[] {
  const lists = listOf(specOf(route).rules).map((rule) => listOf(rule.backendRefs));
  return lists.find((backends) => backends.some(({ name }) => name === workload)) ?? [];
}

function actionName(workload: string): string {
  return `alb.ingress.kubernetes.io/actions.${workload}`;
}

function ingressWithWeight(ingress: ClusterObject, { workload, canaryPercent }: Weighted): ClusterObject {
  const own = targetGroupsOf(ingress, workload).find(({ serviceName }) => serviceName === workload);
  if (own === undefined) throw leadsElsewhere(ingress, workload);
  const canary = `${workload}-canary`;
  const others = targetGroupsOf(ingress, workload).filter(
    ({ serviceName }) => serviceName !== workload && serviceName !== canary,
  );
  const targetGroups = [
    { ...own, weight: 100 - canaryPercent },
    { ...own, serviceName: canary, weight: canaryPercent },
    ...others,
  ];
  const action = actionOf(ingress, workload);
  const forwardConfig = { ...fieldsOf(action.forwardConfig), targetGroups };
  const text = JSON.stringify({ ...action, type: 'forward', forwardConfig });
  const annotations = { ...ingress.metadata.annotations, [actionName(workload)]: text };
  return { ...ingress, metadata: { ...ingress.metadata, annotations } };
}

function targetGroupsOf(ingress: ClusterObject, workload: string): readonly Fields[] {
  return listOf(fieldsOf(actionOf(ingress, workload).forwardConfig).targetGroups);
}

/** Without fields where there is none, or none that can be read. */
function actionOf(ingress: ClusterObject, workload: string): Fields {
  try {
    return fieldsOf(JSON.parse(ingress.metadata.annotations?.[actionName(workload)] ?? 'null'));
  } catch {
    return {};
  }
}

function leadsElsewhere(route: ClusterObject, workload: string): SlipwayError {
  const wanted =
    route.kind === 'Ingress'
      ? `an annotation ${actionName(workload)} that forwards to a target group of Service ${workload}`
      : `a rule with a backendRef to Service ${workload}`;
  return new SlipwayError('InvalidRequest', `${objectName(route)} does not lead to the workload. Give it ${wanted}.`);
}
