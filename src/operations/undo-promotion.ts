/** Takes a promoted deployment back while it is watched: the traffic first, then the record of the rollback. */
import { NO_VERSION } from '../domain/cluster/workload-record.ts';
import { type Deployment, isWatched } from '../domain/deployment.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { liveSplit, recordTraffic } from '../domain/traffic-record.ts';
import { type OpenRollbackPorts, openRollback, type RollbackOrder } from './open-rollback.ts';
import { startWorkflow } from './start-workflow.ts';
import { type TakeTrafficBackPorts, takeTrafficBack } from './take-traffic-back.ts';

export type UndoPromotionPorts = TakeTrafficBackPorts & OpenRollbackPorts;

export interface UndoOrder {
  readonly deployment: Deployment;
  readonly because: string;
  readonly by: string;
  /** The event's id, when an event asks for it: undone once for it, however often the event comes. */
  readonly once?: string;
}

export async function undoPromotion(
  ports: UndoPromotionPorts,
  { deployment, because, by, ...once }: UndoOrder,
): Promise<Deployment> {
  if (deployment.spec.target.kind === 'kubernetes') return undoOnCluster(ports, { deployment, because, by, ...once });
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError(
      'Broken',
      `Deployment ${deployment.id} was promoted without a version before it on record. Roll back with "to".`,
    );
  }
  const moved = await ports.traffic
    .takeBack(split)
    .catch((error: unknown) => leaveToOthers(ports, { deployment, error }));
  // On the deployment that is undone, in a transaction of its own: whoever else took the same traffic back at the same
  // moment writes there too, so the change has one entry. And it is there even if no rollback can be opened.
  // Unless a rollback that somebody asked for undoes it already: that one goes from 100 % to 0, and records the change.
  await ports.deployments.record(deployment.id, ({ deployment: current }) =>
    current.replacedBy === null ? recordTraffic(current, { moved, toPercent: 0, by, because }) : null,
  );
  const { stable: to, canary: from } = split;
  const way = { to, from, atPercent: 0, liveRevision: moved.revision };
  return openUndoing(ports, { order: { deployment, because, by, ...once }, way });
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
  const { deployment, because, by, ...once } = order;
  const opened = await openRollback(ports, {
    service: { spec: deployment.spec, revision: deployment.specRevision },
    ...way,
    because,
    by,
    requestKey: null,
    entries: [],
    opening: { undoing: deployment.id, ...once },
  });
  if (!opened.opened) return retreatInstead(ports, { inFlight: opened.inFlight, because, by });
  await startWorkflow(ports, opened.deployment);
  return opened.deployment;
}

/**
 * A third version is live: somebody else holds the traffic, and it is left alone. A person is paged, once: with the watch
 * ended, neither the next event nor the minute's tick finds anything to undo.
 */
async function leaveToOthers(
  { deployments, clock }: UndoPromotionPorts,
  { deployment, error }: { readonly deployment: Deployment; readonly error: unknown },
): Promise<never> {
  if (isSlipwayError(error, 'Conflict')) {
    await deployments.record(deployment.id, ({ deployment: current }) =>
      isWatched(current, clock.now())
        ? {
            deployment: { ...current, watchUntil: clock.now() },
            entries: [{ kind: 'TrafficMovedByOthers', by: 'slipway', because: error.message }],
          }
        : null,
    );
  }
  throw error;
}

/** A rollout was opened in the same moment, from the version that is bad: the ground under it is gone, so it goes back. */
async function retreatInstead(
  ports: UndoPromotionPorts,
  { inFlight, because, by }: { readonly inFlight: Deployment; readonly because: string; readonly by: string },
): Promise<Deployment> {
  return takeTrafficBack(ports, {
    deployment: inFlight,
    kind: 'rollBack',
    because: `${because}, on the version that it started from`,
    by,
  });
}
