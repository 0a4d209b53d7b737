/**
 * The sequential judge: may be asked after every minute, and its error does not grow with asking. One row in, a new state
 * out; the state is plain JSON. Nothing here throws: a row that cannot be true becomes a trouble, which `verdictOf` tells.
 */
import { RECENT_MINUTES } from './attribution.ts';
import { guardReason } from './hard-guard.ts';
import { countsOf, hasTime, isSameRow, MINUTE_MS, type MinuteRow, rowFault } from './minute-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { combinedEvidence, reasonToCondemn } from './sequential-evidence.ts';
import { NO_EVIDENCE, type SeriesState, withEvidence } from './series.ts';

/** Something that kept a minute from being evidence, by the start of that minute. */
export interface Trouble {
  readonly at: number;
  readonly because: string;
}

export interface SequentialState {
  readonly policy: SequentialPolicy;
  /** Start of the latest minute that came, good or not; null before the first. */
  readonly lastAt: number | null;
  /** Start of the first minute with a request of the canary: the warm-up counts from here. */
  readonly firstTrafficAt: number | null;
  /** Minutes that are evidence, and minutes that came or should have come and are not. */
  readonly minutes: number;
  readonly troubled: number;
  /** The latest troubles, oldest first, at most five. */
  readonly troubles: readonly Trouble[];
  /** Minutes in a row, up to the latest, without a request of one version. */
  readonly idle: { readonly canary: number; readonly stable: number };
  /** The latest good minutes, oldest first, at most five. */
  readonly recent: readonly MinuteRow[];
  /** In the order of the policy's metrics and their series. */
  readonly series: readonly SeriesState[];
  /** Periods of ten seconds that the hard guard has looked at, and the latest. */
  readonly guard: { readonly looks: number; readonly lastAt: number | null };
  /** Set once the canary is found worse, and never taken back: the bound holds for "ever". */
  readonly condemned: Trouble | null;
  /** A minute came late or changed: the state no longer says what the rows say, and has to be recomputed from them. */
  readonly stale: string | null;
}

/** A new revision of the canary starts here again; a new weight does not. */
export function initial(policy: SequentialPolicy): SequentialState {
  return {
    policy,
    lastAt: null,
    firstTrafficAt: null,
    minutes: 0,
    troubled: 0,
    troubles: [],
    idle: { canary: 0, stable: 0 },
    recent: [],
    series: allSeries(policy).map(() => NO_EVIDENCE),
    guard: { looks: 0, lastAt: null },
    condemned: null,
    stale: null,
  };
}

export function allSeries({ metrics }: SequentialPolicy): SeriesPolicy[] {
  return metrics.flatMap(({ series }) => series);
}

/**
 * The state after one closed period more. Rows come in the order of their time. One that was taken already is harmless; one
 * that is older, or says something else than it said, makes the state stale (see `recomputed`).
 */
export function next(state: SequentialState, row: MinuteRow): SequentialState {
  const names = allSeries(state.policy).map(({ name }) => name);
  const fault = rowFault(row, names);
  if (!hasTime(row)) return troubledBy(state, { at: state.lastAt ?? 0, because: `${fault} cannot be` });
  const { startsAt, periodSeconds } = row;
  const trouble = fault === null ? null : { at: startsAt, because: `${fault} cannot be` };
  if (periodSeconds === 10) return trouble === null ? guarded(state, row) : troubledBy(state, trouble);
  if (state.lastAt !== null && startsAt <= state.lastAt) return repeated(state, row);
  const followed = { ...afterGap(state, row), lastAt: startsAt };
  if (trouble !== null) return troubledBy(followed, trouble);
  return counted({ ...followed, recent: [...followed.recent, row].slice(-RECENT_MINUTES) }, row);
}

/** The state from all rows, in any order: for late ones. Of a period that comes twice, the later in the list holds. */
export function recomputed(policy: SequentialPolicy, rows: readonly MinuteRow[]): SequentialState {
  const latest = new Map(rows.map((row) => [`${row.periodSeconds} ${row.startsAt}`, row]));
  const inOrder = [...latest.values()].filter(hasTime).sort((one, other) => one.startsAt - other.startsAt);
  return [...inOrder, ...rows.filter((row) => !hasTime(row))].reduce(next, initial(policy));
}

function repeated(state: SequentialState, row: MinuteRow): SequentialState {
  if (state.recent.some((known) => isSameRow(known, row))) return state;
  return { ...state, stale: `the minute ${clockTime(row.startsAt)} came late or changed` };
}

/** Minutes that should have come between the latest and this one. */
function afterGap(state: SequentialState, { startsAt }: MinuteRow): SequentialState {
  const missing = state.lastAt === null ? 0 : (startsAt - state.lastAt) / MINUTE_MS - 1;
  if (missing === 0) return state;
  const because = `${missing === 1 ? 'a minute is' : `${missing} minutes are`} missing before ${clockTime(startsAt)}`;
  return troubledBy(state, { at: startsAt - MINUTE_MS, because, minutes: missing });
}

function troubledBy(
  state: SequentialState,
  { at, because, minutes = 1 }: Trouble & { readonly minutes?: number },
): SequentialState {
  return {
    ...state,
    troubled: state.troubled + minutes,
    troubles: [...state.troubles, { at, because }].slice(-RECENT_MINUTES),
  };
}

/** A minute that can be true: evidence, unless one version had no request or the canary is still warming up. */
function counted(state: SequentialState, row: MinuteRow): SequentialState {
  const { startsAt, canary, stable } = row;
  const idle = {
    canary: canary.requests === 0 ? state.idle.canary + 1 : 0,
    stable: stable.requests === 0 ? state.idle.stable + 1 : 0,
  };
  if (canary.requests === 0) return { ...state, idle };
  const firstTrafficAt = state.firstTrafficAt ?? startsAt;
  const come = { ...state, firstTrafficAt, idle };
  const isWarm = startsAt >= firstTrafficAt + state.policy.warmUpMs;
  return isWarm && stable.requests > 0 ? condemnedOrNot(withMinuteOf(come, row), startsAt) : come;
}

function withMinuteOf(state: SequentialState, row: MinuteRow): SequentialState {
  const { policy, minutes } = state;
  const rules = allSeries(policy);
  const series = state.series.map((before, index) => {
    const each = rules[index] as SeriesPolicy;
    return withEvidence(before, { policy, series: each, minute: countsOf(row, each.name) });
  });
  return { ...state, minutes: minutes + 1, series };
}

function condemnedOrNot(state: SequentialState, at: number): SequentialState {
  if (state.condemned !== null) return state;
  const because = reasonToCondemn(state, combinedEvidence(state));
  return because === null ? state : { ...state, condemned: { at, because } };
}

function guarded(state: SequentialState, row: MinuteRow): SequentialState {
  const { looks, lastAt } = state.guard;
  // A period is looked at once: the guard's budget is by the number of looks.
  if (lastAt !== null && row.startsAt <= lastAt) return state;
  const because = guardReason(row, { policy: state.policy, looks: looks + 1 });
  const guard = { looks: looks + 1, lastAt: row.startsAt };
  if (because === null || state.condemned !== null) return { ...state, guard };
  return { ...state, guard, condemned: { at: row.startsAt, because } };
}

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
