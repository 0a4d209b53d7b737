/**
 * An execution ended, and its deployment may not have: it timed out, was stopped, or failed where no Catch reaches.
 * The traffic goes back and the deployment is settled, so that no rollout is left half-way with nobody minding it.
 */
import { isInFlight } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { settleDeployment } from '../rollout/settle-deployment.ts';
import { pageOnce } from '../steps/page-once.ts';
import { publishOutbox } from '../steps/publish-outbox.ts';
import { DeploymentTask } from '../steps/task-input.ts';
import { type RollBackPorts, rollBack } from '../way-back/roll-back.ts';

export const SettleAbandonedRolloutInput = DeploymentTask;

export interface SettleAbandonedRolloutPorts extends RollBackPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
}

/** How often an execution that ended without an end for its deployment is followed by another one. */
const AGAIN_EVERY_MS = 5 * 60_000;

export async function settleAbandonedRollout(
  ports: SettleAbandonedRolloutPorts,
  { deploymentId }: DeploymentTask,
): Promise<{ readonly settled: boolean }> {
  const { deployment } = await ports.deployments.read(deploymentId);
  // Most executions that fail have settled their deployment themselves: RolledBack is a failed execution too.
  if (!isInFlight(deployment)) return { settled: false };
  const because = 'Its execution ended without settling it';
  await ports.deployments.record(deploymentId, ({ deployment: current }) =>
    !isInFlight(current) || current.status === 'rollingBack'
      ? null
      : {
          deployment: { ...current, status: 'rollingBack', because: current.signal?.because ?? because },
          entries: [{ kind: 'ExecutionAbandoned', by: 'slipway', because: `${because}.` }],
          wait: 'answered',
        },
  );
  if (targetRules(deployment.spec.target).isMovedByTask) {
    // Only a machine can send orders to a cluster. Its name holds the time, so that it starts once in a while, and no more.
    const again = String(Math.floor(ports.clock.now() / AGAIN_EVERY_MS));
    await ports.workflows.startAgain('rollback', { deploymentId, again });
    return { settled: false };
  }
  try {
    await rollBack(ports, { deploymentId });
  } catch (error) {
    // Somebody else ends it in a moment; otherwise `reconcile` comes again.
    if (isSlipwayError(error, 'Transient') && error.details.isBeingUndone === true) return { settled: false };
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    // A permission that is missing, say: a person is paged, once, and `reconcile` goes on trying, without failing each time.
    await pageOnce(ports, { deploymentId, because: error.message });
    await publishOutbox(ports, { deploymentId });
    return { settled: false };
  }
  await settleDeployment(ports, { deploymentId });
  return { settled: true };
}
