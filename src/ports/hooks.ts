/** Hooks: a team's own checks of a version. */
import type { Hook } from '../domain/service/service-spec.ts';

export interface Hooks {
  /**
   * Runs a hook and waits for its answer. Resolves with `passed: false` when the hook refuses the version or fails.
   * Throws Transient when it cannot reach the hook. A hook may run twice with the same `deploymentId` and `phase`.
   */
  run(hook: Hook, order: HookOrder): Promise<{ readonly passed: boolean; readonly detail: string }>;
}
export interface HookOrder {
  readonly deploymentId: string;
  readonly service: string;
  readonly phase: 'beforeTraffic' | 'afterTraffic';
  readonly stable: string;
  readonly canary: string;
}
