/**
 * What the checkers of the invariants read after every step: the real state of the cloud, and the stored ledger. It
 * adds what only the simulation knows: who moved an alias, and when a fault last struck. All of it is read-only.
 */

import { type Deployment, hasLostControl } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PodCount } from '../../domain/orders/cluster-order.ts';
import type { Target } from '../../domain/service/service-spec.ts';
import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import type { LedgerView } from '../../twin/ledger/ledger.ts';
import type { Execution, ExecutionName } from '../../twin/workflow/execution.ts';

/** The share of the calls by version, in percent; versions without calls are left out. */
export type Shares = ReadonlyMap<string, number>;

/** One change of where the calls of a service go. */
export interface Move {
  readonly at: number;
  readonly service: string;
  readonly before: Shares;
  readonly after: Shares;
  /** The order behind the move; null when Slipway did not make the move. */
  readonly order: { readonly stable: string; readonly canary: string; readonly canaryPercent: number } | null;
  /** The deployment of the task that moved the calls; null when an event or a person caused the move. */
  readonly task: string | null;
  /** The deployment that held the service's lock at that moment. */
  readonly holder: Deployment | null;
  /** True when a rollback or an undo wrote the record. The deployment is then closed to every forward step. */
  readonly isWayBack: boolean;
  /** True for the one patch of a function, which the record does not include. */
  readonly isBrake: boolean;
}

export interface AlarmTurn {
  readonly alarm: string;
  readonly at: number;
  /** True when data points made the alarm red; false when a person set it by hand. */
  readonly isMeasured: boolean;
}

/** A request to the API that has its answer, whether or not its caller got it. Each repeat is a request of its own. */
export interface ServedRequest {
  readonly does: 'deploy' | 'supersede' | 'rollBack' | 'abort' | 'other';
  /** The caller. Each person and each pipeline asks for one thing, and may repeat the request. */
  readonly by: string;
  /** The Idempotency-Key of the request; null without one. */
  readonly key: string | null;
  readonly service: string | null;
  readonly beganAt: number;
  readonly at: number;
  /** The deployment that held the service's lock when the request came. */
  readonly lockedBy: string | null;
  readonly status: number;
  /** The error of the operation; null when it answered, or when an answer was repeated. */
  readonly error: unknown;
  /** The deployment to which the answer leads. */
  readonly deploymentId: string | null;
  /** True when the request was refused because the first request with its key was still running. */
  readonly isAtWork: boolean;
  /** True when the answer is the stored answer of an earlier request with the same key. */
  readonly isReplayed: boolean;
  /** True when a fault struck one of its calls. */
  readonly isStruck: boolean;
}

/** A delivery of an alarm's event whose handler has ended. */
export interface HandledEvent {
  readonly alarm: string;
  readonly beganAt: number;
  readonly isStruck: boolean;
}

/** A split that Lambda refused because one of its versions cannot take calls. */
export interface UnreadyOrder {
  /** For example `checkout:live`. */
  readonly alias: string;
  readonly because: string;
}

/** An error of a listener of events or of the clock. */
export interface NetFailure {
  readonly functionKey: string;
  readonly at: number;
  readonly error: Error;
  /** True when a fault struck one of the calls of this run. */
  readonly isStruck: boolean;
  /** True when Lambda's control plane had too many calls, which is a limit of the account and not a fault. */
  readonly isThrottled: boolean;
}

/** What another tool or person did to the objects of a workload, or to its pods. */
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
  /** The share of the workload's calls, 0 to 100. */
  readonly percent: number;
  /** The number of pods that the Service selects, without pods that are ending, and the number of ready pods. */
  readonly pods: number;
  readonly ready: number;
  /**
   * The times at which pods lost their readiness through no fault of their version. Pods that are ready again are left
   * out.
   */
  readonly lostAt: readonly number[];
  /** The creation times of the other pods that are not ready. */
  readonly madeAt: readonly number[];
}

/** A deployment of a good version after everything else was over, and its result. */
export interface LastDeployment {
  readonly service: string;
  readonly isHotfix: boolean;
  /** The answer that the caller got. */
  readonly answer: string;
  readonly deploymentId: string | null;
}

