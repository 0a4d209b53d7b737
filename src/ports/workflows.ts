/** The state machines that take a deployment through its steps. */
import type { Deployment } from '../domain/deployment/deployment.ts';

export type Machine = Deployment['kind'];

export interface Workflows {
  /** Starts the machine under the deployment's id. Repeatable: an execution of that name that exists is enough. */
  start(machine: Machine, deploymentId: string): Promise<void>;
  /** The same where an execution has ended without an end for its deployment: once for each word. */
  startAgain(machine: Machine, execution: { readonly deploymentId: string; readonly again: string }): Promise<void>;
  /** Ends the wait that holds the token. Repeatable: a wait that is over already is no error, and the answer is then false. */
  answer(token: string): Promise<boolean>;
  /** `missing`: it was never started (or ended more than 90 days ago). */
  status(machine: Machine, deploymentId: string): Promise<'running' | 'ended' | 'missing'>;
}
