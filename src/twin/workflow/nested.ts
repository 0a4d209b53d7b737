/**
 * An execution that another one starts and waits for, like `startExecution.sync:2`. The same name and input join a
 * running execution, and a used name is refused. The inner execution is stopped with the outer one.
 */
import { isDeepStrictEqual } from 'node:util';
import type { RehearsedMachine } from './asl.ts';
import { type NestedOrder, named } from './attempt.ts';
import type { ExecutionName, Run } from './execution.ts';

export interface NestedPorts {
  readonly find: (name: ExecutionName) => Run | undefined;
  readonly start: (name: ExecutionName, input: unknown) => Run;
  readonly stop: (run: Run) => void;
}

export function nestedExecutions({ find, start, stop }: NestedPorts) {
  return async ({ machineArn, name, input, stopped }: NestedOrder): Promise<unknown> => {
    const execution = { machine: machineOf(machineArn), deploymentId: name };
    const known = find(execution);
    if (known !== undefined && (known.endedAt !== null || !isDeepStrictEqual(known.input, input)))
      throw named('StepFunctions.ExecutionAlreadyExistsException', { message: `Execution Already Exists: '${name}'` });
    const run = known ?? start(execution, input);
    stopped.addEventListener('abort', () => stop(run));
    const { status, error } = await run.ended.promise;
    if (status === 'SUCCEEDED') return { Name: name, Status: status };
    throw named('States.TaskFailed', { message: JSON.stringify({ Name: name, Status: status, Error: error }) });
  };
}

/** The machine, from the end of the ARN: `...:stateMachine:slipway-dev-rollout`. */
function machineOf(arn: string): RehearsedMachine {
  const name = arn.split('-').at(-1);
  switch (name) {
    case 'rollout':
    case 'rollback':
    case 'delivery':
    case 'monitor':
      return name;
    default:
      throw named('StepFunctions.StateMachineDoesNotExistException', {
        message: `State Machine Does Not Exist: ${arn}`,
      });
  }
}
