/**
 * Follows where the calls of one rollout go: when the first calls could go to the new version, when none could, and
 * when all could.
 */
import type { RehearsalCloud } from '../twin/cloud/cloud.ts';
import type { SplitChange } from '../twin/lambda/split-history.ts';

export interface CanaryCalls {
  /** Reads what has changed since the last call. */
  follow(canary: string | null): void;
  /**
   * In epoch milliseconds. `firstAt` is null before the first shift. `zeroAt` and `wholeAt` are null unless the canary
   * has none or all of the calls now; each is the time since when that is so.
   */
  readonly firstAt: number | null;
  readonly zeroAt: number | null;
  readonly wholeAt: number | null;
  /** The number of calls that the version has served, including throttled calls. */
  served(canary: string | null): number;
}

export function canaryCalls(
  cloud: RehearsalCloud,
  { functionName, alias }: { readonly functionName: string; readonly alias: string },
): CanaryCalls {
  let seen = 0;
  let servedWhenWhole: number | null = null;
  const at: { firstAt: number | null; zeroAt: number | null; wholeAt: number | null } = {
    firstAt: null,
    zeroAt: null,
    wholeAt: null,
  };
  const countServed = (canary: string | null): number => {
    const totals = canary === null ? undefined : cloud.totals(functionName).get(canary);
    return totals === undefined ? 0 : totals.requests + totals.throttles;
  };
  const take = (change: SplitChange, canary: string) => {
    const percent = percentOf(change, canary);
    if (percent > 0) at.firstAt ??= change.at;
    if (at.firstAt === null) return;
    at.zeroAt = percent > 0 ? null : (at.zeroAt ?? change.at);
    at.wholeAt = percent < 100 ? null : (at.wholeAt ?? change.at);
    servedWhenWhole = at.wholeAt === null ? null : countServed(canary);
  };
  return {
    follow(canary) {
      const history = cloud.history();
      if (canary === null) return;
      for (; seen < history.length; seen += 1) {
        const change = history[seen] as SplitChange;
        if (change.functionName === functionName && change.alias === alias) take(change, canary);
      }
    },
    get firstAt() {
      return at.firstAt;
    },
    get zeroAt() {
      return at.zeroAt;
    },
    get wholeAt() {
      return at.wholeAt;
    },
    served: (canary) => servedWhenWhole ?? countServed(canary),
  };
}

function percentOf({ stable, canary, canaryPercent }: SplitChange, version: string): number {
  if (version === canary) return canaryPercent;
  return version === stable ? 100 - canaryPercent : 0;
}
