/**
 * The sequential test of one count: its state, the state after one more period, and its evidence. Null hypothesis: in every
 * period the canary's rate is at most `harmlessRatio` times stable's, plus the margin, whatever stable's rate is then.
 */
import { type Burstiness, burstinessOf, minuteStart, NO_BURSTINESS, withMinute } from './burstiness.ts';
import { canaryShare, exactProfile, type Leaning, robustProfile } from './likelihood.ts';
import type { Counted, PeriodCounts } from './period-counts.ts';
import { isWhole, minutesOf, type SequentialPolicy, type SeriesPolicy } from './policy.ts';
import { lnMixture, type Mixture, type PlacedMixture, placed, RATIOS, SAFE } from './ratios.ts';

export interface SeriesState {
  /** Log likelihood at each of RATIOS: `exact` summed over the periods, `robust` over the minutes, with the noise between them. */
  readonly exact: readonly number[];
  readonly robust: Readonly<Record<Leaning, readonly number[]>>;
  /** Sum of n_c (a_k - 1) for each harm, by which the margin lowers the evidence; empty without a margin. */
  readonly excess: readonly number[];
  readonly canary: Counted;
  readonly stable: Counted;
  /** Sums of Mantel and Haenszel's ratio over the periods. */
  readonly crossed: { readonly canary: number; readonly stable: number };
  readonly burstiness: Burstiness;
  /** The minute that is not over, with periods of 10 s; null before the first period, and always with periods of 60 s. */
  readonly open: OpenMinute | null;
}

/** A minute of which some periods are evidence already: the sums before it, and the counts of these periods. */
interface OpenMinute extends Pick<SeriesState, 'robust' | 'burstiness'> {
  readonly startsAt: number;
  readonly counts: PeriodCounts;
}

export const NO_EVIDENCE: SeriesState = {
  exact: RATIOS.map(() => 0),
  robust: { against: RATIOS.map(() => 0), for: RATIOS.map(() => 0) },
  excess: [],
  canary: { requests: 0, count: 0 },
  stable: { requests: 0, count: 0 },
  crossed: { canary: 0, stable: 0 },
  burstiness: NO_BURSTINESS,
  open: null,
};

interface Rules {
  readonly policy: SequentialPolicy;
  readonly series: SeriesPolicy;
}

/**
 * Adds one period with requests of both versions. Noise is between minutes, whatever the length of a period: the robust form
 * sums the periods of one minute, and may be read in the middle of the minute, because the draws from its urn come one by one.
 * It assumes the noise of the history and of the minutes before this one, so that a bad minute cannot excuse itself.
 */
export function withEvidence(
  state: SeriesState,
  { startsAt, period, ...rules }: Rules & { readonly startsAt: number; readonly period: PeriodCounts },
): SeriesState {
  const { canary, stable } = period;
  const total = canary.requests + stable.requests;
  return {
    exact: canary.count + stable.count > 0 ? added(state.exact, exactProfile(period)) : state.exact,
    excess: rules.policy.margin > 0 ? added(state.excess, excessOf(period, rules)) : state.excess,
    canary: { requests: state.canary.requests + canary.requests, count: state.canary.count + canary.count },
    stable: { requests: state.stable.requests + stable.requests, count: state.stable.count + stable.count },
    crossed: {
      canary: state.crossed.canary + (canary.count * stable.requests) / total,
      stable: state.crossed.stable + (stable.count * canary.requests) / total,
    },
    ...withMinuteSoFar(opened(state, startsAt), { period, ...rules }),
  };
}

function opened({ open, robust, burstiness }: SeriesState, at: number): OpenMinute {
  const startsAt = minuteStart(at);
  return open?.startsAt === startsAt ? open : { startsAt, robust, burstiness, counts: NO_COUNTS };
}

const NO_COUNTS: PeriodCounts = { canary: { requests: 0, count: 0 }, stable: { requests: 0, count: 0 } };

