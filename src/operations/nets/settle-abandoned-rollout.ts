/**
 * Settles a deployment whose execution timed out, was stopped, or failed outside every Catch. It rolls back first, so
 * that no rollout stays half-way without an execution that drives it.
 */
import { isInFlight } from '../../domain/deployment/deployment.ts';
import { abandonedInWords, type ExecutionEnd } from '../../domain/deployment/execution-end.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { settleDeployment } from '../rollout/settle-deployment.ts';
import { pageOnce } from '../steps/page-once.ts';
import { publishOutbox } from '../steps/publish-outbox.ts';
import type { DeploymentTask } from '../steps/task-input.ts';
import { type RollBackPorts, rollBack } from '../way-back/roll-back.ts';

export interface SettleAbandonedRolloutInput extends DeploymentTask {
  /** How the execution ended; left out when that is not known. */
  readonly end?: ExecutionEnd | null;
}

export interface SettleAbandonedRolloutPorts extends RollBackPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
}

/** The shortest time between two new executions for a deployment whose execution ended without settling it. */
const AGAIN_EVERY_MS = 5 * 60_000;

export async function settleAbandonedRollout(
  ports: SettleAbandonedRolloutPorts,
  { deploymentId, end = null }: SettleAbandonedRolloutInput,
): Promise<{ readonly settled: boolean }> {
  const { deployment } = await ports.deployments.read(deploymentId);
  // Most executions that fail have settled their deployment themselves: RolledBack is also a failed execution.
  if (!isInFlight(deployment)) return { settled: false };
  const because = abandonedInWords(end);
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
    // Only a state machine can send orders to a cluster. The execution's name holds the time, so that at most one
    // starts in each interval.
    const again = String(Math.floor(ports.clock.now() / AGAIN_EVERY_MS));
    await ports.workflows.startAgain('rollback', { deploymentId, again });
    return { settled: false };
  }
  try {
    await rollBack(ports, { deploymentId });
  } catch (error) {
    // Another process ends the deployment in a moment; otherwise `reconcile` tries again.
    if (isSlipwayError(error, 'Transient') && error.details.isBeingUndone === true) return { settled: false };
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    // A permission is missing, for example. Slipway pages a person once, and `reconcile` keeps trying without failing
    // each time.
    await pageOnce(ports, { deploymentId, because: error.message });
    await publishOutbox(ports, { deploymentId });
    return { settled: false };
  }
  await settleDeployment(ports, { deploymentId });
  return { settled: true };
}
