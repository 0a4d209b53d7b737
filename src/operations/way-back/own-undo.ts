/**
 * A third version on the alias of a rollout may be Slipway's own work, when the version that the rollout started from
 * was undone at the same moment. Then no other tool or person is blamed, and the rollback that undoes that version
 * supersedes the rollout.
 */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import type { LiveSplit } from '../../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { readTargetHistory } from '../steps/read-target-history.ts';

/**
 * The time after the first look in which an undo may still be recorded. When the handler of an event fails, the event
 * comes again within this time.
 */
const RECORDED_WITHIN_MS = 2 * 60_000;

interface Ports {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

/**
 * Returns false when another tool or person set that version. Returns true when the undo began a while ago and did not
 * end the rollout, which then ends by itself.
 *
 * Throws Transient while the undo is under way, because the undo ends the rollout in a moment.
 */
export async function isOwnUndo(
  { deployments, clock }: Ports,
  { deployment, conflict }: { readonly deployment: Deployment; readonly conflict: SlipwayError },
): Promise<boolean> {
  const found = conflict.details.found as LiveSplit | undefined;
  if (found === undefined || found.canaryPercent > 0) return false;
  const { ended } = await readTargetHistory({ deployments }, deployment.spec.target);
  const undone = ended.find(({ deployment: { kind, status, canary, stable } }) => {
    const wasLive = kind === 'rollout' && status === 'promoted' && canary === deployment.stable;
    return wasLive && stable === found.stable;
  });
  if (undone === undefined) return false;
  // The undo moves first and records second, so for a while it cannot be told apart from a move by another tool or
  // person.
  const isRecorded = undone.deployment.atPercent === 0;
  const since = isRecorded ? (undone.movedAt ?? 0) : await seenSince({ deployments, clock }, deployment);
  if (clock.now() >= since + RECORDED_WITHIN_MS) return isRecorded;
  const fact = `Version ${deployment.stable}, from which ${deployment.id} started, is being taken back.`;
  throw new SlipwayError('Transient', `${fact} The rollback ends this rollout in a moment.`, {
    details: { isBeingUndone: true },
  });
}

/** The age of the rollout says nothing: it may have been rolling back, or waiting, for hours before the undo. */
async function seenSince({ deployments, clock }: Ports, { id }: Deployment): Promise<number> {
  const now = clock.now();
  const { deployment } = await deployments.record(id, ({ deployment: current }) => {
    const { progress } = current;
    if (!isInFlight(current) || progress.undoSeenAt !== undefined) return null;
    return { deployment: { ...current, progress: { ...progress, undoSeenAt: now } }, entries: [] };
  });
  return deployment.progress.undoSeenAt ?? now;
}
