/** The EventBridge event `Step Functions Execution Status Change`, as far as Slipway reads it. */
import * as z from 'zod/mini';
import { deploymentOfExecution } from '../../../domain/deployment/deployment.ts';

export const ExecutionEnded = z.object({ detail: z.object({ name: z.string() }) });
export type ExecutionEnded = z.infer<typeof ExecutionEnded>;

/** Of which deployment it was: an execution is named after it. */
export function deploymentOfEvent({ detail: { name } }: ExecutionEnded): { readonly deploymentId: string } {
  return { deploymentId: deploymentOfExecution(name) };
}
