/** Runs the service's checks on the new version before any traffic reaches it. */
import { type RunHooksPorts, runHooks } from './run-hooks.ts';
import { DeploymentTask, type TaskResult } from './task-input.ts';

export const BeforeTrafficInput = DeploymentTask;

export function beforeTraffic(ports: RunHooksPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  return runHooks(ports, { deploymentId, phase: 'beforeTraffic' });
}
