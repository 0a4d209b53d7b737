/**
 * Invariant 3: after an unhealthy verdict, an alarm or an abort, the canary loses its calls within the bound, whatever
 * crashed. The bound is 5 seconds without a fault since, and 30 on a cluster, whose task has to start. After a fault it
 * is 6 minutes (the safety nets run every minute and every five), and never more than 15 minutes in total.
 */

import { type Deployment, hasLostControl } from '../../domain/deployment/deployment.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { isAccused } from '../../domain/orders/cluster-order.ts';
import { targetRules } from '../../domain/service/target.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import {
  type AlarmTurn,
  additions,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  isStay,
  lastTroubleAt,
  type Move,
  READY_WITHIN_MS,
} from './checked-world.ts';

export const PROMPT_MS = 5_000;
const PROMPT_ON_CLUSTER_MS = 30_000;
export const NETS_MS = 6 * 60_000;
export const LONGEST_MS = 15 * 60_000;
/** The interval of `observeRollouts`, for an alarm that turned red just before the deployment was opened. */
const NEXT_LOOK_MS = 65_000;

export function retreatInTime(): Checker {
  /** The red alarms that a deployment must still answer. */
  let open: { readonly turn: AlarmTurn; readonly deploymentId: string }[] = [];
  const freshTurns = additions<AlarmTurn>();
  /** When each deployment was first seen to roll back. */
  const turnedAt = new Map<string, number>();
  const takenBack = new Set<string>();
  const freshMoves = additions<Move>();
  return {
    invariant: '3 retreat in time',
    check(world) {
      for (const turn of freshTurns(world.turnsRed)) open.push(...blamed(world, turn));
      open = open.filter(({ deploymentId }) => canaryPercent(world, deploymentId) > 0);
      return (
        firstComplaint(freshMoves(world.moves), (move) => (isStay(move) ? null : checkMove(takenBack, move))) ??
        firstComplaint(world.inFlight, (deployment) => checkDeployment(world, { deployment, turnedAt })) ??
        firstComplaint(open, (blame) => checkBlame(world, blame))
      );
    },
  };
}

/**
 * A canary that was rolled back never moves forward again. A brake alone is not a rollback. A step that was ordered
 * before the brake may still be carried out, until the rollback closes the record (decision 36).
 */
function checkMove(takenBack: Set<string>, { service, order, holder, before, after, isBrake }: Move): string | null {
  if (order === null || holder?.canary == null || order.canary !== holder.canary) return null;
  const share = after.get(order.canary) ?? 0;
  const change = share - (before.get(order.canary) ?? 0);
  // A resume lowers a weight that another person had raised to the recorded weight. That is not a rollback.
  if (change < 0 && share === 0 && !isBrake) takenBack.add(holder.id);
  return change > 0 && takenBack.has(holder.id)
    ? `${service} went forward again after ${holder.id} was taken back`
    : null;
}

/** The deployments that a red alarm blames: the rollout that is in flight and names the alarm. */
function blamed(world: CheckedWorld, turn: AlarmTurn) {
  return world.inFlight
    .filter(({ kind, spec, ignoredAlarms, signal }) => {
      // A rollout that rolls back already has its own bound, from the start of the rollback.
      if (targetRules(spec.target).isMovedByTask && isRetreat(signal)) return false;
      return kind === 'rollout' && spec.alarms.includes(turn.alarm) && !ignoredAlarms.includes(turn.alarm);
    })
    .map(({ id }) => ({ turn, deploymentId: id }));
}

function canaryPercent(world: CheckedWorld, deploymentId: string): number {
  const deployment = world.ledger.deployments.get(deploymentId);
  if (deployment?.canary == null) return 0;
  // Another person moved the traffic, and Slipway has said so. Slipway must not move it again.
  if (hasLostControl(deployment) || deployment.status === 'superseded') return 0;
  // The first version has no version before it, so after its promotion it keeps the calls.
  if (deployment.status === 'promoted' && deployment.stable === NO_VERSION) return 0;
  // The function was created again, so the same numbers belong to other versions.
  if (world.isRecreated(deployment.service)) return 0;
  // A deployment of its own undoes the promotion.
  if (deployment.replacedBy !== null) return 0;
  return world.shares(deployment.service).get(deployment.canary) ?? 0;
}

