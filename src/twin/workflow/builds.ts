/**
 * Replaces CodeBuild: gives a build its machine after a while and runs the container task in it. Answers like Step
 * Functions, with the build and its exported variables, or with an error that says how far the build got.
 */
import type { ClusterOrder, ClusterResult } from '../../domain/orders/cluster-order.ts';
import { RESULT_VARIABLE } from '../../operations/rollout/record-cluster-task.ts';
import { ClusterTaskOrder } from '../../operations/workload/cluster-messages.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import { type BuildOrder, named } from './attempt.ts';

/** By the compute type of the project. */
export interface ProvisionMs {
  readonly ec2: number;
  readonly lambda: number;
}

export interface BuildsOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Runs the container task. An error that it throws is the death of the container. */
  readonly runTask: (order: ClusterOrder, stopped: AbortSignal) => Promise<ClusterResult>;
  /** How long a build waits for its machine, in milliseconds; when left out, as long as in AWS. */
  readonly provisionMs?: ProvisionMs;
  /** True when a build gets no machine. */
  readonly isRefused?: (() => boolean) | undefined;
}

/** EC2 compute takes tens of seconds, Lambda compute a few. */
const PROVISION_MS = { ec2: 20_000, lambda: 2_500 };

export function rehearsedBuilds({
  scheduler,
  random,
  runTask,
  provisionMs = PROVISION_MS,
  isRefused = () => false,
}: BuildsOrder) {
  return async ({ project, variables, stopped }: BuildOrder): Promise<unknown> => {
    if (isRefused())
      throw named('CodeBuild.AccountLimitExceededException', {
        message: 'Cannot have more builds in queue for the account',
      });
    const middleMs = project.endsWith('-cluster-task') ? provisionMs.ec2 : provisionMs.lambda;
    await sleep(scheduler, Math.round(middleMs * (0.5 + random.uniform())));
    if (stopped.aborted) return stoppedBuild();
    const order = ClusterTaskOrder.parse(JSON.parse(variables.SLIPWAY_ORDER ?? ''));
    try {
      const result = await runTask(order, stopped);
      return {
        Build: {
          BuildStatus: 'SUCCEEDED',
          ExportedEnvironmentVariables: [{ Name: RESULT_VARIABLE, Value: JSON.stringify(result) }],
        },
      };
    } catch (error) {
      throw failedBuild(error);
    }
  };
}

/** No caller waits for this answer any more. */
function stoppedBuild() {
  return { Build: { BuildStatus: 'STOPPED', ExportedEnvironmentVariables: [] } };
}

/** Like Step Functions' report of a failed build: the cause is the build, with the message of each phase. */
function failedBuild(error: unknown): Error {
  const Message = error instanceof Error ? error.message : String(error);
  const Phases = [
    { PhaseType: 'BUILD', PhaseStatus: 'FAILED', Contexts: [{ StatusCode: 'COMMAND_EXECUTION_ERROR', Message }] },
  ];
  return named('States.TaskFailed', { message: JSON.stringify({ Build: { BuildStatus: 'FAILED', Phases } }) });
}
