/** One execution of a rehearsed state machine: its name, its states and how it ended. */
import type { RehearsedMachine } from './asl.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionName {
  readonly machine: RehearsedMachine;
  /** The id of the deployment. For the pipeline's machines, the name that the pipeline gave. */
  readonly deploymentId: string;
  /** Set for an execution that follows another one for the same deployment. */
  readonly again?: string | undefined;
}

export interface Execution extends ExecutionName {
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The states that it entered, in order: its transitions. */
  readonly states: readonly string[];
}

/** An execution, with the error and the cause when it ended as FAILED. */
export type StatusChange = Execution & { readonly error: string | null; readonly cause: string | null };

export interface Run extends ExecutionName {
  readonly input: unknown;
  readonly ended: PromiseWithResolvers<StatusChange>;
  status: ExecutionStatus;
  error: string | null;
  readonly startedAt: number;
  endedAt: number | null;
  readonly states: string[];
  stop: () => void;
}
