/** Undoes a promotion on a cluster: nothing moves before the rollback is opened. */
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../../domain/errors.ts';
import { NO_VERSION } from '../../../domain/workload/workload-record.ts';
import type { UndoneMove } from '../seam/undone-move.ts';

/** On a cluster the rollback's own machine moves the calls, because this process has no way to move them. */
export function undoOnCluster({ id, service, stable, canary, liveRevision }: Deployment): UndoneMove {
  if (stable === null || canary === null || liveRevision === null || stable === NO_VERSION) {
    throw new SlipwayError(
      'Conflict',
      `Deployment ${id} put the first version of ${service} live, so there is none to go back to. Deploy a version that works.`,
    );
  }
  return { to: stable, from: canary, atPercent: 100, liveRevision };
}
