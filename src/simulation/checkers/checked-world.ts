/**
 * What the checkers of the invariants look at after every step: the cloud as it really is, the ledger as it is written,
 * and what the simulation knows beyond both (who moved an alias, when a fault last struck). Nothing here can be changed.
 */

import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PodCount } from '../../domain/orders/cluster-order.ts';
import type { Target } from '../../domain/service/service-spec.ts';
import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import type { LedgerView } from '../../twin/ledger/ledger.ts';
import type { Execution, ExecutionName } from '../../twin/workflow/execution.ts';

/** Share of the calls by version, in percent; versions without calls are left out. */
export type Shares = ReadonlyMap<string, number>;

/** One change of where the calls of a service go. */
export interface Move {
  readonly at: number;
  readonly service: string;
  readonly before: Shares;
  readonly after: Shares;
  /** The order that it followed; null when somebody else than Slipway made it. */
  readonly order: { readonly stable: string; readonly canary: string; readonly canaryPercent: number } | null;
  /** The deployment that the moving task belongs to; null when an event or a person had it moved. */
  readonly task: string | null;
  /** The deployment that held the service's lock at that moment. */
  readonly holder: Deployment | null;
  /** A way back has written it, which closes the deployment to all that goes forward. */
  readonly isWayBack: boolean;
  /** A function's one patch, which the record does not know of. */
  readonly isBrake: boolean;
}

export interface AlarmTurn {
  readonly alarm: string;
  readonly at: number;
  /** By its datapoints; otherwise somebody set it by hand. */
  readonly isMeasured: boolean;
}

/** A request to the API that has its answer, whether or not its caller got it. A repeat is one more of them. */
export interface ServedRequest {
  readonly does: 'deploy' | 'supersede' | 'rollBack' | 'abort' | 'other';
  /** Each person and each pipeline asks for one thing, and may ask for it again. */
  readonly by: string;
  /** Its Idempotency-Key; null without one. */
  readonly key: string | null;
  readonly service: string | null;
  readonly beganAt: number;
  readonly at: number;
  /** The deployment that held the service's lock when the request came. */
  readonly lockedBy: string | null;
  readonly status: number;
  /** What the operation threw; null when it answered, or when an answer was repeated. */
  readonly error: unknown;
  /** The deployment to which the answer leads. */
  readonly deploymentId: string | null;
  /** Refused because the first request with its key was still at work. */
  readonly isAtWork: boolean;
  /** The stored answer of an earlier request with its key. */
  readonly isReplayed: boolean;
  /** A fault struck one of its calls. */
  readonly isStruck: boolean;
}

/** A delivery of an alarm's event whose handler came to its end. */
export interface HandledEvent {
  readonly alarm: string;
  readonly beganAt: number;
  readonly isStruck: boolean;
}

/** A split that Lambda refused, because one of its versions cannot take calls. */
export interface UnreadyOrder {
  /** Such as `checkout:live`. */
  readonly alias: string;
  readonly because: string;
}

/** A listener of events or of the clock that threw. */
export interface NetFailure {
  readonly functionKey: string;
  readonly at: number;
  readonly error: Error;
  /** A fault struck one of the calls of this run of it. */
  readonly isStruck: boolean;
  /** Lambda's control plane had too many calls: a limit of the account, and no fault. */
  readonly isThrottled: boolean;
}

/** What others than Slipway did to the objects of a workload, or to its pods. */
export type HandKind =
  | 'lostReadiness'
  | 'versionsDeleted'
  | 'recordDeleted'
  | 'quota'
  | 'nodes'
  | 'autoscaled'
  | 'routeChanged'
  | 'scaled'
  | 'scaledToZero'
  | 'setImage'
  | 'weighted'
  | 'selected'
  | 'canaryDeleted';

export interface Hand {
  readonly service: string;
  readonly at: number;
  readonly did: HandKind;
}

/** A Service to which callers of a workload are led. */
export interface Backend {
  readonly service: string;
  /** Of the calls of the workload, 0 to 100. */
  readonly percent: number;
  /** Pods that it selects, without those that are ending; and how many of them are ready. */
  readonly pods: number;
  readonly ready: number;
  /** When each of those pods lost its readiness that was ready and is not, through no fault of its version. */
  readonly lostAt: readonly number[];
  /** When each of the others that are not ready was made. */
  readonly madeAt: readonly number[];
}

/** A deployment of a good version after everything else was over, and what became of it. */
export interface LastDeployment {
  readonly service: string;
  readonly isHotfix: boolean;
  /** What the caller was answered. */
  readonly answer: string;
  readonly deploymentId: string | null;
}

