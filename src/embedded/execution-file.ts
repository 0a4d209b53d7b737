/**
 * Which executions are running, on disk. Step Functions lives on when a caller dies; this process does not, so the next
 * one reads here what it left behind and reports it as ABORTED, as Step Functions reports an execution that was stopped.
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

/** A file that is not there, or not whole, names none: `reconcile` finds their deployments in the ledger all the same. */
export function loadExecutions(path: string): readonly ExecutionName[] {
  try {
    return Executions.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}
