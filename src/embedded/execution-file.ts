/**
 * Keeps on disk which executions are running. Step Functions outlives its callers, but these executions end with this
 * process. So the next process reads here what was left and reports it as ABORTED, as Step Functions reports a stopped
 * execution.
 */
import * as z from 'zod/mini';
import type { ExecutionName } from '../twin/workflow/execution.ts';
import { type KeptFile, readKept } from '../twin/world/kept-file.ts';

const Executions = z.array(
  z.object({ machine: z.enum(['rollout', 'rollback', 'delivery', 'monitor']), deploymentId: z.string() }),
);

export function saveExecutions(file: KeptFile, running: readonly ExecutionName[]): void {
  const names = running.map(({ machine, deploymentId }) => ({ machine, deploymentId }));
  file.write(JSON.stringify(names));
}

/**
 * A missing file names no executions: `reconcile` still finds their deployments in the ledger. Throws Broken for a
 * damaged file.
 */
export function loadExecutions(path: string): readonly ExecutionName[] {
  return readKept(path, (value) => Executions.parse(value)) ?? [];
}
