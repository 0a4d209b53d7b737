/**
 * Invariant 19: the holder of the lock is the latest deployment, whatever the clocks say. A rollback rolls back the
 * rollout in flight, and a deployment that supersedes replaces it. Neither is refused because of that rollout, and
 * neither looks for another one.
 */

import { isRetreat } from '../../domain/deployment/signal.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint, type ServedRequest } from './checked-world.ts';

export function latestByTheFence(): Checker {
  const fresh = additions<ServedRequest>();
  /**
   * Only the first request of a caller is about the deployment in flight. A repeat is about what the first request did.
   */
  const asked = new Set<string>();
  return {
    invariant: '19 latest by the fence',
    check: (world) =>
      firstComplaint(fresh(world.served), (answer) => {
        const isFirst = !asked.has(answer.by);
        asked.add(answer.by);
        return isFirst && !answer.isStruck ? checkAnswer(world, answer) : null;
      }),
  };
}

function checkAnswer({ ledger }: CheckedWorld, answer: ServedRequest): string | null {
  const { by, does, status, lockedBy, error } = answer;
  if (status === 500) return `${by} got no answer, and no fault had struck: ${inWords(error)}`;
  if (lockedBy === null || !ledger.inFlight.has(lockedBy)) return null;
  const holder = ledger.deployments.get(lockedBy);
  if (holder?.kind !== 'rollout') return null;
  if (does === 'supersede') {
    const isInItsName = isSlipwayError(error, 'Conflict') && inFlightIn(error.details) === lockedBy;
    return isInItsName ? `${by} was to supersede ${lockedBy}, and was refused in its name: ${inWords(error)}` : null;
  }
  // A request that failed for a moment or was throttled is repeated by its caller.
  if (does !== 'rollBack' || status >= 500 || answer.isAtWork) return null;
  const isOnItsWay = isRetreat(holder.signal) || holder.status === 'rollingBack';
  return isOnItsWay ? null : `${by} asked for a rollback and was answered ${status}, and rollout ${lockedBy} goes on`;
}

function inFlightIn({ inFlight }: Readonly<Record<string, unknown>>): unknown {
  return typeof inFlight === 'object' && inFlight !== null && 'id' in inFlight ? inFlight.id : undefined;
}

function inWords(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
