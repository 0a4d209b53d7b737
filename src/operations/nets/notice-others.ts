/**
 * Notices what another tool or person did to the target of a rollout, or to the alias of a watched promotion. Each
 * change is told once, and is never taken for a move of Slipway. Slipway's own moves are never taken for another's: the
 * ledger is read after the alias, and a suspicion is checked by a second look.
 */

import {
  countedAlarms,
  type Deployment,
  hasLostControl,
  isInFlight,
  isWatched,
} from '../../domain/deployment/deployment.ts';
import {
  afterIntrusion,
  type ExternalMove,
  type FoundSplit,
  intrusionIn,
  sharesOf,
  watchAfterIntrusion,
} from '../../domain/deployment/moved-by-others.ts';
import { intrusionOnCluster } from '../../domain/deployment/moved-workload.ts';
import { liveDeployment } from '../../domain/deployment/target-history.ts';
import { liveSplit } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { aboutCanary } from '../../domain/orders/cluster-order.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments, Recorded } from '../../ports/deployments.ts';
import type { Traffic } from '../../ports/traffic.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { lookAtAlias } from '../judging/look-at-aliases.ts';
import { type LookAtClustersPorts, lookAtOne } from '../judging/look-at-clusters.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { readTargetHistory } from '../steps/read-target-history.ts';

