/**
 * Which share of the calls to a workload each of its versions receives, read from the objects that lead them there: the weights
 * of the route, the selectors of the Services, and the pods that these select. Pure: objects in, percents out.
 */
import type { WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject } from './cluster-object.ts';
import { styleOf, weightOf } from './route-style.ts';
import { isReady } from './workload-health.ts';
import { fieldsOf, hasLabels, specOf, versionLabel } from './workload-objects.ts';

export interface LeadingObjects {
  readonly target: WorkloadTarget;
  readonly stable: string;
  readonly canary: string;
  /** All pods of the namespace, because a Service may select pods that are not the workload's. */
  readonly pods: readonly ClusterObject[];
  /** Service `<workload>`; null when there is none. */
  readonly front: ClusterObject | null;
  /** Slipway has led calls by that Service, so that none means that somebody has deleted it. */
  readonly isLed?: boolean | undefined;
  /** Service `<workload>-canary`, for a route with weights; null when there is none. */
  readonly second: ClusterObject | null;
  /** The object with the weights; null when there is none, or when the route needs none. */
  readonly route: ClusterObject | null;
}

/** Percents of the workload's own calls, 0 to 100; the five make 100 together. */
export interface Shares {
  readonly canary: number;
  readonly stable: number;
  /** To pods that are neither version's. */
  readonly others: number;
  /** To no pod, where the canary's weight or selector leads. */
  readonly lost: number;
  /** To no pod, where stable's calls are led. */
  readonly unanswered: number;
}

export interface ReceivedShare {
  /** What callers get now: pods that are ready. */
  readonly received: Shares;
  /** What callers would get if each pod were ready. It differs from the recorded share only where somebody changed something. */
  readonly led: Shares;
  /** Pods of others that get calls, by name; at most three. */
  readonly strangers: readonly string[];
  /** A difference of so many percent may be due to rounding. */
  readonly precision: number;
}

/**
 * The share as callers get it; of a route with several rules, the rule that differs most from the recorded share. Null for a
 * workload without a Service, whose calls nobody leads.
 */
export function receivedShare(objects: LeadingObjects, recordedPercent: number): ReceivedShare | null {
  const { front, target, isLed = false } = objects;
  if (front === null && !('name' in target.route) && target.route.kind !== 'blueGreen') return isLed ? NOWHERE : null;
  const [worst] = waysTo(objects)
    .map((way) => shareOf(way, objects))
    .toSorted((one, other) => distance(other, recordedPercent) - distance(one, recordedPercent));
  return worst ?? NOWHERE;
}

/** True when the share differs by more than rounding from the recorded one, or calls go elsewhere than to the two versions. */
export function differs(shares: Shares, { precision, percent }: { precision: number; percent: number }): boolean {
  return Math.abs(shares.canary - percent) > precision + ROUNDING || shares.others + nobodyIn(shares) > ROUNDING;
}

/**
 * True where pods are the weights and the canary has fewer of the calls than recorded, but some: stable has got more pods, as an
 * autoscaler gives them. No caller has lost anything, and the next step gives the canary its share of all pods again.
 */
export function isOutgrown(shares: Shares, { target, percent }: { target: WorkloadTarget; percent: number }): boolean {
  const isBetweenTwo = shares.others === 0 && nobodyIn(shares) === 0;
  return target.route.kind === 'replicas' && isBetweenTwo && shares.canary > 0 && shares.canary < percent;
}

/** Percent of the calls that lead to no pod. */
export function nobodyIn({ lost, unanswered }: Shares): number {
  return lost + unanswered;
}

/** The canary's share that callers should get by the ledger: blue/green switches all calls at once. */
export function expectedPercent({ route }: WorkloadTarget, atPercent: number): number {
  return route.kind === 'blueGreen' && atPercent < 100 ? 0 : atPercent;
}

/** Of a sum of fractions. */
const ROUNDING = 0.01;
/** Weights are whole numbers of a hundred. */
const HALF_A_PERCENT = 0.5;

/** One way by which calls come: a rule of a route, or the first Service. */
interface Way {
  readonly parts: readonly Part[];
  /** What the workload's own weights make together, beside weights of others; null without others. */
  readonly sharedTotal: number | null;
}

interface Part {
  readonly service: ClusterObject | null;
  readonly weight: number;
  readonly isCanarys: boolean;
}

