/** Runs the service's checks on the new version before any traffic reaches it; or passes on that it is not ready yet. */
import * as z from 'zod/mini';
import { type RunHooksPorts, runHooks } from './run-hooks.ts';
import { DeploymentTask, type TaskResult, WaitAMoment } from './task-input.ts';

/** `next`: what the task before said. */
export const BeforeTrafficInput = z.extend(DeploymentTask, { next: z.optional(z.unknown()) });
export type BeforeTrafficInput = z.infer<typeof BeforeTrafficInput>;

export async function beforeTraffic(
  ports: RunHooksPorts,
  { deploymentId, next }: BeforeTrafficInput,
): Promise<TaskResult> {
  const wait = z.safeParse(WaitAMoment, next);
  if (wait.success) return { deploymentId, next: wait.data };
  return runHooks(ports, { deploymentId, phase: 'beforeTraffic' });
}
