/** Runs the service's checks on the new version before any traffic reaches it; or passes on that it is not ready yet. */

import type { TaskResult } from '../steps/task-input.ts';
import { HooksInput, type RunHooksPorts, runHooks } from './run-hooks.ts';

export const BeforeTrafficInput = HooksInput;

export function beforeTraffic(ports: RunHooksPorts, input: HooksInput): Promise<TaskResult> {
  return runHooks(ports, { ...input, phase: 'beforeTraffic' });
}
