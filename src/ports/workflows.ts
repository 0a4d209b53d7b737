/** The state machines that take a deployment through its steps. */
import type { Deployment } from '../domain/deployment/deployment.ts';
import type { ExecutionEnd } from '../domain/deployment/execution-end.ts';

export type Machine = Deployment['kind'];

export type ExecutionState = 'running' | 'missing' | ExecutionEnd;

export interface Workflows {
  /**
   * Starts the machine under the deployment's id. Repeatable: it does nothing when an execution of that name exists.
   */
  start(machine: Machine, deploymentId: string): Promise<void>;
  /**
   * Starts the machine again after its execution ended without ending the deployment. Repeatable: it starts once for
   * each value of `again`.
   */
  startAgain(machine: Machine, execution: { readonly deploymentId: string; readonly again: string }): Promise<void>;
  /** Ends the wait that holds the token. Repeatable: for a wait that is already over it returns false. */
  answer(token: string): Promise<boolean>;
  /** `missing` means that the execution was never started, or ended more than 90 days ago. */
  status(machine: Machine, deploymentId: string): Promise<ExecutionState>;
}
