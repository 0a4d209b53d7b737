/** Undoes a promotion on an alias: the calls first, with one call, and on the record of the deployment that is undone. */
import { type Deployment, isWatched } from '../../../domain/deployment/deployment.ts';
import { liveSplit, type OwnSplit, recordTraffic } from '../../../domain/deployment/traffic-record.ts';
import { isSlipwayError, SlipwayError } from '../../../domain/errors.ts';
import type { Moved } from '../../../ports/traffic.ts';
import { isHomeMissing } from '../../steps/home-missing.ts';
import type { HeldByRollout, UndoMove, UndoMovePorts, UndoneMove } from '../seam/undone-move.ts';

export async function undoOnAlias(
  ports: UndoMovePorts,
  { deployment, because, by, superseding }: UndoMove,
): Promise<UndoneMove | HeldByRollout> {
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError(
      'Broken',
      `Deployment ${deployment.id} was promoted without a version before it on record. Roll back with "to".`,
    );
  }
  let moved: Moved;
  try {
    moved = await ports.traffic.takeBack(split);
  } catch (error) {
    if (isSlipwayError(error, 'NotFound') && (await isHomeMissing(ports, split))) return leaveToMachine(split);
    if (superseding === null || !isSlipwayError(error, 'Conflict')) return leaveToOthers(ports, { deployment, error });
    // The third version may be the canary of the rollout to be superseded: then that rollout has calls after all.
    return { heldBy: superseding };
  }
  // Recorded on the undone deployment, in a transaction of its own. Another process that moves the same traffic at the
  // same moment writes there too, so the change has one entry. The entry exists even if no rollback can be opened.
  //
  // Not recorded here when a requested rollback already undoes the deployment: that rollback goes from 100 % to 0 %,
  // and records the change.
  await ports.deployments.record(deployment.id, ({ deployment: current }) =>
    current.replacedBy === null ? recordTraffic(current, { moved, toPercent: 0, by, because }) : null,
  );
  const { stable: to, canary: from } = split;
  return { to, from, atPercent: 0, liveRevision: moved.revision };
}

/**
 * The version before is gone. The task RollBack finds an older version, which takes longer and needs more of the
 * ledger.
 */
function leaveToMachine({ stable: to, canary: from, revision: liveRevision }: OwnSplit): UndoneMove {
  return { to, from, atPercent: 100, liveRevision };
}

/**
 * A third version is live because another tool or person moved the traffic, which is left alone. Or the target or the
 * version before is gone. A person is paged once: the watch has ended, so neither the next event nor `observeRollouts`
 * finds anything to undo.
 */
async function leaveToOthers(
  { deployments, clock }: UndoMovePorts,
  { deployment, error }: { readonly deployment: Deployment; readonly error: unknown },
): Promise<never> {
  if (isSlipwayError(error, 'Conflict') || isSlipwayError(error, 'NotFound')) {
    const kind = error.name === 'Conflict' ? 'TrafficMovedByOthers' : 'RollBackFailed';
    await deployments.record(deployment.id, ({ deployment: current }) =>
      isWatched(current, clock.now())
        ? {
            deployment: { ...current, watchUntil: clock.now() },
            entries: [{ kind, by: 'slipway', because: error.message }],
          }
        : null,
    );
  }
  throw error;
}
