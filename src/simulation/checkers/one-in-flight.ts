/**
 * Invariant 1: a service has at most one deployment in flight, which holds the lock. Only the holder of the current
 * fencing token moves traffic forward, and never over another person's version. No other deployment takes calls from
 * the holder's canary.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { LedgerView } from '../../twin/ledger/ledger.ts';
import {
  additions,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  isAdoption,
  isStay,
  type Move,
  sharesInWords,
} from './checked-world.ts';

export function oneInFlight(): Checker {
  const fresh = additions<Move>();
  return {
    invariant: '1 one in flight',
    check(world) {
      const moves = fresh(world.moves);
      return (
        checkLocks(world) ??
        firstComplaint(moves, (move) => (isStay(move) || isAdoption(move) ? null : checkMove(world, move)))
      );
    },
  };
}

function checkLocks(world: CheckedWorld): string | null {
  const { inFlight } = world;
  const services = new Set<string>();
  for (const { id, service } of inFlight) {
    if (services.has(service)) return `${service} has two deployments in flight, one of them ${id}`;
    services.add(service);
  }
  return (
    firstComplaint(inFlight, (deployment) => checkHolder(world.ledger, deployment)) ?? checkIdleLocks(world.ledger)
  );
}

function checkHolder({ locks }: LedgerView, { id, service, fence }: Deployment): string | null {
  const lock = locks.get(service);
  if (lock?.deploymentId !== id)
    return `${id} is in flight, and the lock of ${service} is held by ${lock?.deploymentId}`;
  return lock.fence === fence ? null : `${id} has fence ${fence}, and the lock of ${service} has ${lock.fence}`;
}

function checkIdleLocks({ locks, inFlight }: LedgerView): string | null {
  for (const [service, { deploymentId }] of locks) {
    if (deploymentId !== null && !inFlight.has(deploymentId)) {
      return `the lock of ${service} is still held by ${deploymentId}, which has ended`;
    }
  }
  return null;
}

function checkMove(
  { hands, moves }: CheckedWorld,
  { service, order, task, holder, before, after }: Move,
): string | null {
  if (order === null) return null;
  const { canary } = order;
  const what = `${service} went from ${sharesInWords(before)} to ${sharesInWords(after)}`;
  const isForward = (after.get(canary) ?? 0) > (before.get(canary) ?? 0);
  if (isForward) {
    if (holder === null) return `${what}, and nobody held its lock`;
    if (task !== holder.id && !isYetToCome(holder, moves))
      return `${what} for ${task ?? 'no task'}, and ${holder.id} held its lock`;
    const other = [...before.keys()].find((version) => version !== canary && version !== order.stable);
    // Without its record, the checker cannot know which version was there before.
    const isKnown = !hands.some((hand) => hand.service === service && hand.did === 'recordDeleted');
    return other === undefined || !isKnown ? null : `${what}, over version ${other}, which somebody else had put there`;
  }
  const taken = holder?.canary != null && (before.get(holder.canary) ?? 0) > (after.get(holder.canary) ?? 0);
  return taken && holder?.canary !== canary
    ? `${what} on behalf of version ${canary}, and ${holder?.id} held its lock`
    : null;
}

/**
 * True until the new holder's first order reaches the cluster, some seconds after the lock was taken over. Until then
 * the earlier holder may finish its step; the first order removes what that step has left.
 */
function isYetToCome({ id, kind, spec, canary }: Deployment, moves: readonly Move[]): boolean {
  if (!targetRules(spec.target).isMovedByTask) return false;
  return kind === 'rollback' ? moves.every(({ task }) => task !== id) : canary === null;
}
