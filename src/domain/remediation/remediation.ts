/**
 * Decides what a red alarm means for one target. The alarm's event and the safety net `observeRollouts` use the same
 * rule. It blames the rollout in flight once that rollout had a call. Otherwise it blames the live version while that
 * version is watched.
 */

import { type Deployment, isWatched } from '../deployment/deployment.ts';
import { isRetreat } from '../deployment/signal.ts';
import { liveDeployment, type TargetHistory, type Traced } from '../deployment/target-history.ts';
import { targetRules } from '../service/target.ts';
import { NO_VERSION } from '../workload/workload-record.ts';
import type { MeasuredFunction } from './unrecorded-way-back.ts';

export interface AlarmEvent {
  /** The event's own id. It stays the same when the event is delivered twice. */
  readonly id: string;
  readonly alarm: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** When the alarm changed its state, in epoch milliseconds. */
  readonly at: number;
  /**
   * The start of the oldest datapoint that the alarm counted, in epoch milliseconds; undefined when it is not known.
   */
  readonly dataFrom?: number | undefined;
  /** CloudWatch's own words: which datapoint crossed which threshold. */
  readonly reason?: string | undefined;
  /** The functions that the alarm measures, as far as its event says. */
  readonly measured?: readonly MeasuredFunction[] | undefined;
  /**
   * When `observeRollouts` saw the alarm red. Left out for an event: an event may come late, so the alarm was red at
   * `at` but may be green now.
   */
  readonly seenRedAt?: number | undefined;
}

export type Remediation =
  | {
      readonly do: 'takeBack';
      readonly deployment: Deployment;
      readonly because: string;
      /**
       * True when the rollout is not to blame, but prevents the undo of the version that is. Then the rollback is not
       * evidence against the rollout's version.
       */
      readonly isBlameless?: boolean;
    }
  | {
      readonly do: 'undo';
      readonly deployment: Deployment;
      /** A rollout in flight without a call. It started from the version that is undone, so it ends as well. */
      readonly superseding: Deployment | null;
      readonly because: string;
    }
  | { readonly do: 'nothing'; readonly because: string };

/**
 * An alarm may turn red this long after the last call of a version that was rolled back. A period of five minutes must
 * end, and Lambda's metrics arrive some minutes late. An alarm that turns red later has seen calls of the live version
 * only.
 */
export const TURNS_RED_WITHIN_MS = 8 * 60_000;
/**
 * An alarm may need this long to turn green again. The bad datapoint must leave three periods of five minutes, and
 * metrics arrive up to five minutes late. An alarm that is still red after that is red because of the live version.
 */
export const TURNS_GREEN_WITHIN_MS = 20 * 60_000;

/**
 * The largest difference between two clocks: the one that says when a deployment was opened, and CloudWatch's, which
 * says when an alarm turned red.
 */
export const CLOCKS_APART_MS = 5_000;

/** After a move of an alias, a call may still go to the old version for this long. */
const ROUTED_WITHIN_MS = 5_000;

interface World {
  readonly history: TargetHistory;
  readonly now: number;
}

/**
 * Blames only a deployment whose own spec names the alarm. It never blames a deployment for an alarm from before it, or
 * for an alarm that it ignores. It does not blame the live version while the calls of a later version may still affect
 * the alarm; `observeRollouts` asks again.
 */
