/** Decides which revisions are quarantined from the stage Deploy, and what the run records about that. */
import { type Deployment, hasEndedOnStable } from '../deployment/deployment.ts';
import { isRetreat } from '../deployment/signal.ts';
import { PIPELINE, type PipelineRun, type RunChange } from './pipeline-run.ts';

/**
 * Why the revision of a deployment must not be tried again until a person allows it; null when there is no reason.
 * `undoneBy` is the rollback that undid the promotion. A version that a person rolled back is never quarantined: that
 * person decides.
 */
export function quarantineReason(
  deployment: Deployment,
  undoneBy: Pick<Deployment, 'id' | 'by' | 'reason'> | null,
): string | null {
  const { id, kind, status, signal, because } = deployment;
  if (kind === 'rollback') return null;
  if (undoneBy !== null)
    return isAutomatic(undoneBy.by) ? `Deployment ${id} was taken back: ${undoneBy.reason ?? 'no reason given'}` : null;
  // An abort says nothing about the version, whoever asked for it.
  if (!hasEndedOnStable(deployment) || signal?.kind === 'abort') return null;
  const askedBy = isRetreat(signal) ? signal.by : AUTOMATIC;
  const ended = status === 'failed' ? 'failed' : 'was rolled back';
  return isAutomatic(askedBy) ? `Deployment ${id} ${ended}: ${because ?? 'it could not go on'}` : null;
}

const AUTOMATIC = 'slipway';

/** True for Slipway itself, its judge or an alarm: no person decided. */
function isAutomatic(by: string): boolean {
  return by === AUTOMATIC || by === 'judge' || by.startsWith('alarm ');
}

/** Returns null when that deployment already quarantined the run, also when the run was released since. */
export function quarantineRun(
  run: PipelineRun,
  { deploymentId, because }: { readonly deploymentId: string; readonly because: string },
): RunChange | null {
  if (run.quarantinedFor === deploymentId) return null;
  return {
    run: { ...run, quarantine: 'inForce', quarantinedFor: deploymentId },
    entries: [{ kind: 'RevisionQuarantined', by: AUTOMATIC, because, data: { deploymentId, revision: run.revision } }],
  };
}

/** Returns null when no quarantine is in force. */
export function releaseRun(
  run: PipelineRun,
  { by, because }: { readonly by: string; readonly because: string },
): RunChange | null {
  if (run.quarantine !== 'inForce') return null;
  const data = { deploymentId: run.quarantinedFor, revision: run.revision };
  return { run: { ...run, quarantine: 'released' }, entries: [{ kind: 'RevisionReleased', by, because, data }] };
}

/** Records the deployment that the stage Deploy opened for the run. Returns null when it is already recorded. */
export function deliverRun(
  run: PipelineRun,
  { deploymentId, revision }: { readonly deploymentId: string; readonly revision: string },
): RunChange | null {
  if (run.deploymentId === deploymentId) return null;
  const because = `Revision ${revision} is deployed as ${deploymentId}.`;
  return {
    run: { ...run, revision, deploymentId },
    entries: [{ kind: 'DeliveryOpened', by: PIPELINE, because, data: { deploymentId } }],
  };
}
