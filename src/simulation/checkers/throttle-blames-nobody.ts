/**
 * Invariant 15: a throttle by AWS says nothing about a version. No rollout fails or rolls back because of a throttle:
 * it waits and tries again, until its deadline. The ledger is not AWS, and an unavailable ledger may end a rollout.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

/** The messages of Lambda's control plane, of a fault at a port of AWS, and of a check. */
const THROTTLE = /Rate exceeded|was throttled/;

export function throttleBlamesNobody(): Checker {
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '15 a throttle blames nobody',
    check: (world) => firstComplaint(fresh(world.entries), (entry) => checkEntry(world, entry)),
  };
}

function checkEntry({ ledger }: CheckedWorld, { kind, deploymentId, because }: TimelineEntry) {
  // `StepDelayed` is how the timeline records a throttle, and the rollout goes on. `RollBackFailed` says that a
  // rollback that had begun cannot finish.
  if (kind === 'StepDelayed' || kind === 'RollBackFailed' || !THROTTLE.test(because)) return null;
  const deployment = ledger.deployments.get(deploymentId);
  return deployment?.kind === 'rollout' ? `${deploymentId} has ${kind}: ${because}` : null;
}
