/**
 * Runs the service's hooks on the new version before any traffic reaches it. If the version is not ready yet, it passes
 * that wait on.
 */

import type { TaskResult } from '../steps/task-input.ts';
import { HooksInput, type RunHooksPorts, runHooks } from './run-hooks.ts';

export const BeforeTrafficInput = HooksInput;

export function beforeTraffic(ports: RunHooksPorts, input: HooksInput): Promise<TaskResult> {
  return runHooks(ports, { ...input, phase: 'beforeTraffic' });
}
