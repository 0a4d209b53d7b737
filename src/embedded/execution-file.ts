/**
 * Keeps on disk which executions are running. Step Functions outlives its callers, but these executions end with this
 * process. So the next process reads here what was left and reports it as ABORTED, as Step Functions reports a stopped
 * execution.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { ExecutionName } from '../twin/workflow/execution.ts';

const Executions = z.array(
  z.object({ machine: z.enum(['rollout', 'rollback', 'delivery', 'monitor']), deploymentId: z.string() }),
);

export function saveExecutions(path: string, running: readonly ExecutionName[]): void {
  const names = running.map(({ machine, deploymentId }) => ({ machine, deploymentId }));
  writeFileSync(`${path}.new`, JSON.stringify(names));
  renameSync(`${path}.new`, path);
}

/** A missing or damaged file names no executions: `reconcile` still finds their deployments in the ledger. */
export function loadExecutions(path: string): readonly ExecutionName[] {
  try {
    return Executions.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}