export interface CheckedWorld {
  readonly now: number;
  readonly ledger: LedgerView;
  /** The deployments in flight: few, however long the run is. */
  readonly inFlight: readonly Deployment[];
  readonly targets: ReadonlyMap<string, Target>;
  /** The ordered shares: by the alias, or by the workload's record. */
  shares(service: string): Shares;
  /** The real shares: on a cluster the calls follow the pods, which need some time. */
  calls(service: string): Shares;
  /** The pods of a workload by version, without pods that are ending; empty for a Lambda target. */
  pods(service: string): readonly PodCount[];
  /** Where callers of a workload are led in this instant; empty for a Lambda target. */
  led(service: string): readonly Backend[];
  /** Oldest first; the list only grows. */
  readonly hands: readonly Hand[];
  /** In the order of the requests; empty until everything else is over. */
  readonly lastDeployments: readonly LastDeployment[];
  /** The version that the service's pin holds. */
  pinned(service: string): string | null;
  /** The code of a version of a function; null when the function does not have the version, and on a cluster. */
  codeOf(asked: { readonly service: string; readonly version: string }): string | null;
  /** True when the function of the service was deleted and created again. */
  isRecreated(service: string): boolean;
  hasVersion(asked: { readonly service: string; readonly version: string }): boolean;
  /** Oldest first; the list only grows. */
  readonly moves: readonly Move[];
  /** Oldest first; the list only grows. */
  readonly turnsRed: readonly AlarmTurn[];
  /** The alarms that are red now. */
  readonly red: ReadonlySet<string>;
  /** True when CloudWatch has an alarm of that name now. */
  isAlarmThere(name: string): boolean;
  /** Oldest first; the list only grows. */
  readonly unreadyOrders: readonly UnreadyOrder[];
  /**
   * Every timeline entry of every deployment, in order and with the true time at which it was written; the list only
   * grows.
   */
  readonly entries: readonly TimelineEntry[];
  readonly executions: readonly Execution[];
  isRunning(execution: ExecutionName): boolean;
  /** Oldest first; the list only grows. */
  readonly served: readonly ServedRequest[];
  /** Oldest first; the list only grows. */
  readonly netFailures: readonly NetFailure[];
  /** The alarm events that were handled, oldest first; the list only grows. */
  readonly handled: readonly HandledEvent[];
  /** The ids of the messages that reached the bus or the topic. */
  readonly published: ReadonlySet<string>;
  /** When a fault last struck a call or an event; null when there was no fault so far. */
  readonly lastFaultAt: number | null;
  /** When Lambda's control plane last throttled a call; null when it never did. */
  lastThrottledAt(): number | null;
  /**
   * The largest difference between the clocks of Slipway's machines, and between a clock and true time. `now`, the
   * times of moves, alarms and `entries` are true; the times in a deployment are those of the machine that wrote them.
   */
  readonly clocksApartMs: number;
}

/** An invariant, with the data that it remembers between two steps. A check returns null when the invariant holds. */
export interface Checker {
  readonly invariant: string;
  check(world: CheckedWorld): string | null;
  /** Runs when everything has come to rest: faults are over and the safety nets had their time. */
  checkAtRest?(world: CheckedWorld): string | null;
}

export function sharesInWords(shares: Shares): string {
  return [...shares].map(([version, percent]) => `${percent} % on ${version}`).join(', ');
}

const NOTHING_NEW: readonly never[] = [];

/** Returns a function that gives the items that were added to a growing list since its last call. */
export function additions<T>(): (list: readonly T[]) => readonly T[] {
  let seen = 0;
  return (list) => {
    const fresh = seen === list.length ? NOTHING_NEW : list.slice(seen);
    seen = list.length;
    return fresh;
  };
}

/**
 * When a fault last struck, or Lambda's control plane last throttled a call. Work that was due then follows at the next
 * look.
 */
export function lastTroubleAt({ lastFaultAt, lastThrottledAt }: Pick<CheckedWorld, 'lastFaultAt' | 'lastThrottledAt'>) {
  return Math.max(lastFaultAt ?? Number.NEGATIVE_INFINITY, lastThrottledAt() ?? Number.NEGATIVE_INFINITY);
}

/** The `readyWithin` of every workload of a simulation. */
export const READY_WITHIN_MS = 60_000;

/** Returns the first complaint about one of the things; null when there is none. */
export function firstComplaint<T>(things: Iterable<T>, complain: (thing: T) => string | null): string | null {
  for (const thing of things) {
    const complaint = complain(thing);
    if (complaint !== null) return complaint;
  }
  return null;
}

/**
 * True when a rollback that cannot reach stable records that the calls stay where they are. It had recorded before that
 * they go to stable, so no call has moved. The checkers of pods and of callers check where calls really are.
 */
export function isStay(move: Move): boolean {
  const { order, before, after, isWayBack } = move;
  const isMore = order !== null && (after.get(order.canary) ?? 0) > (before.get(order.canary) ?? 0);
  return isMore && (isWayBack || isClearing(move));
}

/**
 * True for the first record of a workload that ran before Slipway. It begins with the version that has the calls
 * already.
 */
export function isAdoption({ before, after }: Move): boolean {
  const [version, ...others] = after.keys();
  return before.size === 0 && version !== undefined && others.length === 0 && isFoundVersion(version);
}

/**
 * True for the first order of a deployment. The deployment has no version yet, and rolls back the deployment that it
 * superseded.
 */
function isClearing({ order, task, holder }: Move): boolean {
  return order?.canary === order?.stable && holder !== null && holder.canary === null && task === holder.id;
}

/**
 * True when a deployment failed after a cleaner had deleted the manifests of its stable version. Pods of both versions
 * then stay, and those of the new version may never become ready, until the next deployment is promoted.
 */
export function isHalfReplaced({ hands, ledger }: CheckedWorld, service: string): boolean {
  if (!hands.some((hand) => hand.service === service && hand.did === 'versionsDeleted')) return false;
  const ends = [...ledger.deployments.values()].filter((one) => one.service === service);
  return ends.findLastIndex(hasLostControl) > ends.findLastIndex(({ status }) => status === 'promoted');
}
