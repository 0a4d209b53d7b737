/**
 * Turns at Lambda's control plane. Forward steps of all services share a part of the calls that the account may make: each
 * call has a moment of its own, which one claimant holds. What is left of the account's calls is for the way back.
 */

/** Calls that nobody made within this time are saved, and may be made at once: one rollout alone is hardly ever slowed down. */
const SAVED_MS = 1_000;
/** A claim counts until this long after its moment; then its claimant did not come, and claims again. */
export const TURN_KEPT_MS = 8_000;
/** No claim is further ahead than this. It bounds what a claim has to look through. */
export const TURN_AHEAD_MS = 180_000;
export const TURN_CALLS_MAX = 16;

export interface TurnOrder {
  /** Says which step of which deployment it is: whoever comes back under the same name finds its turn kept. */
  readonly claimant: string;
  /** 1 to `TURN_CALLS_MAX`, made one after the other. */
  readonly calls: number;
  /** A turn that is further ahead is not claimed. */
  readonly withinMs: number;
}

/**
 * `at`: the moment from which the calls may be made, which is that of the last one of them, so that none is ever early; or,
 * without a claim, the earliest such moment. Epoch milliseconds; in the past when it is the claimant's turn already.
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

/** The moments of so many calls in a row, the oldest that are saved first. */
export function nextMoments(rate: Rate, calls: number): readonly number[] {
  return momentsOf({ ...rate, first: oldestIndex(rate), calls });
}

/** From when on calls at these moments may be made. */
export function turnFrom(moments: readonly number[]): Turn {
  return { claimed: true, at: moments.at(-1) ?? Number.NEGATIVE_INFINITY };
}

export type TurnChoice = (
  | { readonly turn: Turn }
  /** To be claimed: all of them, or none. */
  | { readonly claim: readonly number[] }
) & {
  /** Moments that the claimant holds and cannot use: a claim of them that others cut in two. */
  readonly release: readonly number[];
};

export interface TurnView extends Rate {
  readonly order: TurnOrder;
  /** All claims of moments since `TURN_KEPT_MS` ago. */
  readonly claims: readonly ClaimedMoment[];
  /** Picks one of that many possible turns, the earliest of which is 0: claimants at one moment had better differ. */
  readonly pick: (count: number) => number;
  /** How many possible turns there are to pick from, at most. */
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

/** The first of the moments that follow each other without a gap, as many as there are calls; none when there are not. */
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
