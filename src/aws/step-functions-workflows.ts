/**
 * Runs executions of the two state machines. An execution has the deployment's id as its name, so it starts only once.
 */
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionName } from '../domain/deployment/deployment.ts';
import { executionEnd } from '../domain/deployment/execution-end.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Reachable } from '../ports/reachable.ts';
import type { ExecutionState, Machine, Workflows } from '../ports/workflows.ts';
import { attempt, isNamed, translate } from './errors.ts';

/** The ARNs of the state machines. The ARN of a version or an alias of a machine also works. */
export type MachineArns = Readonly<Record<Machine, string>>;

export function stepFunctionsWorkflows(stepFunctions: SFNClient, arns: MachineArns): Workflows {
  return {
    start: (machine, deploymentId) =>
      start(stepFunctions, { arn: arns[machine], machine, deploymentId, name: deploymentId }),
    startAgain: (machine, execution) =>
      start(stepFunctions, { ...execution, arn: arns[machine], machine, name: executionName(execution) }),
    answer: (token) => answer(stepFunctions, token),
    status: (machine, deploymentId) => status(stepFunctions, { arn: arns[machine], machine, deploymentId }),
  };
}

export function stepFunctionsReachable(stepFunctions: SFNClient, arns: MachineArns): Reachable {
  const attempted = { what: 'reach the workflows', action: 'states:DescribeStateMachine' };
  return {
    async check() {
      try {
        await stepFunctions.send(
          new DescribeStateMachineCommand({ stateMachineArn: arns.rollout, includedData: 'METADATA_ONLY' }),
        );
      } catch (error) {
        // Whatever the cause, the answer to "ready?" is "not now": a missing permission may be granted while Slipway
        // runs.
        throw new SlipwayError('Transient', translate(error, attempted).message, { cause: error });
      }
    },
  };
}

interface Execution {
  readonly arn: string;
  readonly machine: Machine;
  readonly deploymentId: string;
}

async function start(
  stepFunctions: SFNClient,
  { arn, machine, deploymentId, name }: Execution & { readonly name: string },
): Promise<void> {
  try {
    await attempt({ what: `start the ${machine} ${deploymentId}`, action: 'states:StartExecution' }, () =>
      stepFunctions.send(
        new StartExecutionCommand({
          stateMachineArn: arn,
          name,
          input: JSON.stringify({ deploymentId }),
        }),
      ),
    );
  } catch (error) {
    if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
  }
}

async function answer(stepFunctions: SFNClient, token: string): Promise<boolean> {
  try {
    await attempt({ what: 'end the wait of a workflow', action: 'states:SendTaskSuccess' }, () =>
      stepFunctions.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' })),
    );
    return true;
  } catch (error) {
    if (!isNamed(error, 'TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken')) throw error;
    return false;
  }
}

async function status(stepFunctions: SFNClient, { arn, machine, deploymentId }: Execution): Promise<ExecutionState> {
  const executionArn = executionArnOf(arn, deploymentId);
  try {
    const execution = await attempt(
      { what: `read the ${machine} ${deploymentId}`, action: 'states:DescribeExecution' },
      () => stepFunctions.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })),
    );
    return executionEnd(execution.status) ?? 'running';
  } catch (error) {
    if (isNamed(error, 'ExecutionDoesNotExist')) return 'missing';
    throw error;
  }
}

/** Turns `arn:aws:states:region:account:stateMachine:name[:qualifier]` into `...:execution:name:<execution>`. */
function executionArnOf(machineArn: string, executionName: string): string {
  const [arn, partition, service, region, account, , name] = machineArn.split(':');
  return [arn, partition, service, region, account, 'execution', name, executionName].join(':');
}
