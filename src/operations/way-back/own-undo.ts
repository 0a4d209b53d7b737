/**
 * A third version on the alias of a rollout may be Slipway's own doing: the version that the rollout started from was undone
 * in the same moment. Then nobody else is blamed, and the rollback that undoes it takes the place of the rollout.
 */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import type { LiveSplit } from '../../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { readTargetHistory } from '../steps/read-target-history.ts';

/** So long after it was first seen an undo is still being recorded; an event whose handler died comes again within it. */
const RECORDED_WITHIN_MS = 2 * 60_000;

interface Ports {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

/**
 * False: somebody else put it there. True: the undo was begun a while ago and did not end the rollout, which ends by itself.
 * Throws Transient while the undo is under way, because it ends the rollout in a moment.
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
  // The undo moves first and records second: for a while nobody can tell whether it was one.
  const isRecorded = undone.deployment.atPercent === 0;
  const since = isRecorded ? (undone.movedAt ?? 0) : await seenSince({ deployments, clock }, deployment);
  if (clock.now() >= since + RECORDED_WITHIN_MS) return isRecorded;
  const fact = `Version ${deployment.stable}, from which ${deployment.id} started, is being taken back.`;
  throw new SlipwayError('Transient', `${fact} The rollback ends this rollout in a moment.`, {
    details: { isBeingUndone: true },
  });
}

/** How long ago it began says nothing: it may have been on its way back, or have waited, for hours before the undo. */
async function seenSince({ deployments, clock }: Ports, { id }: Deployment): Promise<number> {
  const now = clock.now();
  const { deployment } = await deployments.record(id, ({ deployment: current }) => {
    const { progress } = current;
    if (!isInFlight(current) || progress.undoSeenAt !== undefined) return null;
    return { deployment: { ...current, progress: { ...progress, undoSeenAt: now } }, entries: [] };
  });
  return deployment.progress.undoSeenAt ?? now;
}
