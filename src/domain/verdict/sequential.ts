/**
 * The sequential judge: it may be asked after every period, and its error does not grow with asking. One row in, a new state
 * out; the state is plain JSON. Nothing here throws: a row that cannot be true becomes a trouble, which `verdictOf` reports.
 */
import { guardReason } from './hard-guard.ts';
import { countsOf, hasTime, isSameRow, lengthSeconds, rowFault } from './period-counts.ts';
import type { JudgedRow } from './period-row.ts';
import { aPeriod, clockTime, periodMs, periodsInWords, recentPeriods } from './period-words.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import {
  combinedEvidence,
  judgedSeries,
  periodsNeeded,
  type Reason,
  reasonToCondemn,
  shortHistory,
} from './sequential-evidence.ts';
import { NO_EVIDENCE, type SeriesState, withEvidence } from './series.ts';

/** Why a period is no evidence, and the start of that period. */
export interface Trouble {
  readonly at: number;
  readonly because: string;
}

export type Condemned = Trouble & Reason;

/** Requests of one version in good periods that are no evidence. */
export interface Uncounted {
  /** Those during the canary's warm-up. */
  readonly warmUp: number;
  /** Those in periods in which the other version had none. */
  readonly alone: number;
}

/** Below, a period has the policy's length where nothing else is said. */
export interface SequentialState {
  readonly policy: SequentialPolicy;
  /** Start of the latest period that came, good or not; null before the first. */
  readonly lastAt: number | null;
  /** Start of the first period with a request of the canary, from which the warm-up counts; null before it. */
  readonly firstTrafficAt: number | null;
  /** Periods that are evidence. */
  readonly periods: number;
  /** Periods that came, or should have come, and are no evidence. */
  readonly troubled: number;
  /** The latest troubles, oldest first, at most five. */
  readonly troubles: readonly Trouble[];
  /** How many periods in a row, up to the latest, had no request of the version. */
  readonly idle: { readonly canary: number; readonly stable: number };
  readonly uncounted: { readonly canary: Uncounted; readonly stable: Uncounted };
  /** The latest good periods, oldest first, at most `recentPeriods`. */
  readonly recent: readonly JudgedRow[];
  /** In the order of the policy's metrics and their series. */
  readonly series: readonly SeriesState[];
  /** How many periods of 10 s the hard guard has looked at, and the start of the latest; null before the first. */
  readonly guard: { readonly looks: number; readonly lastAt: number | null };
  /** Set once the canary is found worse, and never cleared: the bound on false alarms holds for all time together. */
  readonly condemned: Condemned | null;
  /** A period came late or changed, so the state no longer follows from the rows and has to be recomputed; null otherwise. */
  readonly stale: string | null;
}

/** A new revision of the canary starts from here again; a new weight does not. */
export function initial(policy: SequentialPolicy): SequentialState {
  return {
    policy,
    lastAt: null,
    firstTrafficAt: null,
    periods: 0,
    troubled: 0,
    troubles: [],
    idle: { canary: 0, stable: 0 },
    uncounted: { canary: NONE, stable: NONE },
    recent: [],
    series: allSeries(policy).map(() => NO_EVIDENCE),
    guard: { looks: 0, lastAt: null },
    condemned: null,
    stale: null,
  };
}

const NONE: Uncounted = { warmUp: 0, alone: 0 };

export function allSeries({ metrics }: SequentialPolicy): SeriesPolicy[] {
  return metrics.flatMap(({ series }) => series);
}

/**
 * The state after one more closed period. Rows come in the order of their time. A row that was taken already changes nothing;
 * a row that is older, or that differs from the one taken for its period, makes the state stale (see `recomputed`).
 */
export function next(state: SequentialState, row: JudgedRow): SequentialState {
  const { policy } = state;
  const { startsAt } = row;
  if (!hasTime(row, policy))
    return troubledBy(state, { at: state.lastAt ?? 0, because: `a period that starts at ${startsAt} cannot be` });
  // A count that is only observed must not disturb: a row is good without it.
  const fault = rowFault(row, judgedSeries(policy));
  const trouble = fault === null ? null : { at: startsAt, because: `${fault} cannot be` };
  const seconds = lengthSeconds(row, policy);
  if (seconds !== policy.periodSeconds) {
    if (trouble !== null) return troubledBy(state, trouble);
    return seconds === 10 ? guarded(state, row) : troubledBy(state, { at: startsAt, because: WRONG_LENGTH });
  }
  if (state.lastAt !== null && startsAt <= state.lastAt) return repeated(state, row);
  const followed = { ...afterGap(state, row), lastAt: startsAt };
  if (trouble !== null) return troubledBy(followed, trouble);
  const looked = seconds === 10 ? guarded(followed, row) : followed;
  return counted({ ...looked, recent: [...looked.recent, row].slice(-recentPeriods(policy)) }, row);
}

