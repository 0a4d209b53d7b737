/** Every change of where calls go, by any caller. The checkers of the invariants use this history. */
import type { Clock } from '../../ports/clock.ts';
import type { World } from '../world/world.ts';
import { splitOf } from './traffic.ts';

export interface SplitChange {
  readonly at: number;
  readonly functionName: string;
  readonly alias: string;
  readonly stable: string;
  readonly canary: string | null;
  readonly canaryPercent: number;
  readonly revision: string;
}

const KEPT = 10_000;

export function splitHistory({ scheduler, world }: { scheduler: Clock; world: World }) {
  const changes: SplitChange[] = [];
  const latest = new Map<string, string>();
  return {
    /** An update that keeps the split changes only the revision, and makes no entry. */
    note({ functionName, alias }: { functionName: string; alias: string }): void {
      const moved = world.functions[functionName]?.aliases[alias];
      if (!moved) return;
      const split = splitOf(moved);
      const key = `${functionName}:${alias}`;
      const now = JSON.stringify(split);
      if (latest.get(key) === now) return;
      latest.set(key, now);
      changes.push({ at: scheduler.now(), functionName, alias, ...split, revision: moved.revisionId });
      if (changes.length > KEPT) changes.shift();
    },
    list: (): readonly SplitChange[] => changes,
  };
}
