/** Notices deleted alarms that a rollout, or the watch after it, depends on. It pages once, within a minute. */
import { type Deployment, isInFlight, isWatched } from '../../domain/deployment/deployment.ts';
import { heldForMissing, toldOfMissing } from '../../domain/deployment/missing-alarms.ts';
import { liveDeployment } from '../../domain/deployment/target-history.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments, Recorded } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import type { ObservedCanary } from '../steps/observe-canary.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { readTargetHistory } from '../steps/read-target-history.ts';

export interface NoticeMissingAlarmsPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

export interface Observed {
  readonly deployment: Deployment;
  readonly observation: Pick<ObservedCanary, 'alarms' | 'missingAlarms' | 'alarmsUnread'>;
}

export async function noticeMissingAlarms(
  ports: NoticeMissingAlarmsPorts,
  { deployment, observation }: Observed,
): Promise<void> {
  if (observation.alarmsUnread) return;
  const missing = missingFor(deployment, observation);
  const now = ports.clock.now();
  // Most ticks then need no transaction. Only a transaction can tell whether the deployment waits, so this first check
  // assumes that it does.
  if (changeFor({ deployment, waitToken: 'any' }, { missing, now }) === null) return;
  if (!isInFlight(deployment) && !(await isLive(ports, deployment))) return;
  let isHeld = false;
  let isTold = false;
  const recorded = await ports.deployments.record(deployment.id, (current) => {
    const change = changeFor(current, { missing, now: ports.clock.now() });
    isTold = (change?.entries.length ?? 0) > 0;
    isHeld = change !== null && change.deployment.status !== current.deployment.status;
    return change;
  });
  if (isHeld && recorded.waitToken !== null) await ports.workflows.answer(recorded.waitToken);
  if (isTold) await publishOutbox(ports, { deploymentId: deployment.id });
}

/**
 * A version that another version has replaced needs no alarms. Its watch counts again when the version is live again.
 */
async function isLive({ deployments }: NoticeMissingAlarmsPorts, { id, spec }: Deployment): Promise<boolean> {
  const { ended } = await readTargetHistory({ deployments }, spec.target);
  return liveDeployment(ended)?.deployment.id === id;
}

/** A watch still works while one of its alarms exists. A rollout needs all of its alarms. */
function missingFor({ status }: Deployment, { alarms, missingAlarms }: Observed['observation']): readonly string[] {
  return status === 'promoted' && alarms.length > 0 ? [] : missingAlarms;
}

function changeFor(
  { deployment: current, waitToken }: Recorded,
  { missing, now }: { readonly missing: readonly string[]; readonly now: number },
): Change | null {
  if (!isInFlight(current) && !isWatched(current, now)) return null;
  const told = isInFlight(current)
    ? heldForMissing(current, { missing, isWaiting: waitToken !== null, now })
    : toldOfMissing(current, missing);
  return told.deployment === current ? null : told;
}
