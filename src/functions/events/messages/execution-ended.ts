/** The fields of the EventBridge event `Step Functions Execution Status Change` that Slipway reads. */
import * as z from 'zod/mini';
import { deploymentOfExecution } from '../../../domain/deployment/deployment.ts';

export const ExecutionEnded = z.object({ detail: z.object({ name: z.string() }) });
export type ExecutionEnded = z.infer<typeof ExecutionEnded>;

/** Returns the deployment of the execution: the execution is named after its deployment. */
export function deploymentOfEvent({ detail: { name } }: ExecutionEnded): { readonly deploymentId: string } {
  return { deploymentId: deploymentOfExecution(name) };
}
