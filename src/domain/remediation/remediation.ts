/**
 * What a red alarm means for one target: the one rule of the alarm's event and of the minute's tick. Blamed is the rollout
 * in flight once it had a call, and otherwise the version that is live while it is watched, whatever came after it.
 */

import { type Deployment, isWatched } from '../deployment/deployment.ts';
import { isRetreat } from '../deployment/signal.ts';
import { liveDeployment, type TargetHistory, type Traced } from '../deployment/target-history.ts';
import { targetRules } from '../service/target.ts';
import { NO_VERSION } from '../workload/workload-record.ts';
import type { MeasuredFunction } from './unrecorded-way-back.ts';

export interface AlarmEvent {
  /** The event's own id: the same when the event is delivered twice. */
  readonly id: string;
  readonly alarm: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** When the alarm changed its state. */
  readonly at: number;
  /** When the oldest datapoint begins that the alarm counted; undefined when nobody knows. Epoch milliseconds. */
  readonly dataFrom?: number | undefined;
  /** CloudWatch's own words: which datapoint crossed which threshold. */
  readonly reason?: string | undefined;
  /** The functions whose figures it looks at, as far as its event says. */
  readonly measured?: readonly MeasuredFunction[] | undefined;
  /** When the minute's tick saw it red. Left out: it was red at `at`, and may be green by now, since an event may come late. */
  readonly seenRedAt?: number | undefined;
}

export type Remediation =
  | {
      readonly do: 'takeBack';
      readonly deployment: Deployment;
      readonly because: string;
      /** It only stands in the way of the version that is to blame, so nothing is held against it. */
      readonly isBlameless?: boolean;
    }
  | {
      readonly do: 'undo';
      readonly deployment: Deployment;
      /** A rollout in flight without a call: it started from the version that is undone, so it ends as well. */
      readonly superseding: Deployment | null;
      readonly because: string;
    }
  | { readonly do: 'nothing'; readonly because: string };

/**
 * An alarm may turn red so long after the last call of a version that went back: a period of five minutes ends, and Lambda's
 * figures of it are late by some minutes. An alarm that turns red later has seen calls of the live version alone.
 */
export const TURNS_RED_WITHIN_MS = 8 * 60_000;
/**
 * An alarm needs so long to turn green again: until the bad datapoint leaves three periods of five minutes, and five minutes
 * for late figures. An alarm that is still red then is red because of the live version.
 */
export const TURNS_GREEN_WITHIN_MS = 20 * 60_000;

/** So far apart may the clock be that says when a deployment was opened, and CloudWatch's, which says when an alarm turned red. */
export const CLOCKS_APART_MS = 5_000;

/** So long after a move of an alias a call may still go the old way. */
const ROUTED_WITHIN_MS = 5_000;

interface World {
  readonly history: TargetHistory;
  readonly now: number;
}

/**
 * Only a deployment whose own spec names the alarm is blamed, and never by an alarm from before it or one that it was told to
 * ignore. While a later version's calls may still colour the alarm, the live version is not blamed; the tick asks again.
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
  // Somebody is mending what is live, also where the alarm counts against the hotfix once it turns red anew.
  const isMending = deployment.progress.isHotfix === true && event.at < openedAt - CLOCKS_APART_MS;
  if (ignoredAlarms.includes(alarm) || isMending) return nothing(isIgnored(alarm, deployment));
  // Also beside one that is on its way back: it goes back to the version that is bad.
  if (typeof live !== 'string' && !mayHaveCalls(history.inFlight)) {
    return { do: 'undo', deployment: live.deployment, superseding: deployment, because };
  }
  // What was begun by somebody else may have stopped half-way: with calls on the canary it is taken back all the same.
  if (isRetreat(signal) && (atPercent === 0 || targetRules(spec.target).isMovedByTask))
    return nothing(`Deployment ${id} is on its way back already`);
  const excuse = excuseOf(deployment, event);
  // It is not to blame, but stands in the way of the one that is: once it is back, the live version is looked at again. So it is
  // as well when the alarm seems to be older by a moment, which may be due to the clocks.
  if (typeof live !== 'string' && (excuse !== null || event.at < openedAt))
    return { do: 'takeBack', deployment, because: `${because}, ${ON_ITS_GROUND}`, isBlameless: true };
  return excuse === null ? { do: 'takeBack', deployment, because } : nothing(excuse);
}

/** Why a rollout goes back that is not to blame itself. */
export const ON_ITS_GROUND = 'on the version that it started from';

/** The deployment of the live version, or why that one is not to blame. */
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

/** Where CloudWatch does not say from when its data is, long bounds have to do. */
function mayHaveSeenOthers(
  { at, dataFrom }: AlarmEvent,
  { othersOffAt, now }: { readonly othersOffAt: number; readonly now: number },
): boolean {
  if (dataFrom !== undefined && dataFrom >= othersOffAt + ROUTED_WITHIN_MS) return false;
  return at <= othersOffAt + TURNS_RED_WITHIN_MS && now < othersOffAt + TURNS_GREEN_WITHIN_MS;
}

/** Why a deployment is not to blame for an alarm, whatever it did; null when it may be. */
function excuseOf(deployment: Deployment, { alarm, at }: AlarmEvent): string | null {
  const { id, openedAt, ignoredAlarms, spec } = deployment;
  if (at < openedAt - CLOCKS_APART_MS) return `The alarm is older than deployment ${id}`;
  if (ignoredAlarms.includes(alarm)) return isIgnored(alarm, deployment);
  return spec.alarms.includes(alarm) ? null : `Deployment ${id} was opened without alarm ${alarm}`;
}

function isIgnored(alarm: string, { id }: Deployment): string {
  return `Alarm ${alarm} was red before deployment ${id}, a hotfix`;
}

/** On a cluster, pods may have calls for minutes before the task that moved them is on record; an alias tells at once. */
function mayHaveCalls({ deployment, movedAt }: Traced): boolean {
  const { atPercent, canary, status, spec } = deployment;
  if (atPercent > 0 || movedAt !== null) return true;
  return targetRules(spec.target).isMovedByTask && canary !== null && status === 'rollingOut';
}

function nothing(because: string): Remediation {
  return { do: 'nothing', because };
}