export interface NoticeOthersPorts extends PublishOutboxPorts, LookAtClustersPorts {
  readonly deployments: Deployments;
  readonly traffic: Traffic;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

export interface Looked {
  readonly deployment: Deployment;
  /** The split that the alias had; left out when nothing looked at the alias. */
  readonly found: FoundSplit | undefined;
  /** The look at the workload of a rollout on a cluster; left out when nothing looked at it. */
  readonly look?: CanaryLook | undefined;
}

/** For some seconds, Lambda may show an alias as it was before Slipway's latest move. */
const SETTLED_MS = 10_000;

/** When the handler of an event fails, the event comes again after one minute, and after two more. */
const RETRIED_MS = 4 * 60_000;

/**
 * Returns true when another tool or person gave the rollout another split, so that Slipway holds the rollout. A state
 * machine that is at work finds the change itself.
 */
export function noticeOthers(ports: NoticeOthersPorts, looked: Looked): Promise<boolean> {
  return notice(ports, { ...looked, isHome: false });
}

/**
 * Returns true when another tool or person put all calls back on stable, which ends the rollout. After a change of one
 * of the rollout's alarms, this is left to the alarm's own handler. The handler may have moved the alias, then failed,
 * and not have been called again yet.
 */
export async function noticeHome(
  ports: NoticeOthersPorts,
  { observation, again, ...looked }: LookedWithAlarms,
): Promise<boolean> {
  const { deployment } = looked;
  if (!isHomeAtFirst(looked) || mayBeHandlers(ports, { deployment, observation })) return false;
  const since = await again();
  if (since === null || mayBeHandlers(ports, { deployment, observation: since })) return false;
  return notice(ports, { ...looked, isHome: true });
}

export interface LookedWithAlarms extends Looked {
  /** The alarms as they were before the alias was looked at. */
  readonly observation: Pick<ObservedCanary, 'alarms'>;
  /**
   * Reads the alarms again: an alarm may have changed since, and its handler may have put all calls on stable. Returns
   * null when the alarms are not known.
   */
  again(): Promise<Pick<ObservedCanary, 'alarms'> | null>;
}

function isHomeAtFirst({ deployment, found, look }: Looked): boolean {
  const split = liveSplit(deployment);
  const onAlias = found === undefined || split === null ? null : intrusionIn(deployment, { split, found });
  const seen = onAlias ?? (look === undefined ? null : (onCluster(look)(deployment)?.intrusion ?? null));
  return seen?.kind === 'home';
}

/**
 * True when an alarm changed a short time ago: its handler may have put all calls on stable, and may not be done yet.
 */
function mayBeHandlers(
  { clock }: Pick<NoticeOthersPorts, 'clock'>,
  {
    deployment,
    observation,
  }: { readonly deployment: Deployment; readonly observation: Pick<ObservedCanary, 'alarms'> },
): boolean {
  // An alarm that changed before the rollout was opened blames no deployment, and its handler moves nothing.
  const since = Math.max(clock.now() - RETRIED_MS, deployment.openedAt);
  return observation.alarms.some(({ changedAt }) => changedAt > since);
}

function isBlind(deployment: Deployment, { alarms }: Pick<ObservedCanary, 'alarms'>): boolean {
  return countedAlarms(deployment).some((counted) => !alarms.some(({ name }) => name === counted));
}

async function notice(
  ports: NoticeOthersPorts,
  { deployment, found, look, isHome }: Looked & { readonly isHome: boolean },
): Promise<boolean> {
  const seen = await lookAgain(ports, { deployment, found });
  const suspicion = seen === null ? await lookAgainOnCluster(ports, { deployment, look }) : onAlias(seen);
  if (suspicion === null) return false;
  const recorded = await recordIf(ports, {
    deployment,
    change: (current) => changeFor(current, { suspicion, isHome, now: ports.clock.now() }),
  });
  if (recorded === null) return false;
  if (seen !== null) await keepStable(ports, { deployment: recorded.deployment, found: seen });
  if (recorded.waitToken !== null) await ports.workflows.answer(recorded.waitToken);
  await publishOutbox(ports, { deploymentId: deployment.id });
  return true;
}

/**
 * When all calls are on the canary, the alias no longer holds the version before. So that version is pinned, as
 * Slipway's own move would have done.
 */
async function keepStable(
  { traffic }: NoticeOthersPorts,
  { deployment, found }: { readonly deployment: Deployment; readonly found: FoundSplit },
): Promise<void> {
  const split = liveSplit(deployment);
  if (split === null || found === 'gone' || sharesOf(found).has(split.stable)) return;
  try {
    await traffic.pin(split.target, split.stable);
  } catch (error) {
    // The version was deleted meanwhile. The change is told anyway, and a rollback says that the version is gone when
    // it needs it.
    if (!isSlipwayError(error, 'NotFound')) throw error;
  }
}

/**
 * Does the same for a promotion that is watched: notices moves of the alias by another tool or person. When all calls
 * are back on the version before, that may be the work of an alarm's handler, and is left to it.
 */
export async function noticeOthersInWatch(
  ports: NoticeOthersPorts,
  { deployment, found, observation: before, again }: LookedWithAlarms,
): Promise<boolean> {
  const isHomeToo = isHomeAtFirst({ deployment, found });
  const observation = isHomeToo ? await again() : before;
  const seen = observation === null ? null : await lookAgain(ports, { deployment, found });
  if (observation === null || seen === null || !(await isLatestLive(ports, deployment))) return false;
  const change = ({ deployment: current }: Recorded) => {
    const now = ports.clock.now();
    const split = liveSplit(current);
    if (split === null || !isWatched(current, now)) return null;
    const intrusion = intrusionIn(current, { split, found: seen });
    if (intrusion === null) return null;
    // An alarm that no longer exists may have been red. When `reconcile` finds all calls on the version before, it
    // records that without blaming anyone.
    const isHome = intrusion.kind === 'home';
    // The calls came back after the alarms were read. The next look reads the alarms again.
    if (isHome && !isHomeToo) return null;
    if (isHome && (isBlind(deployment, observation) || mayBeHandlers(ports, { deployment, observation }))) return null;
    return watchAfterIntrusion(current, { intrusion, split, now });
  };
  const recorded = await recordIf(ports, { deployment, change });
  if (recorded === null) return false;
  await publishOutbox(ports, { deploymentId: deployment.id });
  return true;
}

/** Returns the split of a second look when the first look gives a suspicion; otherwise null. */
async function lookAgain({ traffic }: NoticeOthersPorts, { deployment, found }: Looked): Promise<FoundSplit | null> {
  const split = liveSplit(deployment);
  if (found === undefined || split === null || intrusionIn(deployment, { split, found }) === null) return null;
  try {
    return await lookAtAlias(traffic, split.target);
  } catch (error) {
    // The next tick looks again.
    if (isSlipwayError(error, 'Transient')) return null;
    throw error;
  }
}

/** What another tool or person did, by the ledger at that moment; null when nothing. */
type Suspicion = (current: Deployment) => {
  readonly intrusion: ExternalMove;
  readonly split: { readonly stable: string; readonly canary: string };
} | null;

function onAlias(found: FoundSplit): Suspicion {
  return (current) => {
    const split = liveSplit(current);
    const intrusion = split && intrusionIn(current, { split, found });
    return split && intrusion && { intrusion, split };
  };
}

/**
 * A workload has many objects, and someone may be changing them at this moment. So the workload is looked at twice as
 * well.
 */
async function lookAgainOnCluster(
  { clusters, clock }: NoticeOthersPorts,
  { deployment, look }: Pick<Looked, 'deployment' | 'look'>,
): Promise<Suspicion | null> {
  if (look === undefined || onCluster(look)(deployment) === null) return null;
  const again = await lookAtOne({ clusters, clock }, deployment);
  return again === null ? null : onCluster(again);
}

function onCluster({ share }: CanaryLook): Suspicion {
  return (current) => {
    const split = aboutCanary(current);
    const intrusion = split && share && intrusionOnCluster(current, { ...split, share });
    return split && intrusion && { intrusion, split };
  };
}

function changeFor(
  { deployment: current, waitToken }: Recorded,
  { suspicion, isHome, now }: { readonly suspicion: Suspicion; readonly isHome: boolean; readonly now: number },
): Change | null {
  const { signal, status, progress } = current;
  if (!isInFlight(current) || status === 'rollingBack' || signal !== null) return null;
  if (waitToken === null || now < progress.stepStartedAt + SETTLED_MS) return null;
  const found = suspicion(current);
  if (found === null || (found.intrusion.kind === 'home') !== isHome) return null;
  return afterIntrusion(current, { ...found, now });
}

/** Returns the deployment as recorded; null when nothing was written. */
async function recordIf(
  { deployments }: NoticeOthersPorts,
  { deployment: { id }, change }: { readonly deployment: Deployment; change(recorded: Recorded): Change | null },
): Promise<Recorded | null> {
  let isChanged = false;
  const recorded = await deployments.record(id, (current) => {
    const changed = change(current);
    isChanged = changed !== null;
    return changed;
  });
  return isChanged ? recorded : null;
}

/**
 * True when the record says that the deployment is live, and no later deployment is moving the target or moved it a
 * moment ago. A later deployment that failed has found and told the change itself.
 */
async function isLatestLive({ deployments, clock }: NoticeOthersPorts, { id, spec }: Deployment): Promise<boolean> {
  const history = await readTargetHistory({ deployments }, spec.target);
  const live = liveDeployment(history.ended);
  if (history.inFlight !== null || live?.deployment.id !== id) return false;
  const place = history.ended.findIndex(({ deployment }) => deployment.id === id);
  if (history.ended.slice(0, place).some(({ deployment }) => hasLostControl(deployment))) return false;
  return live.othersOffAt === null || clock.now() >= live.othersOffAt + SETTLED_MS;
}
