/**
 * Invariant 15: what AWS throttles says nothing about a version. No rollout fails or goes back with a throttle for its
 * reason: it waits and tries again, until its deadline. The ledger is not AWS, and a ledger that is away may end a rollout.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

/** Of Lambda's control plane, of a fault at a port of AWS's, and of a check. */
const THROTTLE = /Rate exceeded|was throttled/;

export function throttleBlamesNobody(): Checker {
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '15 a throttle blames nobody',
    check: (world) => firstComplaint(fresh(world.entries), (entry) => checkEntry(world, entry)),
  };
}

function checkEntry({ ledger }: CheckedWorld, { kind, deploymentId, because }: TimelineEntry) {
  // Such an entry is what the record has of a throttle, and the rollout goes on; or a way back that was going on cannot get there.
  if (kind === 'StepDelayed' || kind === 'RollBackFailed' || !THROTTLE.test(because)) return null;
  const deployment = ledger.deployments.get(deploymentId);
  return deployment?.kind === 'rollout' ? `${deploymentId} has ${kind}: ${because}` : null;
}
