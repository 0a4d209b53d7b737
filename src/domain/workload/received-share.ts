/**
 * Calculates which share of a workload's calls each of its versions gets. It reads the objects that lead the calls: the
 * weights of the route, the selectors of the Services, and the pods that these select. Pure: objects in, percents out.
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
  /** All pods of the namespace, because a Service may select pods of other workloads. */
  readonly pods: readonly ClusterObject[];
  /** The Service `<workload>`; null when there is none. */
  readonly front: ClusterObject | null;
  /**
   * True when Slipway has led calls through that Service. Then a missing Service means that another tool or person
   * deleted it.
   */
  readonly isLed?: boolean | undefined;
  /** The Service `<workload>-canary`, for a route with weights; null when there is none. */
  readonly second: ClusterObject | null;
  /** The object with the weights; null when there is none, or when the route needs none. */
  readonly route: ClusterObject | null;
}

/** Percents of the workload's own calls, 0 to 100. The five add up to 100. */
export interface Shares {
  readonly canary: number;
  readonly stable: number;
  /** Calls to pods of neither version. */
  readonly others: number;
  /** Calls that the canary's weight or selector leads to no pod. */
  readonly lost: number;
  /** Calls of stable's share that lead to no pod. */
  readonly unanswered: number;
}

export interface ReceivedShare {
  /** What callers get now: only ready pods count. */
  readonly received: Shares;
  /**
   * What callers would get if every pod were ready. It differs from the recorded share only when another tool or person
   * changed something.
   */
  readonly led: Shares;
  /** The names of other pods that get calls; at most three. */
  readonly strangers: readonly string[];
  /** A difference of up to this many percent may come from rounding. */
  readonly precision: number;
}

/**
 * The shares of the calls. For a route with several rules, they are those of the rule that differs most from the
 * recorded share. Null for a workload without a Service, whose calls no object leads.
 */
export function receivedShare(objects: LeadingObjects, recordedPercent: number): ReceivedShare | null {
  const { front, target, isLed = false } = objects;
  if (front === null && !('name' in target.route) && target.route.kind !== 'blueGreen') return isLed ? NOWHERE : null;
  const [worst] = waysTo(objects)
    .map((way) => shareOf(way, objects))
    .toSorted((one, other) => distance(other, recordedPercent) - distance(one, recordedPercent));
  return worst ?? NOWHERE;
}

/** True when the share differs from the recorded one by more than rounding, or when calls go to neither version. */
export function differs(shares: Shares, { precision, percent }: { precision: number; percent: number }): boolean {
  return Math.abs(shares.canary - percent) > precision + ROUNDING || shares.others + nobodyIn(shares) > ROUNDING;
}

/**
 * True when shares follow the number of pods and the canary gets fewer calls than recorded, but more than none. Then
 * stable has got more pods, as by an autoscaler. No call is lost, and the next step gives the canary its share of all
 * pods again.
 */
export function isOutgrown(shares: Shares, { target, percent }: { target: WorkloadTarget; percent: number }): boolean {
  const isBetweenTwo = shares.others === 0 && nobodyIn(shares) === 0;
  return target.route.kind === 'replicas' && isBetweenTwo && shares.canary > 0 && shares.canary < percent;
}

/** The percent of the calls that lead to no pod. */
export function nobodyIn({ lost, unanswered }: Shares): number {
  return lost + unanswered;
}

/** The canary's share that callers should get by the ledger: blue/green switches all calls at once. */
export function expectedPercent({ route }: WorkloadTarget, atPercent: number): number {
  return route.kind === 'blueGreen' && atPercent < 100 ? 0 : atPercent;
}

/** The rounding error of a sum of fractions, in percent. */
const ROUNDING = 0.01;
/** Weights are whole numbers that add up to 100. */
const HALF_A_PERCENT = 0.5;

/** One way in which calls arrive: a rule of a route, or the first Service. */
interface Way {
  readonly parts: readonly Part[];
  /** The sum of the workload's own weights when the rule also has weights of other targets; otherwise null. */
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
  // A rule that leads only to the canary is a team's own way for its testers, beside the rule that is split.
  const split = lists.filter((list) => list.some(({ name }) => name === workload));
  return (split.length === 0 ? lists : split).flatMap((list): Way[] => {
    const weightOf = (name: string) => sum(list.filter((each) => each.name === name).map(({ weight }) => weight));
    const own = { stable: weightOf(workload), canary: weightOf(`${workload}-canary`) };
    const total = own.stable + own.canary;
    // A rule to which the team gives no calls, or that leads only to other targets.
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
  /** Empty for an entry that is no Service of the namespace. */
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

/** When shares follow the number of pods, one pod; when other targets share the weights, one unit of weight. */
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

/** A Service without a selector leads to addresses that its owner sets, and the pods do not show them. */
function selectedBy(service: ClusterObject | null, pods: readonly ClusterObject[]): readonly ClusterObject[] {
  const selector = fieldsOf(specOf(service ?? {}).selector);
  if (Object.keys(selector).length === 0) return [];
  return pods.filter(({ metadata }) => hasLabels(metadata.labels, selector));
}

function whose({ metadata: { labels } }: ClusterObject, { target, stable, canary }: LeadingObjects) {
  const version = labels?.['slipway/workload'] === target.workload ? versionLabel(labels) : null;
  return version === canary ? 'canary' : version === stable ? 'stable' : 'others';
}

/** False for a pod that is ending or has ended: it gets no calls. Evicted pods stay listed. */
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

/** The route is missing, or no longer leads to the workload. */
const UNANSWERED: Shares = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 100 };
const NOWHERE: ReceivedShare = { received: UNANSWERED, led: UNANSWERED, strangers: [], precision: 0 };