interface Turning {
  readonly deployment: Deployment;
  readonly turnedAt: Map<string, number>;
}

function checkDeployment(world: CheckedWorld, { deployment, turnedAt }: Turning): string | null {
  const { id, kind, signal, status } = deployment;
  const isTurned = kind === 'rollback' || status === 'rollingBack' || isRetreat(signal);
  if (!isTurned || hasStayed(world, deployment)) return null;
  const since = turnedAt.get(id) ?? world.now;
  turnedAt.set(id, since);
  const due = { id, what: 'it began to go back', since: since + patienceMs(world, deployment) };
  return canaryPercent(world, id) === 0 ? null : lateness(world, due);
}

/**
 * Stable cannot be restored. The canary keeps the calls until the pods that replace it had their time to become ready.
 */
function patienceMs(world: CheckedWorld, deployment: Deployment): number {
  return isStaying(world, deployment) ? READY_WITHIN_MS : 0;
}

/** Stable does not become ready, nothing accuses the canary, and the end of the deployment will record that. */
function hasStayed(world: CheckedWorld, deployment: Deployment): boolean {
  return isStaying(world, deployment) && !isAccused(deployment);
}

function isStaying(world: CheckedWorld, { service, stable }: Deployment): boolean {
  const last = world.moves.findLast((move) => move.service === service);
  if (last !== undefined && isStay(last)) return true;
  const isDeleted = world.hands.some((hand) => hand.service === service && hand.did === 'versionsDeleted');
  // During and after a promotion stable's own pods are replaced, and without their manifests they cannot be made again.
  return isDeleted && (stable === null || !world.shares(service).has(stable));
}

function checkBlame(
  world: CheckedWorld,
  { turn, deploymentId: id }: { turn: AlarmTurn; deploymentId: string },
): string | null {
  const deployment = world.ledger.deployments.get(id);
  if (deployment === undefined) return null;
  // A person started a hotfix although the alarm is red. The hotfix is in flight, so the alarm does not count.
  const isPassedOver = world.inFlight.some(
    ({ service, ignoredAlarms }) => service === deployment.service && ignoredAlarms.includes(turn.alarm),
  );
  if (isPassedOver) return null;
  // The alarm is green again before any reaction: a fault lost the event, and the next look came after.
  if (!world.red.has(turn.alarm) && struckSince(world, turn.at)) return null;
  const isJustOpened = isSettingOff(world, { turn, deployment });
  const since = turn.at + patienceMs(world, deployment);
  return lateness(world, { id, what: `alarm ${turn.alarm} turned red`, since, isJustOpened });
}

/** True when the alarm's event may have been sent before the deployment was opened. */
export function isSettingOff(
  { clocksApartMs }: CheckedWorld,
  { turn, deployment }: { readonly turn: AlarmTurn; readonly deployment: Deployment },
): boolean {
  return turn.at < deployment.openedAt + 1_000 + clocksApartMs;
}

/** True when a fault struck after that moment, or just before it. */
export function struckSince({ lastFaultAt }: CheckedWorld, at: number): boolean {
  return lastFaultAt !== null && lastFaultAt >= at - PROMPT_MS;
}

interface Due {
  readonly id: string;
  readonly what: string;
  readonly since: number;
  readonly isJustOpened?: boolean;
}

function lateness(world: CheckedWorld, { id, what, since, isJustOpened = false }: Due): string | null {
  const { now } = world;
  const lastFaultAt = lastTroubleAt(world);
  const target = world.ledger.deployments.get(id)?.spec.target;
  const isOnCluster = target !== undefined && targetRules(target).isMovedByTask;
  const promptMs = (isJustOpened ? NEXT_LOOK_MS : PROMPT_MS) + (isOnCluster ? PROMPT_ON_CLUSTER_MS - PROMPT_MS : 0);
  const bound =
    lastFaultAt >= since - PROMPT_MS
      ? Math.min(Math.max(since, lastFaultAt) + NETS_MS, since + LONGEST_MS)
      : since + promptMs;
  if (now <= bound) return null;
  return `${id} has ${canaryPercent(world, id)} % of the calls ${Math.round((now - since) / 1_000)} s after ${what}`;
}
