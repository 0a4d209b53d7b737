/** Which revisions are held back from the stage Deploy, and what is recorded of it. */
import type { Deployment } from '../deployment/deployment.ts';
import { isRetreat } from '../deployment/signal.ts';
import { PIPELINE, type PipelineRun, type RunChange } from './pipeline-run.ts';

/**
 * Why the revision of a deployment is not to be tried again without a person's word; null when there is no reason.
 * `undoneBy` is the rollback that undid it after its promotion. What a person took back stays that person's affair.
 */
export function quarantineReason(
  { id, kind, status, signal, because }: Deployment,
  undoneBy: Pick<Deployment, 'id' | 'by' | 'reason'> | null,
): string | null {
  if (kind === 'rollback') return null;
  if (undoneBy !== null)
    return isAutomatic(undoneBy.by) ? `Deployment ${id} was taken back: ${undoneBy.reason ?? 'no reason given'}` : null;
  // An abort says nothing of the version, whoever asked for it.
  if (status !== 'rolledBack' || signal?.kind === 'abort') return null;
  const askedBy = isRetreat(signal) ? signal.by : AUTOMATIC;
  return isAutomatic(askedBy) ? `Deployment ${id} was rolled back: ${because ?? 'it could not go on'}` : null;
}

const AUTOMATIC = 'slipway';

/** Slipway itself, its judge or an alarm: nobody whom one could ask. */
function isAutomatic(by: string): boolean {
  return by === AUTOMATIC || by === 'judge' || by.startsWith('alarm ');
}

/** Null: it was quarantined for that deployment before, whether or not it was released since. */
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

/** Null: there is nothing to release. */
export function releaseRun(
  run: PipelineRun,
  { by, because }: { readonly by: string; readonly because: string },
): RunChange | null {
  if (run.quarantine !== 'inForce') return null;
  const data = { deploymentId: run.quarantinedFor, revision: run.revision };
  return { run: { ...run, quarantine: 'released' }, entries: [{ kind: 'RevisionReleased', by, because, data }] };
}

/** The deployment that the stage Deploy opened for it. */
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
