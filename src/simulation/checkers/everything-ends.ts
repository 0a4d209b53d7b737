/**
 * Invariant 4: every deployment reaches an end state, and every execution that ended has a settled deployment. During
 * the run the bounds are wide, because faults may delay the end. At rest, no deployment is in flight.
 */
import { isInFlight } from '../../domain/deployment/deployment.ts';
import type { Execution } from '../../twin/workflow/execution.ts';
import { type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';

/** After the deadline, or after the end of the execution: several rounds of the safety nets. */
const OVERDUE_MS = 30 * 60_000;

export function everythingEnds(): Checker {
  return {
    invariant: '4 everything ends',
    check: (world) =>
      firstComplaint(world.inFlight, ({ id, deadlineAt }) => {
        if (world.now > deadlineAt + OVERDUE_MS) return `${id} is in flight half an hour after its deadline`;
        const execution = world.executions.find(({ deploymentId }) => deploymentId === id);
        return execution === undefined ? null : checkExecution(world, execution);
      }),
    checkAtRest: (world) =>
      firstComplaint(world.ledger.deployments.values(), (deployment) =>
        isInFlight(deployment) ? `${deployment.id} is still ${deployment.status} at rest` : null,
      ) ??
      firstComplaint(world.executions, ({ deploymentId, endedAt }) =>
        endedAt === null ? `the execution of ${deploymentId} still runs at rest` : null,
      ),
  };
}

function checkExecution({ now }: CheckedWorld, { deploymentId, endedAt, status }: Execution): string | null {
  if (endedAt === null || now <= endedAt + OVERDUE_MS) return null;
  return `${deploymentId} is in flight half an hour after its execution ended as ${status}`;
}
