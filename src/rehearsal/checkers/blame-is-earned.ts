/**
 * Others are blamed only for what others did: an entry that says that somebody else moved an alias needs such a move before it.
 * On a cluster, whose record nobody else writes, the entry speaks of what stands in the way there, and is left out.
 */
import type { TimelineEntry } from '../../domain/timeline.ts';
import { type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

export function blameIsEarned(): Checker {
  let seen = 0;
  return {
    invariant: '6 blame is earned',
    check(world) {
      if (seen === world.entries.length) return null;
      const fresh = world.entries.slice(seen);
      seen = world.entries.length;
      return firstComplaint(fresh, (entry) => checkEntry(world, entry));
    },
  };
}

function checkEntry({ ledger, targets, moves }: CheckedWorld, { kind, deploymentId, because }: TimelineEntry) {
  if (kind !== 'TrafficMovedByOthers') return null;
  const { service } = ledger.deployments.get(deploymentId) ?? { service: '' };
  if (targets.get(service)?.kind !== 'lambda') return null;
  const isTrue = moves.some((move) => move.service === service && move.order === null);
  return isTrue ? null : `${deploymentId} blames others, who never moved ${service}: ${because}`;
}
