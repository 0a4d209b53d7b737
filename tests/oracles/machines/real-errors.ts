/**
 * The names that errors of tasks really have. A Lambda function's own error has the name that the function gave it. A
 * dead function has the name that Lambda's sandbox gives. A call that Lambda refuses has the name of the API's
 * exception.
 */
import type { State } from '../../../src/twin/workflow/asl.ts';
import type { Attempt } from './machine-paths.ts';

/** The function ran out of time, its process died, or its result is unknown. */
export const DEAD_FUNCTION = [
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Lambda.Unknown',
] as const;
/** The call did not arrive, or its answer did not. */
export const LOST_CALL = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.TooManyRequestsException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
] as const;
const REFUSED_CALL = ['Lambda.ResourceNotFoundException'] as const;
/** Slipway's own errors, as `SlipwayError` names them. */
export const OWN = ['Transient', 'Conflict', 'NotFound', 'InvalidRequest', 'Broken'] as const;
const BUILD = [
  'CodeBuild.AccountLimitExceededException',
  'CodeBuild.AWSCodeBuildException',
  'CodeBuild.SdkClientException',
  'CodeBuild.InvalidInputException',
] as const;
const TIMEOUT = 'States.Timeout';
const TASK_FAILED = 'States.TaskFailed';

export function isLambda({ Resource = '' }: State): boolean {
  return Resource.includes(':lambda:');
}

/** All names of errors that a task may give, and the names that its machine gives itself. */
export function namesOfErrors(state: State): string[] {
  const { Resource = '', Retry = [] } = state;
  if (Resource.includes(':states:startExecution')) return [TASK_FAILED, TIMEOUT];
  const named = Retry.flatMap(({ ErrorEquals }) => ErrorEquals).filter((name) => !name.startsWith('States.'));
  const real = isLambda(state) ? [...OWN, ...DEAD_FUNCTION, ...LOST_CALL, ...REFUSED_CALL] : [...BUILD, TASK_FAILED];
  return [...new Set([...real, ...named, TIMEOUT])];
}

/** One attempt that ends with an error, with the cause that AWS gives for that error. */
export function failure(state: State, error: string): Attempt {
  return error === TIMEOUT ? { timesOut: true } : { fails: { error, cause: causeOf(state, error) } };
}

function causeOf(state: State, error: string): string {
  if (error === TASK_FAILED) return JSON.stringify({ Build: { BuildStatus: 'FAILED', Phases: [] } });
  const isOfService = !isLambda(state) || error.startsWith('Lambda.');
  // The cause of a function's error is JSON; the cause of a service's exception is a sentence.
  if (isOfService) return `It did not work. (Service: ${isLambda(state) ? 'Lambda' : 'CodeBuild'}, Status Code: 500)`;
  return JSON.stringify({ errorType: error, errorMessage: 'It did not work.' });
}