export function decideRemediation(event: AlarmEvent, { history, now }: World): Remediation {
  const { alarm, state, reason } = event;
  if (state !== 'ALARM') return nothing(`Alarm ${alarm} is ${state}`);
  const because = `Alarm ${alarm} turned red${reason === undefined ? '' : `: ${reason}`}`;
  const live = liveToBlame(event, { history, now });
  if (history.inFlight === null) {
    return typeof live === 'string'
      ? nothing(live)
      : { do: 'undo', deployment: live.deployment, superseding: null, because };
  }
  const { deployment } = history.inFlight;
  const { id, kind, signal, ignoredAlarms, atPercent, spec, openedAt } = deployment;
  if (kind === 'rollback') return nothing(`Deployment ${id} is a rollback already`);
  // A hotfix is fixing the live version. This also holds for an alarm that counts against the hotfix once it turns red
  // again.
  const isMending = deployment.progress.isHotfix === true && event.at < openedAt - CLOCKS_APART_MS;
  if (ignoredAlarms.includes(alarm) || isMending) return nothing(isIgnored(alarm, deployment));
  // This also holds while the rollout is rolling back: it rolls back to the version that is bad.
  if (typeof live !== 'string' && !mayHaveCalls(history.inFlight)) {
    return { do: 'undo', deployment: live.deployment, superseding: deployment, because };
  }
  // A rollback that another process began may have stopped half-way. While calls are on the canary, Slipway rolls back
  // anyway.
  if (isRetreat(signal) && (atPercent === 0 || targetRules(spec.target).isMovedByTask))
    return nothing(`Deployment ${id} is on its way back already`);
  const excuse = excuseOf(deployment, event);
  // The rollout is not to blame, but it prevents the undo of the version that is. After the rollback, Slipway looks at
  // the live version again. This also holds when the alarm seems slightly older than the rollout, because the clocks
  // may differ.
  if (typeof live !== 'string' && (excuse !== null || event.at < openedAt))
    return { do: 'takeBack', deployment, because: `${because}, ${ON_ITS_GROUND}`, isBlameless: true };
  return excuse === null ? { do: 'takeBack', deployment, because } : nothing(excuse);
}

/** The reason for the rollback of a rollout that is not to blame itself. */
export const ON_ITS_GROUND = 'on the version that it started from';

/** Returns the deployment of the live version, or the reason why that version is not to blame. */
function liveToBlame(
  event: AlarmEvent,
  { history: { ended }, now: today }: World,
): Pick<Traced, 'deployment'> | string {
  const live = liveDeployment(ended);
  if (live === null || !isWatched(live.deployment, today)) {
    const [newest] = ended;
    if (newest === undefined) return 'The service has had no deployment';
    const { id, status } = newest.deployment;
    return `Deployment ${id} has ended as ${status} and is not watched any more`;
  }
  const { deployment, othersSince } = live;
  const othersOffAt = othersSince !== null && event.at < othersSince ? null : live.othersOffAt;
  const { id, stable } = deployment;
  const now = event.seenRedAt ?? event.at;
  const excuse = excuseOf(deployment, event);
  if (excuse !== null) return excuse;
  if (stable === NO_VERSION) return `Deployment ${id} put the first version live, and there is none to go back to`;
  if (othersOffAt !== null && mayHaveSeenOthers(event, { othersOffAt, now }))
    return `A later version had calls until a moment ago, so alarm ${event.alarm} is not held against deployment ${id} yet`;
  return live;
}

/** When CloudWatch does not say when its data begins, the long time limits above decide. */
function mayHaveSeenOthers(
  { at, dataFrom }: AlarmEvent,
  { othersOffAt, now }: { readonly othersOffAt: number; readonly now: number },
): boolean {
  if (dataFrom !== undefined && dataFrom >= othersOffAt + ROUTED_WITHIN_MS) return false;
  return at <= othersOffAt + TURNS_RED_WITHIN_MS && now < othersOffAt + TURNS_GREEN_WITHIN_MS;
}

/** Why a deployment cannot be to blame for an alarm, whatever it did; null when it may be. */
function excuseOf(deployment: Deployment, { alarm, at }: AlarmEvent): string | null {
  const { id, openedAt, ignoredAlarms, spec } = deployment;
  if (at < openedAt - CLOCKS_APART_MS) return `The alarm is older than deployment ${id}`;
  if (ignoredAlarms.includes(alarm)) return isIgnored(alarm, deployment);
  return spec.alarms.includes(alarm) ? null : `Deployment ${id} was opened without alarm ${alarm}`;
}

function isIgnored(alarm: string, { id }: Deployment): string {
  return `Alarm ${alarm} was red before deployment ${id}, a hotfix`;
}

/**
 * On a cluster, pods may have calls for minutes before the ledger records the task that moved them. On Lambda, the
 * alias shows it at once.
 */
function mayHaveCalls({ deployment, movedAt }: Traced): boolean {
  const { atPercent, canary, status, spec } = deployment;
  if (atPercent > 0 || movedAt !== null) return true;
  return targetRules(spec.target).isMovedByTask && canary !== null && status === 'rollingOut';
}

function nothing(because: string): Remediation {
  return { do: 'nothing', because };
}
