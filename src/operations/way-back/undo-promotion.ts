/** Takes a promoted deployment back while it is watched: the traffic first, then the record of the rollback. */

import { type Deployment, isWatched } from '../../domain/deployment/deployment.ts';
import { liveSplit, type OwnSplit, recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { ON_ITS_GROUND } from '../../domain/remediation/remediation.ts';
import { targetKey } from '../../domain/service/target.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import type { Moved } from '../../ports/traffic.ts';
import { isHomeMissing } from '../steps/home-missing.ts';
import { answerWait, startWorkflow } from '../steps/start-workflow.ts';
import { type OpenRollbackPorts, openRollback, type RollbackOrder } from './open-rollback.ts';
import { type TakeTrafficBackPorts, takeTrafficBack } from './take-traffic-back.ts';

export type UndoPromotionPorts = TakeTrafficBackPorts & OpenRollbackPorts;

export interface UndoOrder {
  readonly deployment: Deployment;
  readonly because: string;
  readonly by: string;
  /** The event's id, when an event asks for it: undone once for it, however often the event comes. */
  readonly once?: string;
  /** The Idempotency-Key, when a person asks for it. */
  readonly requestKey?: string | null;
  /** A rollout in flight without a call, which started from the version that is undone: the rollback takes its place. */
  readonly superseding?: Deployment | null;
}

export async function undoPromotion(ports: UndoPromotionPorts, order: UndoOrder): Promise<Deployment> {
  const { deployment, because, by, superseding = null } = order;
  if (deployment.spec.target.kind === 'kubernetes') return undoOnCluster(ports, order);
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
    if (isSlipwayError(error, 'NotFound') && (await isHomeMissing(ports, split)))
      return leaveToMachine(ports, { order, split });
    if (superseding === null || !isSlipwayError(error, 'Conflict')) return leaveToOthers(ports, { deployment, error });
    // The third version may be the canary of that rollout, which has calls after all.
    return takeTrafficBack(ports, { deployment: superseding, kind: 'rollBack', because, by });
  }
  // On the deployment that is undone, in a transaction of its own: whoever else took the same traffic back at the same
  // moment writes there too, so the change has one entry. And it is there even if no rollback can be opened.
  // Unless a rollback that somebody asked for undoes it already: that one goes from 100 % to 0, and records the change.
  await ports.deployments.record(deployment.id, ({ deployment: current }) =>
    current.replacedBy === null ? recordTraffic(current, { moved, toPercent: 0, by, because }) : null,
  );
  const { stable: to, canary: from } = split;
  const way = { to, from, atPercent: 0, liveRevision: moved.revision };
  return openUndoing(ports, { order, way });
}

/** The version before is gone: the task RollBack finds an older one, which takes longer and needs more of the ledger. */
function leaveToMachine(
  ports: UndoPromotionPorts,
  { order, split: { stable: to, canary: from, revision } }: { readonly order: UndoOrder; readonly split: OwnSplit },
): Promise<Deployment> {
  return openUndoing(ports, { order, way: { to, from, atPercent: 100, liveRevision: revision } });
}

/** On a cluster the rollback's own machine moves the calls: there is nothing here that could. */
async function undoOnCluster(ports: UndoPromotionPorts, order: UndoOrder): Promise<Deployment> {
  const { id, service, stable, canary, liveRevision } = order.deployment;
  if (stable === null || canary === null || liveRevision === null || stable === NO_VERSION) {
    throw new SlipwayError(
      'Conflict',
      `Deployment ${id} put the first version of ${service} live, so there is none to go back to. Deploy a version that works.`,
    );
  }
  return openUndoing(ports, { order, way: { to: stable, from: canary, atPercent: 100, liveRevision } });
}

async function openUndoing(
  ports: UndoPromotionPorts,
  {
    order,
    way,
  }: { readonly order: UndoOrder; readonly way: Pick<RollbackOrder, 'to' | 'from' | 'atPercent' | 'liveRevision'> },
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
  // A rollout was opened in the same moment, from the version that is bad: the ground under it is gone.
  if (!opened.opened && startedFrom(deployment, opened.inFlight)) opened = await open(opened.inFlight);
  if (!opened.opened) {
    const fact = `Deployment ${opened.inFlight.id} is in flight, so ${deployment.id} cannot be undone now.`;
    throw new SlipwayError('Conflict', `${fact} Wait for it, then look at what is live.`);
  }
  await startWorkflow(ports, opened.deployment);
  await answerWait(ports, opened.waitToken);
  return opened.deployment;
}

/** The lock of a service may be held on another target, which it had before. */
function startedFrom({ spec }: Deployment, inFlight: Deployment): boolean {
  return inFlight.kind === 'rollout' && targetKey(inFlight.spec.target) === targetKey(spec.target);
}

/**
 * A third version is live, and somebody else holds the traffic, which is left alone; or the target or the version before is
 * gone. A person is paged, once: with the watch ended, neither the next event nor the minute's tick finds anything to undo.
 */
async function leaveToOthers(
  { deployments, clock }: UndoPromotionPorts,
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
