/**
 * How the two kinds of routes store their targets and weights: an HTTPRoute, and an Ingress of the AWS Load Balancer
 * Controller.
 */
import type { ClusterObject } from './cluster-object.ts';
import { type Fields, fieldsOf, listOf, specOf } from './workload-objects.ts';

/** Both kinds of routes read a missing weight as 1. */
export function weightOf({ weight }: Fields): number {
  return weight === undefined ? 1 : Number(weight);
}

export function canaryName(workload: string): string {
  return `${workload}-canary`;
}

/** How one kind of route stores its targets and weights. */
export interface Style {
  /** The parts of the route, each with its own lists. For an Ingress, the names of its actions that forward calls. */
  readonly parts: (route: ClusterObject) => readonly string[];
  readonly lists: (route: ClusterObject, workload: string) => readonly (readonly Fields[])[];
  readonly write: (
    route: ClusterObject,
    changed: { readonly workload: string; readonly lists: readonly (readonly Fields[])[] },
  ) => ClusterObject;
  /** The Service of the workload's namespace that an entry leads to; null when the entry leads to anything else. */
  readonly service: (entry: Fields, route: ClusterObject) => string | null;
  readonly port: (entry: Fields) => unknown;
  /** Identifies the target of an entry, whatever its weight is. */
  readonly id: (entry: Fields, route: ClusterObject) => string;
  readonly named: (entry: Fields, name: string) => Fields;
}

export function styleOf({ kind }: ClusterObject): Style {
  return kind === 'Ingress' ? INGRESS : HTTP_ROUTE;
}

const HTTP_ROUTE: Style = {
  parts: () => [''],
  lists: (route) => listOf(specOf(route).rules).map((rule) => listOf(rule.backendRefs)),
  write: (route, { lists }) => {
    const rules = listOf(specOf(route).rules).map((rule, at) =>
      rule.backendRefs === undefined ? rule : { ...rule, backendRefs: lists[at] },
    );
    return { ...route, spec: { ...specOf(route), rules } };
  },
  // The defaults of a BackendObjectReference: the core group, the kind Service, and the namespace of the route.
  service: ({ name, namespace, kind = 'Service', group = '' }, { metadata }) => {
    const isOwn = (namespace === undefined || namespace === metadata.namespace) && kind === 'Service' && group === '';
    return isOwn ? String(name) : null;
  },
  port: ({ port }) => port,
  id: ({ name, namespace, kind = 'Service', group = '', port }, { metadata }) =>
    JSON.stringify([group, kind, namespace ?? metadata.namespace, name, port]),
  named: (entry, name) => ({ ...entry, name }),
};

/** Each annotation `actions.<workload>` has one list. Its Services are in the namespace of the Ingress. */
const INGRESS: Style = {
  parts: (route) =>
    Object.keys(route.metadata.annotations ?? {}).flatMap((name) => {
      if (!name.startsWith(ACTION)) return [];
      const part = name.slice(ACTION.length);
      return groupsOf(route, part).length === 0 ? [] : [part];
    }),
  lists: (route, workload) => [groupsOf(route, workload)],
  write: (route, { workload, lists: [targetGroups] }) => {
    const action = actionOf(route, workload);
    const forwardConfig = { ...fieldsOf(action.forwardConfig), targetGroups };
    const text = JSON.stringify({ ...action, type: 'forward', forwardConfig });
    const annotations = { ...route.metadata.annotations, [actionName(workload)]: text };
    return { ...route, metadata: { ...route.metadata, annotations } };
  },
  service: ({ serviceName }) => (typeof serviceName === 'string' ? serviceName : null),
  port: ({ servicePort }) => servicePort,
  id: ({ weight: _, ...entry }) => JSON.stringify(Object.entries(entry).sort()),
  named: (entry, name) => ({ ...entry, serviceName: name }),
};

/** The prefix of the annotations that each hold one action. */
export const ACTION = 'alb.ingress.kubernetes.io/actions.';

export function actionName(workload: string): string {
  return `${ACTION}${workload}`;
}

function groupsOf(ingress: ClusterObject, workload: string): readonly Fields[] {
  return listOf(fieldsOf(actionOf(ingress, workload).forwardConfig).targetGroups);
}

/** Returns an object without fields when the annotation is missing or cannot be parsed. */
function actionOf(ingress: ClusterObject, workload: string): Fields {
  try {
    return fieldsOf(JSON.parse(ingress.metadata.annotations?.[actionName(workload)] ?? 'null'));
  } catch {
    return {};
  }
}
