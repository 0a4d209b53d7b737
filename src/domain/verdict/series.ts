/**
 * The sequential test of one count: its state, one minute more, and what it says. Null hypothesis: in every minute the
 * canary's rate is at most `harmlessRatio` times stable's, plus the margin, whatever stable's rate is in that minute.
 */
import { type Burstiness, burstinessOf, NO_BURSTINESS, withMinute } from './burstiness.ts';
import { canaryShare, exactProfile, type Leaning, type MinuteCounts, robustProfile } from './likelihood.ts';
import { minuteStart } from './minute-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { lnMixture, type Mixture, RATIOS, SAFE } from './ratios.ts';

export interface SeriesState {
  /** Log likelihood at each of RATIOS, summed over the minutes: exact, and with the noise between minutes. */
  readonly exact: readonly number[];
  readonly robust: Readonly<Record<Leaning, readonly number[]>>;
  /** Sum of n_c (a_k - 1) for each harm, by which the margin lowers the evidence; 0 without a margin. */
  readonly excess: readonly number[];
  readonly canary: { readonly requests: number; readonly count: number };
  readonly stable: { readonly requests: number; readonly count: number };
  /** Sums of Mantel and Haenszel's ratio over the minutes. */
  readonly crossed: { readonly canary: number; readonly stable: number };
  readonly burstiness: Burstiness;
  /** The minute that is not over, of evidence by ten seconds; null between minutes, and always of evidence by the minute. */
  readonly open: OpenMinute | null;
}

/** What was before a minute whose first periods are evidence already, and their sum. */
interface OpenMinute extends Pick<SeriesState, 'robust' | 'burstiness'> {
  readonly startsAt: number;
  readonly counts: MinuteCounts;
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
 * One period with requests of both versions more. Noise is between minutes, whatever the length of a period: the robust form
 * takes the periods of one minute together, and may be read in the middle of it, since the draws from its urn come one by one.
 * The noise that it assumes comes from the history and from the minutes before this one, so that a bad minute cannot excuse itself.
 */
export function withEvidence(
  state: SeriesState,
  { startsAt, period, ...rules }: Rules & { readonly startsAt: number; readonly period: MinuteCounts },
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

const NO_COUNTS: MinuteCounts = { canary: { requests: 0, count: 0 }, stable: { requests: 0, count: 0 } };

function withMinuteSoFar(
  open: OpenMinute,
  { period, ...rules }: Rules & { readonly period: MinuteCounts },
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

function sumOf(one: MinuteCounts['canary'], other: MinuteCounts['canary']): MinuteCounts['canary'] {
  return { requests: one.requests + other.requests, count: one.count + other.count };
}

function added(sums: readonly number[], more: readonly number[]): number[] {
  return more.map((each, index) => (sums[index] ?? 0) + each);
}

function excessOf(minute: MinuteCounts, { policy, series }: Rules): number[] {
  const rho = canaryShare(minute);
  const share = (ratio: number) => 1 + rho * (ratio - 1);
  return harmsOf({ policy, series }).map(({ ratio }) => {
    const a = (ratio / policy.harmlessRatio) * (share(policy.harmlessRatio) / share(ratio));
    return minute.canary.requests * (a - 1);
  });
}

const NOISE_FACTOR = 1.5;
const NOISE_MIN = 0.03;
/** Without a history nobody knows how noisy the service is. */
const NOISE_MIN_UNKNOWN = 0.2;
/** Nor what it does between minutes, while there are few: evidence by ten seconds does not wait for five of them. */
const NOISE_MIN_UNSEEN = 0.5;
const MINUTES_SEEN = 5;

/** tau^2 as the robust form assumes it: a half more than the largest of what is known of the service, and what was seen. */
function assumedNoise(
  { burstiness }: Pick<SeriesState, 'burstiness'>,
  { policy: { periodSeconds }, series: { history } }: Rules,
): number {
  const unseen = periodSeconds === 10 && burstiness.pairs + 1 < MINUTES_SEEN;
  const unknown = unseen ? NOISE_MIN_UNSEEN : NOISE_MIN_UNKNOWN;
  const least = history === null ? unknown : NOISE_MIN;
  return NOISE_FACTOR * Math.max(least * least, history?.burstiness ?? 0, burstinessOf(burstiness).sure);
}

function harmsOf({ policy, series }: Rules): Mixture {
  return series.harms.filter(({ ratio }) => ratio > policy.harmlessRatio);
}

/** E = min(P, B) in ln: at or above ln(1/alpha), the canary is worse; ever, with a chance of at most alpha if it is not. */
export function harmEvidence(state: SeriesState, { policy, series }: Rules): number {
  const harms = harmsOf({ policy, series });
  const test = { nullRatio: policy.harmlessRatio, alternatives: harms };
  const penalty = (ratio: number) =>
    policy.margin * (state.excess[harms.findIndex((harm) => harm.ratio === ratio)] ?? 0);
  return Math.min(
    lnMixture({ ...test, profile: state.exact, penalty }),
    lnMixture({ ...test, profile: state.robust.against }),
  );
}

/** The same against the null hypothesis that the canary has at least `harmRatio` times stable's rate. */
export function safetyEvidence(state: SeriesState, { harmRatio }: SequentialPolicy): number {
  const alternatives = SAFE.filter(({ ratio }) => ratio < harmRatio);
  return againstNull(state, { nullRatio: harmRatio, alternatives, leaning: 'for' });
}

export interface Test {
  readonly nullRatio: number;
  readonly alternatives: Mixture;
  readonly leaning: Leaning;
}

/** ln of the evidence against a null ratio, exact or robust, whichever is smaller. */
export function againstNull(state: SeriesState, { leaning, ...test }: Test): number {
  return Math.min(lnMixture({ ...test, profile: state.exact }), lnMixture({ ...test, profile: state.robust[leaning] }));
}
