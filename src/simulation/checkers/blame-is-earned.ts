/**
 * An entry that says that somebody else moved an alias needs such a move before it. The check leaves out clusters:
 * Slipway alone writes a workload's record, and there the entry is about the objects that stop the rollout.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { onAlias } from '../../domain/service/target.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

export function blameIsEarned(): Checker {
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '6 blame is earned',
    check: (world) => firstComplaint(fresh(world.entries), (entry) => checkEntry(world, entry)),
  };
}

/**
 * The entry says this when the cause cannot be known: a task of Slipway may have rolled back and died before it
 * recorded that, twice.
 */
const HEDGED = "or by a task of Slipway's that stopped";

function checkEntry(
  { ledger, targets, moves, lastFaultAt, isRecreated }: CheckedWorld,
  { kind, deploymentId, because }: TimelineEntry,
) {
  if (kind !== 'TrafficMovedByOthers') return null;
  const { service } = ledger.deployments.get(deploymentId) ?? { service: '' };
  if (onAlias(targets.get(service)) === null) return null;
  if (lastFaultAt !== null && because.includes(HEDGED)) return null;
  // When the function is created again with the same version numbers, the alias seems unchanged.
  const isTrue = isRecreated(service) || moves.some((move) => move.service === service && move.order === null);
  return isTrue ? null : `${deploymentId} blames others, who never moved ${service}: ${because}`;
}
