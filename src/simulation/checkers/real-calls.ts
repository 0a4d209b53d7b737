/** Remembers which rollouts had calls on their new version while they were in flight, whatever the ledger says. */
import type { CheckedWorld } from './checked-world.ts';

export interface RealCalls {
  /** To call after every step. */
  note(world: CheckedWorld): void;
  hadCalls(asked: { readonly deploymentId: string } | { readonly service: string; readonly version: string }): boolean;
}

export function realCalls(): RealCalls {
  const had = new Set<string>();
  return {
    note(world) {
      for (const { id, kind, service, stable, canary } of world.inFlight) {
        if (kind !== 'rollout' || canary === null || canary === stable || had.has(id)) continue;
        if ((world.calls(service).get(canary) ?? 0) > 0) had.add(id).add(`${service} ${canary}`);
      }
    },
    hadCalls: (asked) => had.has('version' in asked ? `${asked.service} ${asked.version}` : asked.deploymentId),
  };
}
