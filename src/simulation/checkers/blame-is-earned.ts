/**
 * Others are blamed only for what others did: an entry that says that somebody else moved an alias needs such a move before it.
 * On a cluster, whose record nobody else writes, the entry speaks of what stands in the way there, and is left out.
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

/** What the entry says where nobody can know: a way back of Slipway's own may have died before its record, twice. */
const HEDGED = "or by a task of Slipway's that stopped";

function checkEntry(
  { ledger, targets, moves, lastFaultAt, isRecreated }: CheckedWorld,
  { kind, deploymentId, because }: TimelineEntry,
) {
  if (kind !== 'TrafficMovedByOthers') return null;
  const { service } = ledger.deployments.get(deploymentId) ?? { service: '' };
  if (onAlias(targets.get(service)) === null) return null;
  if (lastFaultAt !== null && because.includes(HEDGED)) return null;
  // Created again on the numbers that it had, the alias seems to have stayed where it was.
  const isTrue = isRecreated(service) || moves.some((move) => move.service === service && move.order === null);
  return isTrue ? null : `${deploymentId} blames others, who never moved ${service}: ${because}`;
}
