/**
 * Invariant 3: after an unhealthy verdict, an alarm or an abort, the canary has no calls any more within the stated
 * bound, whatever crashed. The bound: 5 seconds where no fault struck since, 30 on a cluster, whose task has to start; else
 * 6 minutes after the last fault (the nets run every minute and every five), and 15 minutes in any case.
 */

import type { Deployment } from '../../domain/deployment/deployment.ts';
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
/** The minute of `observeRollouts`, where the alarm was red before the deployment was opened, if only just. */
const NEXT_LOOK_MS = 65_000;

export function retreatInTime(): Checker {
  /** The alarm's turns that still need the answer of a deployment. */
  let open: { readonly turn: AlarmTurn; readonly deploymentId: string }[] = [];
  const freshTurns = additions<AlarmTurn>();
  /** When each was first seen on its way back. */
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
 * Once taken back, a canary does not come forward again. A brake alone has not taken it back: a step that was ordered before it may
 * still be carried out, until the way back closes the record (decision 36).
 */
function checkMove(takenBack: Set<string>, { service, order, holder, before, after, isBrake }: Move): string | null {
  if (order === null || holder?.canary == null || order.canary !== holder.canary) return null;
  const share = after.get(order.canary) ?? 0;
  const change = share - (before.get(order.canary) ?? 0);
  // A weight that others had raised is lowered to the recorded one by a resume: that is no way back.
  if (change < 0 && share === 0 && !isBrake) takenBack.add(holder.id);
  return change > 0 && takenBack.has(holder.id)
    ? `${service} went forward again after ${holder.id} was taken back`
    : null;
}

/** Whom a red alarm blames: the rollout that is in flight and names it. */
function blamed(world: CheckedWorld, turn: AlarmTurn) {
  return world.inFlight
    .filter(({ kind, spec, ignoredAlarms, signal }) => {
      // What is on its way back has its own bound, from when it turned.
      if (targetRules(spec.target).isMovedByTask && isRetreat(signal)) return false;
      return kind === 'rollout' && spec.alarms.includes(turn.alarm) && !ignoredAlarms.includes(turn.alarm);
    })
    .map(({ id }) => ({ turn, deploymentId: id }));
}

function canaryPercent(world: CheckedWorld, deploymentId: string): number {
  const deployment = world.ledger.deployments.get(deploymentId);
  if (deployment?.canary == null) return 0;
  // Someone else has the traffic, and Slipway has said so: it is not Slipway's to move.
  if (deployment.status === 'failed' || deployment.status === 'superseded') return 0;
  // The first version has none before it: nobody takes the only one away once it is promoted.
  if (deployment.status === 'promoted' && deployment.stable === NO_VERSION) return 0;
  // Its function was created again, so that the numbers are not those of its versions any more.
  if (world.isRecreated(deployment.service)) return 0;
  // What is left is the undoing of a promotion, which has a deployment of its own.
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

/** There is no home any more: what answers goes on answering until the pods that take its place have had their time. */
function patienceMs(world: CheckedWorld, deployment: Deployment): number {
  return isStaying(world, deployment) ? READY_WITHIN_MS : 0;
}

/** Home does not come up, nothing speaks against the canary, and the end of the deployment is about to say so. */
function hasStayed(world: CheckedWorld, deployment: Deployment): boolean {
  return isStaying(world, deployment) && !isAccused(deployment);
}

function isStaying(world: CheckedWorld, { service, stable }: Deployment): boolean {
  const last = world.moves.findLast((move) => move.service === service);
  if (last !== undefined && isStay(last)) return true;
  const isDeleted = world.hands.some((hand) => hand.service === service && hand.did === 'versionsDeleted');
  // In a promotion, or after it, stable's own pods are being replaced, and without its manifests nobody can make them again.
  return isDeleted && (stable === null || !world.shares(service).has(stable));
}

function checkBlame(
  world: CheckedWorld,
  { turn, deploymentId: id }: { turn: AlarmTurn; deploymentId: string },
): string | null {
  const deployment = world.ledger.deployments.get(id);
  if (deployment === undefined) return null;
  // A hotfix that is in flight was told that the alarm is red, and is the way out that a person chose.
  const isPassedOver = world.inFlight.some(
    ({ service, ignoredAlarms }) => service === deployment.service && ignoredAlarms.includes(turn.alarm),
  );
  if (isPassedOver) return null;
  // It is green again and nobody took it up: a fault ate the event, and the minute's look came after.
  if (!world.red.has(turn.alarm) && struckSince(world, turn.at)) return null;
  const isJustOpened = isSettingOff(world, { turn, deployment });
  const since = turn.at + patienceMs(world, deployment);
  return lateness(world, { id, what: `alarm ${turn.alarm} turned red`, since, isJustOpened });
}

/** Its event may have been sent before the deployment was there. */
export function isSettingOff(
  { clocksApartMs }: CheckedWorld,
  { turn, deployment }: { readonly turn: AlarmTurn; readonly deployment: Deployment },
): boolean {
  return turn.at < deployment.openedAt + 1_000 + clocksApartMs;
}

/** A fault struck after that moment, or just before it. */
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