export interface CheckedWorld {
  readonly now: number;
  readonly ledger: LedgerView;
  /** Deployments in flight: few, however long the run is. */
  readonly inFlight: readonly Deployment[];
  readonly targets: ReadonlyMap<string, Target>;
  /** As it is ordered: by the alias, or by the workload's record. */
  shares(service: string): Shares;
  /** As the calls really go: on a cluster they follow the pods, which take their time. */
  calls(service: string): Shares;
  /** Pods of a workload by version, without those that are ending; none for a Lambda target. */
  pods(service: string): readonly PodCount[];
  /** Where callers of a workload are led in this instant; none for a Lambda target. */
  led(service: string): readonly Backend[];
  /** Oldest first; it only grows. */
  readonly hands: readonly Hand[];
  /** In the order in which they were asked for; empty until all is over. */
  readonly lastDeployments: readonly LastDeployment[];
  /** The version that the pin of the service holds. */
  pinned(service: string): string | null;
  /** The code of a version of a function; null when it has no such version, and on a cluster. */
  codeOf(asked: { readonly service: string; readonly version: string }): string | null;
  /** Somebody deleted its function and created it again. */
  isRecreated(service: string): boolean;
  hasVersion(asked: { readonly service: string; readonly version: string }): boolean;
  /** Oldest first; it only grows. */
  readonly moves: readonly Move[];
  /** Oldest first; it only grows. */
  readonly turnsRed: readonly AlarmTurn[];
  /** Alarms that are red now. */
  readonly red: ReadonlySet<string>;
  /** CloudWatch has an alarm of that name now. */
  isAlarmThere(name: string): boolean;
  /** Oldest first; it only grows. */
  readonly unreadyOrders: readonly UnreadyOrder[];
  /** Every timeline entry of every deployment, in the order and with the true time in which each was written; it only grows. */
  readonly entries: readonly TimelineEntry[];
  readonly executions: readonly Execution[];
  isRunning(execution: ExecutionName): boolean;
  /** Oldest first; it only grows. */
  readonly served: readonly ServedRequest[];
  /** Oldest first; it only grows. */
  readonly netFailures: readonly NetFailure[];
  /** Events of alarms that were handled, oldest first; it only grows. */
  readonly handled: readonly HandledEvent[];
  /** Ids of the messages that reached the bus or the topic. */
  readonly published: ReadonlySet<string>;
  /** When a fault last struck a call or an event; null: none did so far. */
  readonly lastFaultAt: number | null;
  /** When Lambda's control plane last refused a call for its rate; null: it never did. */
  lastThrottledAt(): number | null;
  /**
   * How far the clocks of Slipway's machines are from each other, and from true time at the most. `now` is true, and so are the times of
   * moves, alarms and `entries`; what a deployment says of itself has the time of the machine that wrote it.
   */
  readonly clocksApartMs: number;
}

/** An invariant, with whatever it has to remember between two steps. Null: it holds. */
export interface Checker {
  readonly invariant: string;
  check(world: CheckedWorld): string | null;
  /** When all has come to rest, faults are over and the slow nets had their time. */
  checkAtRest?(world: CheckedWorld): string | null;
}

export function sharesInWords(shares: Shares): string {
  return [...shares].map(([version, percent]) => `${percent} % on ${version}`).join(', ');
}

const NOTHING_NEW: readonly never[] = [];

/** Answers with what a list that only grows has got since it was asked last. */
export function additions<T>(): (list: readonly T[]) => readonly T[] {
  let seen = 0;
  return (list) => {
    const fresh = seen === list.length ? NOTHING_NEW : list.slice(seen);
    seen = list.length;
    return fresh;
  };
}

/** When a fault struck last, or Lambda's control plane was asked too often: what was to be done then comes with the next look. */
export function lastTroubleAt({ lastFaultAt, lastThrottledAt }: Pick<CheckedWorld, 'lastFaultAt' | 'lastThrottledAt'>) {
  return Math.max(lastFaultAt ?? Number.NEGATIVE_INFINITY, lastThrottledAt() ?? Number.NEGATIVE_INFINITY);
}

/** The `readyWithin` of every workload of a simulation. */
export const READY_WITHIN_MS = 60_000;

/** The first complaint about any of the things; null without one. */
export function firstComplaint<T>(things: Iterable<T>, complain: (thing: T) => string | null): string | null {
  for (const thing of things) {
    const complaint = complain(thing);
    if (complaint !== null) return complaint;
  }
  return null;
}

/**
 * A way back that cannot get home puts on record that the calls stay where they are, after it had put down that they go home: no
 * call has moved. Where calls really are is asked by the checkers of pods and of callers.
 */
export function isStay(move: Move): boolean {
  const { order, before, after, isWayBack } = move;
  const isMore = order !== null && (after.get(order.canary) ?? 0) > (before.get(order.canary) ?? 0);
  return isMore && (isWayBack || isClearing(move));
}

/** The record of a workload that ran before Slipway begins with what has the calls already. */
export function isAdoption({ before, after }: Move): boolean {
  const [version, ...others] = after.keys();
  return before.size === 0 && version !== undefined && others.length === 0 && isFoundVersion(version);
}

/** The first order of a deployment, which has no version yet, takes back for the one whose place its own took. */
function isClearing({ order, task, holder }: Move): boolean {
  return order?.canary === order?.stable && holder !== null && holder.canary === null && task === holder.id;
}

/**
 * A cleaner had deleted the manifests to which a deployment that failed was to go back. So pods of both versions stay, and those of the
 * new one may never come up, until the next deployment is promoted.
 */
export function isHalfReplaced({ hands, ledger }: CheckedWorld, service: string): boolean {
  if (!hands.some((hand) => hand.service === service && hand.did === 'versionsDeleted')) return false;
  const ends = [...ledger.deployments.values()].filter((one) => one.service === service).map(({ status }) => status);
  return ends.lastIndexOf('failed') > ends.lastIndexOf('promoted');
}
