/**
 * Gateways and load balancers, which lead calls by the weights of a route. They apply a change some seconds after it
 * was written, and until then follow the old route. The gateway of an HTTPRoute reports its generation in the status; a
 * load balancer reports nothing.
 */
import type { ClusterObject, ObjectRef } from '../../../domain/workload/cluster-object.ts';
import type { Random } from '../../random.ts';
import { type ObjectStore, subjectOf } from '../api/object-store.ts';
import { isSame, timestamp } from '../api/plain-data.ts';
import type { Timers } from './timers.ts';

/** The longest time that each kind takes, in milliseconds; the shortest is a third of it. */
export interface GatewayLag {
  readonly httpRouteMs: number;
  readonly albIngressMs: number;
}

export interface GatewaysOrder {
  readonly store: ObjectStore;
  readonly timers: Timers;
  readonly random: Random;
  readonly lag: GatewayLag;
}

export interface Gateways {
  /** The route that calls follow in this instant. */
  routed(ref: ObjectRef): ClusterObject | undefined;
  /** Runs after a gateway has applied a change. The store does not report that moment. */
  onTakenUp(listener: (route: ClusterObject) => void): void;
}

/** Applies every change in the instant in which it is written, and reports nothing: a cluster without a gateway. */
export function noGateways(store: ObjectStore): Gateways {
  return { routed: (ref) => store.find(ref)?.object, onTakenUp: () => {} };
}

export function gateways({ store, timers, random, lag }: GatewaysOrder): Gateways {
  const taken = new Map<string, ClusterObject>();
  const listeners: ((route: ClusterObject) => void)[] = [];
  const takeUp = (route: ClusterObject) => {
    taken.set(placeOf(route), route);
    const present = store.find(route)?.object;
    if (present !== undefined && route.kind === 'HTTPRoute')
      store.put({ ...present, status: statusOf(route, timers.now()) });
    for (const listener of listeners) listener(route);
  };
  store.subscribe((change) => {
    const route = subjectOf(change);
    const maxMs = route.kind === 'HTTPRoute' ? lag.httpRouteMs : route.kind === 'Ingress' ? lag.albIngressMs : null;
    if (maxMs === null) return;
    if (change.is === undefined) taken.delete(placeOf(route));
    // A new route takes effect at once, because no earlier route could lead its calls.
    else if (change.was === undefined) takeUp(route);
    else if (!leadsAlike(change.was, route))
      timers.after(maxMs / 3 + random.integer(1 + (maxMs * 2) / 3), () => takeUpInOrder(route));
  });
  /**
   * Changes are applied in the order in which they were written. A change is skipped when a later one was applied
   * before it.
   */
  const takeUpInOrder = (route: ClusterObject) => {
    const before = taken.get(placeOf(route));
    if (before === undefined || versionOf(route) > versionOf(before)) takeUp(route);
  };
  return {
    routed: (ref) => taken.get(placeOf(ref)),
    onTakenUp: (listener) => void listeners.push(listener),
  };
}

function placeOf({ kind, metadata: { namespace = '', name } }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}

function versionOf({ metadata }: ClusterObject): number {
  return Number(metadata.resourceVersion);
}

function leadsAlike(was: ClusterObject, is: ClusterObject): boolean {
  return isSame(was.spec ?? {}, is.spec ?? {}) && isSame(was.metadata.annotations ?? {}, is.metadata.annotations ?? {});
}

function statusOf({ spec, metadata }: ClusterObject, now: number) {
  const { parentRefs } = (spec ?? {}) as { readonly parentRefs?: readonly unknown[] };
  const observedGeneration = metadata.generation ?? 1;
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    observedGeneration,
    lastTransitionTime: timestamp(now),
  }));
  const parentRef = parentRefs?.[0] ?? { name: 'gateway' };
  return { parents: [{ parentRef, controllerName: 'example.com/gateway', conditions }] };
}
