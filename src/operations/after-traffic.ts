/** Runs the service's checks after all traffic reached the new version; a failure still takes it back. */
import { type RunHooksPorts, runHooks } from './run-hooks.ts';
import { DeploymentTask, type TaskResult } from './task-input.ts';

export const AfterTrafficInput = DeploymentTask;

export function afterTraffic(ports: RunHooksPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  return runHooks(ports, { deploymentId, phase: 'afterTraffic' });
}
