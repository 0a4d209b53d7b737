/** The fields of the EventBridge event `Step Functions Execution Status Change` that Slipway reads. */
import * as z from 'zod/mini';
import { deploymentOfExecution } from '../../../domain/deployment/deployment.ts';
import { type ExecutionEnd, executionEnd } from '../../../domain/deployment/execution-end.ts';

export const ExecutionEnded = z.object({
  detail: z.object({ name: z.string(), status: z.optional(z.string()), error: z.nullish(z.string()) }),
});
export type ExecutionEnded = z.infer<typeof ExecutionEnded>;

/** Returns the deployment of the execution, which is named after it, and how the execution ended. */
export function deploymentOfEvent({ detail: { name, status, error } }: ExecutionEnded): {
  readonly deploymentId: string;
  readonly end: ExecutionEnd | null;
} {
  return { deploymentId: deploymentOfExecution(name), end: executionEnd(status, error) };
}
