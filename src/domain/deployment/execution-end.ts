/** How the execution of a deployment ended, and what that means for a deployment that it did not settle. */

/**
 * * `stopped`: a person or a tool stopped it.
 * * `interrupted`: the process that ran it was stopped. Only for `npm start`, where executions end with their process.
 */
export type ExecutionEnd = 'succeeded' | 'failed' | 'timedOut' | 'stopped' | 'interrupted';

/** The error of an execution that ended with its process. Step Functions never gives this name. */
export const INTERRUPTED = 'Slipway.Interrupted';

/** Reads the status words of Step Functions. Null for a word of an execution that has not ended, or an unknown one. */
export function executionEnd(status: string | undefined, error?: string | null): ExecutionEnd | null {
  switch (status) {
    case 'SUCCEEDED':
      return 'succeeded';
    case 'FAILED':
      return 'failed';
    case 'TIMED_OUT':
      return 'timedOut';
    case 'ABORTED':
      return error === INTERRUPTED ? 'interrupted' : 'stopped';
    default:
      return null;
  }
}

/** Why a deployment has nobody to take it on, without a full stop. Null when it is not known how its execution ended. */
export function abandonedInWords(end: ExecutionEnd | null): string {
  switch (end) {
    case 'interrupted':
      return 'Slipway was stopped in the middle of it';
    case 'stopped':
      return 'Its execution in Step Functions was stopped in the middle of it';
    case 'timedOut':
      return 'Its execution in Step Functions ran out of time';
    case 'failed':
      return 'Its execution in Step Functions failed in the middle of it';
    case 'succeeded':
    case null:
      return 'Its execution ended without settling it';
  }
}