function withMinuteSoFar(
  open: OpenMinute,
  { period, ...rules }: Rules & { readonly period: PeriodCounts },
): Pick<SeriesState, 'robust' | 'burstiness' | 'open'> {
  const minute = { canary: sumOf(open.counts.canary, period.canary), stable: sumOf(open.counts.stable, period.stable) };
  const tauSquared = assumedNoise(open, rules);
  const robust = (leaning: Leaning) => added(open.robust[leaning], robustProfile(minute, { tauSquared, leaning }));
  return {
    robust:
      minute.canary.count + minute.stable.count > 0 ? { against: robust('against'), for: robust('for') } : open.robust,
    burstiness: withMinute(open.burstiness, minute.stable),
    open: rules.policy.periodSeconds === 60 ? null : { ...open, counts: minute },
  };
}

function sumOf(one: Counted, other: Counted): Counted {
  return { requests: one.requests + other.requests, count: one.count + other.count };
}

function added(sums: readonly number[], more: readonly number[]): number[] {
  return more.map((each, index) => (sums[index] ?? 0) + each);
}

function excessOf(period: PeriodCounts, { policy, series }: Rules): number[] {
  const rho = canaryShare(period);
  const share = (ratio: number) => 1 + rho * (ratio - 1);
  return harmsOf({ policy, series }).map(({ ratio }) => {
    const a = (ratio / policy.harmlessRatio) * (share(policy.harmlessRatio) / share(ratio));
    return period.canary.requests * (a - 1);
  });
}

const NOISE_FACTOR = 1.5;
const NOISE_MIN = 0.03;
/** Without an hour of history the noise of the service is unknown. */
const NOISE_MIN_UNKNOWN = 0.2;
/** With periods of 10 s the judge does not wait for five minutes, so it has seen even less of the noise between minutes. */
const NOISE_MIN_UNSEEN = 0.5;
const MINUTES_SEEN = 5;

/** tau^2 as the robust form assumes it: 1.5 times the largest of the least noise, the history's, and that of the minutes seen. */
function assumedNoise(
  { burstiness }: Pick<SeriesState, 'burstiness'>,
  { policy: { periodSeconds }, series: { history } }: Rules,
): number {
  const unseen = periodSeconds === 10 && minutesOf(history) + burstiness.pairs + 1 < MINUTES_SEEN;
  const unknown = unseen ? NOISE_MIN_UNSEEN : NOISE_MIN_UNKNOWN;
  const least = isWhole(history) ? NOISE_MIN : unknown;
  return NOISE_FACTOR * Math.max(least * least, history?.burstiness ?? 0, burstinessOf(burstiness).sure);
}

function harmsOf({ policy, series }: Rules): Mixture {
  return series.harms.filter(({ ratio }) => ratio > policy.harmlessRatio);
}

/**
 * E = min(P, B) in ln, the exact and the robust evidence of harm. If the canary is not worse, E reaches ln(1/alpha) with a
 * chance of at most alpha over all time.
 */
export function harmEvidence(state: SeriesState, { policy, series }: Rules): number {
  const harms = harmsOf({ policy, series });
  const test = { nullRatio: policy.harmlessRatio, alternatives: placed(harms) };
  const penalty = (ratio: number) =>
    policy.margin * (state.excess[harms.findIndex((harm) => harm.ratio === ratio)] ?? 0);
  return Math.min(
    lnMixture({ ...test, profile: state.exact, penalty }),
    lnMixture({ ...test, profile: state.robust.against }),
  );
}

/** ln of the evidence of safety: against the null hypothesis that the canary has at least `harmRatio` times stable's rate. */
export function safetyEvidence(state: SeriesState, { harmRatio }: SequentialPolicy): number {
  const alternatives = placed(SAFE.filter(({ ratio }) => ratio < harmRatio));
  return againstNull(state, { nullRatio: harmRatio, alternatives, leaning: 'for' });
}

export interface Test {
  readonly nullRatio: number;
  readonly alternatives: PlacedMixture;
  readonly leaning: Leaning;
}

/** ln of the evidence against a null ratio: the smaller of the exact and the robust evidence. */
export function againstNull(state: SeriesState, { leaning, ...test }: Test): number {
  return Math.min(lnMixture({ ...test, profile: state.exact }), lnMixture({ ...test, profile: state.robust[leaning] }));
}
