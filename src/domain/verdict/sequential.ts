/**
 * The sequential judge: may be asked after every period, and its error does not grow with asking. One row in, a new state
 * out; the state is plain JSON. Nothing here throws: a row that cannot be true becomes a trouble, which `verdictOf` tells.
 */
import { guardReason } from './hard-guard.ts';
import { countsOf, hasTime, isSameRow, type MinuteRow, rowFault } from './minute-row.ts';
import { aPeriod, clockTime, periodMs, periodsInWords, recentPeriods } from './period-words.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { combinedEvidence, judgedSeries, reasonToCondemn } from './sequential-evidence.ts';
import { NO_EVIDENCE, type SeriesState, withEvidence } from './series.ts';

/** Something that kept a minute from being evidence, by the start of that minute. */
export interface Trouble {
  readonly at: number;
  readonly because: string;
}

export interface Condemned extends Trouble {
  /** The count for which it is worse. */
  readonly series: string;
}

export interface SequentialState {
  readonly policy: SequentialPolicy;
  /** Start of the latest period of the policy's length that came, good or not; null before the first. Below, a minute is such a period. */
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
  /** The latest good minutes, oldest first, at most `recentPeriods`. */
  readonly recent: readonly MinuteRow[];
  /** In the order of the policy's metrics and their series. */
  readonly series: readonly SeriesState[];
  /** Periods of ten seconds that the hard guard has looked at, and the latest. */
  readonly guard: { readonly looks: number; readonly lastAt: number | null };
  /** Set once the canary is found worse, and never taken back: the bound holds for "ever". */
  readonly condemned: Condemned | null;
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
  const { policy } = state;
  // What is only observed must not disturb: without its count, a row is as good as with it.
  const names = judgedSeries(policy).map(({ name }) => name);
  const fault = rowFault(row, names);
  if (!hasTime(row)) return troubledBy(state, { at: state.lastAt ?? 0, because: `${fault} cannot be` });
  const { startsAt, periodSeconds } = row;
  const trouble = fault === null ? null : { at: startsAt, because: `${fault} cannot be` };
  if (periodSeconds !== policy.periodSeconds) {
    if (trouble !== null) return troubledBy(state, trouble);
    return periodSeconds === 10 ? guarded(state, row) : troubledBy(state, { at: startsAt, because: WRONG_LENGTH });
  }
  if (state.lastAt !== null && startsAt <= state.lastAt) return repeated(state, row);
  const followed = { ...afterGap(state, row), lastAt: startsAt };
  if (trouble !== null) return troubledBy(followed, trouble);
  const looked = periodSeconds === 10 ? guarded(followed, row) : followed;
  return counted({ ...looked, recent: [...looked.recent, row].slice(-recentPeriods(policy)) }, row);
}

const WRONG_LENGTH = 'a period of a minute is no evidence where periods of ten seconds are';

function repeated(state: SequentialState, row: MinuteRow): SequentialState {
  const { policy, recent } = state;
  if (recent.some((known) => isSameRow(known, row))) return state;
  const period = policy.periodSeconds === 60 ? 'minute' : 'period';
  return { ...state, stale: `the ${period} ${clockTime(row.startsAt, policy)} came late or changed` };
}

/** Minutes that should have come between the latest and this one. */
function afterGap(state: SequentialState, { startsAt }: MinuteRow): SequentialState {
  const { policy, lastAt } = state;
  const missing = lastAt === null ? 0 : (startsAt - lastAt) / periodMs(policy) - 1;
  if (missing === 0) return state;
  const what = missing === 1 ? `${aPeriod(policy).toLowerCase()} is` : `${periodsInWords(missing, policy)} are`;
  const because = `${what} missing before ${clockTime(startsAt, policy)}`;
  return troubledBy(state, { at: startsAt - periodMs(policy), because, minutes: missing });
}

const TROUBLES_KEPT = 5;

function troubledBy(
  state: SequentialState,
  { at, because, minutes = 1 }: Trouble & { readonly minutes?: number },
): SequentialState {
  return {
    ...state,
    troubled: state.troubled + minutes,
    troubles: [...state.troubles, { at, because }].slice(-TROUBLES_KEPT),
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
    // Only a count that is observed can be missing here, and then there is nothing to observe.
    if (rowFault(row, [each.name]) !== null) return before;
    return withEvidence(before, { policy, series: each, startsAt: row.startsAt, period: countsOf(row, each.name) });
  });
  return { ...state, minutes: minutes + 1, series };
}

function condemnedOrNot(state: SequentialState, at: number): SequentialState {
  if (state.condemned !== null) return state;
  const reason = reasonToCondemn(state, combinedEvidence(state));
  return reason === null ? state : { ...state, condemned: { at, ...reason } };
}

function guarded(state: SequentialState, row: MinuteRow): SequentialState {
  const { looks, lastAt } = state.guard;
  // A period is looked at once: the guard's budget is by the number of looks.
  if (lastAt !== null && row.startsAt <= lastAt) return state;
  const reason = guardReason(row, { policy: state.policy, looks: looks + 1 });
  const guard = { looks: looks + 1, lastAt: row.startsAt };
  if (reason === null || state.condemned !== null) return { ...state, guard };
  return { ...state, guard, condemned: { at: row.startsAt, ...reason } };
}
