/**
 * Turns at Lambda's control plane. Forward steps of all services share a part of the account's API calls. Each call has
 * its own moment, and one claimant holds that moment. The rest of the account's calls is left for rollbacks.
 */

/**
 * Unused calls of this last period are saved and may be made at once, so a single rollout is hardly ever slowed down.
 */
const SAVED_MS = 1_000;
/** A claim counts until this long after its moment. After that, its claimant did not come and must claim again. */
export const TURN_KEPT_MS = 8_000;
/** No claim is further ahead than this. It limits how many claims a new claim has to search. */
export const TURN_AHEAD_MS = 180_000;
export const TURN_CALLS_MAX = 16;

export interface TurnOrder {
  /** Identifies the step of a deployment. A claimant that comes back with the same name finds its turn again. */
  readonly claimant: string;
  /** 1 to `TURN_CALLS_MAX`, made one after the other. */
  readonly calls: number;
  /** A turn that is further ahead than this is not claimed. */
  readonly withinMs: number;
}

/**
 * `at` is the moment from which the calls may be made, in epoch milliseconds. It is the moment of the last call, so
 * that no call is early. Without a claim, `at` is the earliest such moment. It is in the past when it is already the
 * claimant's turn.
 */
export interface Turn {
  readonly claimed: boolean;
  readonly at: number;
}

export interface ClaimedMoment {
  readonly at: number;
  readonly claimant: string;
}

export interface Rate {
  readonly callsPerSecond: number;
  readonly now: number;
}

/** The moments of this many consecutive calls, beginning with the oldest saved moment. */
export function nextMoments(rate: Rate, calls: number): readonly number[] {
  return momentsOf({ ...rate, first: oldestIndex(rate), calls });
}

/** The turn whose calls may be made from the last of these moments on. */
export function turnFrom(moments: readonly number[]): Turn {
  return { claimed: true, at: moments.at(-1) ?? Number.NEGATIVE_INFINITY };
}

export type TurnChoice = (
  | { readonly turn: Turn }
  /** The moments to claim: all of them, or none. */
  | { readonly claim: readonly number[] }
) & {
  /** Moments that the claimant holds but cannot use, because another claimant holds a moment between them. */
  readonly release: readonly number[];
};

export interface TurnView extends Rate {
  readonly order: TurnOrder;
  /** All claims of moments that are at most `TURN_KEPT_MS` old. */
  readonly claims: readonly ClaimedMoment[];
  /**
   * Picks one of this many possible turns, where 0 is the earliest. Claimants at the same moment should pick different
   * turns.
   */
  readonly pick: (count: number) => number;
  /** The largest number of possible turns to pick from. */
  readonly choices: number;
}

export function chooseTurn(view: TurnView): TurnChoice {
  const { order, claims, callsPerSecond } = view;
  const own = claims.filter(({ claimant }) => claimant === order.claimant).map(({ at }) => at);
  const kept = runIn(own, { calls: order.calls, callsPerSecond });
  const release = own.filter((at) => !kept.includes(at));
  if (kept.length > 0) return { turn: turnFrom(kept), release };

  const { starts, nextAt } = freeStarts(view);
  const start = starts[view.pick(starts.length)];
  if (start === undefined) return { turn: { claimed: false, at: nextAt }, release };
  return { claim: momentsOf({ callsPerSecond, first: start, calls: order.calls }), release };
}

/** Returns the first moments without a gap between them, one for each call. Returns none when there are not enough. */
function runIn(
  moments: readonly number[],
  { calls, callsPerSecond }: { readonly calls: number; readonly callsPerSecond: number },
): readonly number[] {
  const held = new Set(moments);
  for (const at of [...held].sort((one, other) => one - other)) {
    const run = momentsOf({ callsPerSecond, first: indexAt({ callsPerSecond, now: at }), calls });
    if (run.every((moment) => held.has(moment))) return run;
  }
  return [];
}

function freeStarts({ order, claims, callsPerSecond, now, choices }: TurnView) {
  const taken = new Set(claims.map(({ at }) => at));
  const starts: number[] = [];
  const end = indexAt({ callsPerSecond, now: now + TURN_AHEAD_MS });
  let free = 0;
  for (let index = oldestIndex({ callsPerSecond, now }); index < end && starts.length < choices; index += 1) {
    const nextAt = momentOf({ callsPerSecond, index });
    free = taken.has(nextAt) ? 0 : free + 1;
    if (free < order.calls) continue;
    if (nextAt > now + order.withinMs) return { starts, nextAt };
    starts.push(index - order.calls + 1);
  }
  return { starts, nextAt: momentOf({ callsPerSecond, index: end }) };
}

function oldestIndex({ callsPerSecond, now }: Rate): number {
  return indexAt({ callsPerSecond, now: now - SAVED_MS }) + 1;
}

function momentsOf({ callsPerSecond, first, calls }: { callsPerSecond: number; first: number; calls: number }) {
  return Array.from({ length: calls }, (_, nth) => momentOf({ callsPerSecond, index: first + nth }));
}

function indexAt({ callsPerSecond, now }: Rate): number {
  return Math.floor((now * callsPerSecond) / 1_000);
}

function momentOf({ callsPerSecond, index }: { readonly callsPerSecond: number; readonly index: number }): number {
  return Math.ceil((index * 1_000) / callsPerSecond);
}
