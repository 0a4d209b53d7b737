/** Undoes a promotion while the deployment is watched: the traffic first, then the record of the rollback. */

import type { Deployment } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { ON_ITS_GROUND } from '../../domain/remediation/remediation.ts';
import { targetKey } from '../../domain/service/target.ts';
import { answerWait, startWorkflow } from '../steps/start-workflow.ts';
import { undoOnTarget } from '../targets/back.ts';
import type { TakeTrafficBackPorts } from '../targets/seam/going-back.ts';
import type { UndoneMove } from '../targets/seam/undone-move.ts';
import { type OpenRollbackPorts, openRollback } from './open-rollback.ts';
import { takeTrafficBack } from './take-traffic-back.ts';

export type UndoPromotionPorts = TakeTrafficBackPorts & OpenRollbackPorts;

export interface UndoOrder {
  readonly deployment: Deployment;
  readonly because: string;
  readonly by: string;
  /** The id of the event that asks for the undo. An event undoes once, however often it comes. */
  readonly once?: string;
  /** The Idempotency-Key, when a person asks for the undo. */
  readonly requestKey?: string | null;
  /** A rollout in flight without a call that started from the version to undo: the rollback supersedes it. */
  readonly superseding?: Deployment | null;
}

export async function undoPromotion(ports: UndoPromotionPorts, order: UndoOrder): Promise<Deployment> {
  const { deployment, because, by, superseding = null } = order;
  const way = await undoOnTarget(ports, { deployment, because, by, superseding });
  if (!('heldBy' in way)) return openUndoing(ports, { order, way });
  return takeTrafficBack(ports, { deployment: way.heldBy, kind: 'rollBack', because, by });
}

async function openUndoing(
  ports: UndoPromotionPorts,
  { order, way }: { readonly order: UndoOrder; readonly way: UndoneMove },
): Promise<Deployment> {
  const { deployment, because, by, once, requestKey = null, superseding = null } = order;
  const open = (inFlight: Deployment | null) =>
    openRollback(ports, {
      service: { spec: deployment.spec, revision: deployment.specRevision },
      ...way,
      fingerprints: deployment.fingerprints,
      because,
      by,
      requestKey,
      entries: [],
      opening: {
        undoing: deployment.id,
        ...(once !== undefined && { once }),
        ...(inFlight && {
          superseding: { deploymentId: inFlight.id, because: `${because}, ${ON_ITS_GROUND}` },
        }),
      },
    });
  let opened = await open(superseding);
  // A rollout was opened at the same moment and started from the bad version, which is no longer live.
  if (!opened.opened && startedFrom(deployment, opened.inFlight)) opened = await open(opened.inFlight);
  if (!opened.opened) {
    const fact = `Deployment ${opened.inFlight.id} is in flight, so ${deployment.id} cannot be undone now.`;
    throw new SlipwayError('Conflict', `${fact} Wait for it, then look at what is live.`);
  }
  await startWorkflow(ports, opened.deployment);
  await answerWait(ports, opened.waitToken);
  return opened.deployment;
}

/** The service may hold its lock for a deployment to another target, which the service had before. */
function startedFrom({ spec }: Deployment, inFlight: Deployment): boolean {
  return inFlight.kind === 'rollout' && targetKey(inFlight.spec.target) === targetKey(spec.target);
}
