/**
 * Runs the service's hooks after all traffic reached the new version, while a failure still rolls back. If the task
 * before has to wait, it passes that wait on.
 */

import type { TaskResult } from '../steps/task-input.ts';
import { HooksInput, type RunHooksPorts, runHooks } from './run-hooks.ts';

export const AfterTrafficInput = HooksInput;

export function afterTraffic(ports: RunHooksPorts, input: HooksInput): Promise<TaskResult> {
  return runHooks(ports, { ...input, phase: 'afterTraffic' });
}