const WRONG_LENGTH = 'a period of a minute is no evidence where periods of ten seconds are';

function repeated(state: SequentialState, row: JudgedRow): SequentialState {
  const { policy, recent } = state;
  if (recent.some((known) => isSameRow(known, row))) return state;
  const period = policy.periodSeconds === 60 ? 'minute' : 'period';
  return { ...state, stale: `the ${period} ${clockTime(row.startsAt, policy)} came late or changed` };
}

/** Counts the periods that should have come between the latest and this one. */
function afterGap(state: SequentialState, { startsAt }: JudgedRow): SequentialState {
  const { policy, lastAt } = state;
  const missing = lastAt === null ? 0 : (startsAt - lastAt) / periodMs(policy) - 1;
  if (missing === 0) return state;
  const what = missing === 1 ? `${aPeriod(policy).toLowerCase()} is` : `${periodsInWords(missing, policy)} are`;
  const because = `${what} missing before ${clockTime(startsAt, policy)}`;
  return troubledBy(state, { at: startsAt - periodMs(policy), because, periods: missing });
}

const TROUBLES_KEPT = 5;

function troubledBy(
  state: SequentialState,
  { at, because, periods = 1 }: Trouble & { readonly periods?: number },
): SequentialState {
  return {
    ...state,
    troubled: state.troubled + periods,
    troubles: [...state.troubles, { at, because }].slice(-TROUBLES_KEPT),
  };
}

/** A good period is evidence, unless one version had no request or the canary is still warming up. */
function counted(state: SequentialState, row: JudgedRow): SequentialState {
  const { startsAt, canary, stable } = row;
  const idle = {
    canary: canary.requests === 0 ? state.idle.canary + 1 : 0,
    stable: stable.requests === 0 ? state.idle.stable + 1 : 0,
  };
  if (canary.requests === 0) return leftOut({ ...state, idle }, { row, reason: 'alone' });
  const firstTrafficAt = state.firstTrafficAt ?? startsAt;
  const come = { ...state, firstTrafficAt, idle };
  if (startsAt < firstTrafficAt + state.policy.warmUpMs) return leftOut(come, { row, reason: 'warmUp' });
  if (stable.requests === 0) return leftOut(come, { row, reason: 'alone' });
  return condemnedOrNot(withPeriod(come, row), startsAt);
}

function leftOut(
  state: SequentialState,
  { row, reason }: { readonly row: JudgedRow; readonly reason: keyof Uncounted },
): SequentialState {
  const more = (version: 'canary' | 'stable') => {
    const before = state.uncounted[version];
    return { ...before, [reason]: before[reason] + row[version].requests };
  };
  return { ...state, uncounted: { canary: more('canary'), stable: more('stable') } };
}

function withPeriod(state: SequentialState, row: JudgedRow): SequentialState {
  const { policy, periods } = state;
  const rules = allSeries(policy);
  const series = state.series.map((before, index) => {
    const each = rules[index] as SeriesPolicy;
    // Only a count that is observed can be missing in a good row, and then there is nothing to observe.
    if (rowFault(row, [each]) !== null) return before;
    return withEvidence(before, { policy, series: each, startsAt: row.startsAt, period: countsOf(row, each.count) });
  });
  return { ...state, periods: periods + 1, series };
}

function condemnedOrNot(state: SequentialState, at: number): SequentialState {
  if (state.condemned !== null) return state;
  const reason = reasonToCondemn(state, combinedEvidence(state));
  if (reason === null) return state;
  const needed = periodsNeeded(state.policy);
  // The evidence may have been enough before, and the reader sees a bad canary that lasted.
  const waited =
    needed > 1 && state.periods === needed
      ? `. The judge waited for ${periodsInWords(needed, state.policy)}, because ${shortHistory(state.policy)}`
      : '';
  return { ...state, condemned: { at, ...reason, because: `${reason.because}${waited}` } };
}

function guarded(state: SequentialState, row: JudgedRow): SequentialState {
  const { looks, lastAt } = state.guard;
  // The guard's budget is by the number of looks, so it looks at each period once.
  if (lastAt !== null && row.startsAt <= lastAt) return state;
  const reason = guardReason(row, { policy: state.policy, looks: looks + 1 });
  const guard = { looks: looks + 1, lastAt: row.startsAt };
  if (reason === null || state.condemned !== null) return { ...state, guard };
  return { ...state, guard, condemned: { at: row.startsAt, ...reason } };
}
