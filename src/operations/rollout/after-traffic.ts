/** Runs the service's checks after all traffic reached the new version, where a failure still takes it back; or passes on that it has to wait. */

import type { TaskResult } from '../steps/task-input.ts';
import { HooksInput, type RunHooksPorts, runHooks } from './run-hooks.ts';

export const AfterTrafficInput = HooksInput;

export function afterTraffic(ports: RunHooksPorts, input: HooksInput): Promise<TaskResult> {
  return runHooks(ports, { ...input, phase: 'afterTraffic' });
}