function waysTo({ target, front, second, route }: LeadingObjects): readonly Way[] {
  const { workload, route: by } = target;
  if (!('name' in by)) {
    const isCanarys = fieldsOf(specOf(front ?? {}).selector)['slipway/track'] === 'canary';
    return [{ parts: [{ service: front, weight: 1, isCanarys }], sharedTotal: null }];
  }
  const lists = weightLists(route, target);
  // A rule that leads to the canary alone is a team's own way for its testers, beside the one that is split.
  const split = lists.filter((list) => list.some(({ name }) => name === workload));
  return (split.length === 0 ? lists : split).flatMap((list): Way[] => {
    const weightOf = (name: string) => sum(list.filter((each) => each.name === name).map(({ weight }) => weight));
    const own = { stable: weightOf(workload), canary: weightOf(`${workload}-canary`) };
    const total = own.stable + own.canary;
    // A part to which a team gives no calls, or of others alone.
    if (total === 0) return [];
    const parts = [
      { service: front, weight: own.stable, isCanarys: false },
      { service: second, weight: own.canary, isCanarys: true },
    ];
    const isShared = list.some(({ name, weight }) => weight > 0 && ![workload, `${workload}-canary`].includes(name));
    return [{ parts, sharedTotal: isShared ? total : null }];
  });
}

interface Weight {
  /** Empty for what is no Service of the namespace. */
  readonly name: string;
  readonly weight: number;
}

function weightLists(route: ClusterObject | null, { workload }: WorkloadTarget): readonly Weight[][] {
  if (route === null) return [];
  const style = styleOf(route);
  return style
    .lists(route, workload)
    .map((list) => list.map((entry) => ({ name: style.service(entry, route) ?? '', weight: weightOf(entry) })));
}

function shareOf({ parts, sharedTotal }: Way, objects: LeadingObjects): ReceivedShare {
  const alive = objects.pods.filter(isAlive);
  const ready = alive.filter(isReady);
  const selected = parts.flatMap(({ service, weight }) => (weight > 0 ? selectedBy(service, alive) : []));
  const strangers = selected.filter((pod) => whose(pod, objects) === 'others').map(({ metadata }) => metadata.name);
  return {
    received: sharesIn(parts, { objects, pods: ready }),
    led: sharesIn(parts, { objects, pods: alive }),
    strangers: strangers.slice(0, 3),
    precision: precisionOf(objects, { sharedTotal, pods: selected.length }),
  };
}

/** Where pods are the weights, one pod; where weights are shared with others, one of them. */
function precisionOf(
  { target: { route } }: LeadingObjects,
  { sharedTotal, pods }: { readonly sharedTotal: number | null; readonly pods: number },
): number {
  if ('name' in route) return sharedTotal === null ? HALF_A_PERCENT : 100 / sharedTotal;
  return route.kind === 'blueGreen' || pods === 0 ? 0 : 100 / pods;
}

function sharesIn(
  parts: readonly Part[],
  { objects, pods }: { readonly objects: LeadingObjects; readonly pods: readonly ClusterObject[] },
): Shares {
  const whole = sum(parts.map(({ weight }) => weight));
  const shares = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 0 };
  for (const { service, weight, isCanarys } of parts) {
    const percent = (weight / whole) * 100;
    const behind = selectedBy(service, pods);
    for (const pod of behind) shares[whose(pod, objects)] += percent / behind.length;
    if (behind.length === 0) shares[isCanarys ? 'lost' : 'unanswered'] += percent;
  }
  return shares;
}

/** A Service without a selector leads where its owner says, which no look at pods can tell. */
function selectedBy(service: ClusterObject | null, pods: readonly ClusterObject[]): readonly ClusterObject[] {
  const selector = fieldsOf(specOf(service ?? {}).selector);
  if (Object.keys(selector).length === 0) return [];
  return pods.filter(({ metadata }) => hasLabels(metadata.labels, selector));
}

function whose({ metadata: { labels } }: ClusterObject, { target, stable, canary }: LeadingObjects) {
  const version = labels?.['slipway/workload'] === target.workload ? versionLabel(labels) : null;
  return version === canary ? 'canary' : version === stable ? 'stable' : 'others';
}

/** A pod that ends, or has ended (evicted ones stay listed), is given no calls. */
export function isAlive({ metadata, status }: ClusterObject): boolean {
  const { phase } = fieldsOf(status);
  return metadata.deletionTimestamp === undefined && phase !== 'Failed' && phase !== 'Succeeded';
}

function distance({ led }: ReceivedShare, percent: number): number {
  return Math.abs(led.canary - percent) + led.others + nobodyIn(led);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The route is not there, or leads to the workload no longer. */
const UNANSWERED: Shares = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 100 };
const NOWHERE: ReceivedShare = { received: UNANSWERED, led: UNANSWERED, strangers: [], precision: 0 };
