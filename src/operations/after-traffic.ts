/** Runs the service's checks after all traffic reached the new version, where a failure still takes it back; or passes on that it has to wait. */
import * as z from 'zod/mini';
import { type RunHooksPorts, runHooks } from './run-hooks.ts';
import { DeploymentTask, type TaskResult, WaitAMoment } from './task-input.ts';

/** `next`: what the promotion said. */
export const AfterTrafficInput = z.extend(DeploymentTask, { next: z.optional(z.unknown()) });
export type AfterTrafficInput = z.infer<typeof AfterTrafficInput>;

export async function afterTraffic(
  ports: RunHooksPorts,
  { deploymentId, next }: AfterTrafficInput,
): Promise<TaskResult> {
  const wait = z.safeParse(WaitAMoment, next);
  if (wait.success) return { deploymentId, next: wait.data };
  return runHooks(ports, { deploymentId, phase: 'afterTraffic' });
}
