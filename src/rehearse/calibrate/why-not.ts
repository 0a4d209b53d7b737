/** Why no policy keeps the promises, and what would have to change: a bound for any test, and what this judge needs. */
import { LEAST_ERROR_PERCENT } from '../model/harm-of-calls.ts';
import type { Calibration, Candidate, NamedHarm } from './asked.ts';
import { chancesOf } from './beyond-any-test.ts';
import { BAKE_MINUTES, bakeMinutesMax, harmRatiosFor, laddersFor } from './candidates.ts';
import { leastMinutes, leastTraffic } from './information.ts';
import { catchesEnough, standFor } from './measure.ts';

export interface WhyNot {
  /** The requested harm that takes the longest to detect. */
  readonly harm: string;
  /** The weight at which a canary tells the most, in percent. */
  readonly weightPercent: number;
  readonly minutesAvailable: number;
  /**
   * The fewest minutes and the least traffic with which any test can be right so often. Null when no number is enough.
   */
  readonly anyTest: { readonly minutes: number | null; readonly requestsPerSecond: number | null };
  /** True when this judge is not the cause, because no test could do it. */
  readonly isBeyondAnyTest: boolean;
  /**
   * About what this judge would need, if only that value changed. Null when that change alone is not enough, as far as
   * the search went.
   */
  readonly thisJudge: {
    readonly minutes: number | null;
    readonly requestsPerSecond: number | null;
    /** The least harm of that kind that is caught so often, as a factor. */
    readonly harmFactor: number | null;
  };
}

export function whyNot(calibration: Calibration): WhyNot {
  const { model, asked } = calibration;
  const ladders = laddersFor(asked);
  const weights = ladders[0] ?? [asked.firstPercentMax];
  const weightPercent = Math.max(...weights, ...ladders.flat());
  const weight = weightPercent / 100;
  const chances = chancesOf(asked);
  const minutesFor = ({ harm }: NamedHarm) => leastMinutes({ model, harm, weight }, chances);
  const hardest = asked.harms.toSorted((one, other) => minutesFor(other) - minutesFor(one))[0] as NamedHarm;
  const minutes = minutesFor(hardest);
  const stretch = { model, harm: hardest.harm, weight, minutes: asked.withinMinutes };
  const traffic = leastTraffic(stretch, chances);
  return {
    harm: hardest.name,
    weightPercent,
    minutesAvailable: asked.withinMinutes,
    anyTest: { minutes: finite(minutes), requestsPerSecond: finite(traffic) },
    isBeyondAnyTest: minutes > asked.withinMinutes,
    thisJudge: {
      minutes: enoughMinutes(calibration, weights),
      requestsPerSecond: enoughTraffic(calibration, { weights, from: Math.max(traffic, model.requestsPerSecond) }),
      harmFactor: enoughHarm(calibration, { weights, hardest }),
    },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Enough for an approximate value. */
const RUNS = 100;

function isEnough(
  calibration: Calibration,
  { weights, bakeMinutes }: Pick<Candidate, 'weights' | 'bakeMinutes'>,
): boolean {
  const stand = standFor(calibration);
  const [harmRatio = 0] = harmRatiosFor(calibration);
  const alphaPercent = calibration.asked.falseRollbackPercent;
  return catchesEnough(stand, { candidate: { weights, bakeMinutes, alphaPercent, harmRatio }, runs: RUNS });
}

function enoughMinutes(calibration: Calibration, weights: readonly number[]): number | null {
  const from = longestBake(calibration, weights);
  const bakeMinutes = leastAbout({ from, to: BAKE_MINUTES.max }, (minutes) =>
    isEnough(calibration, { weights, bakeMinutes: Math.ceil(minutes) }),
  );
  return bakeMinutes === null ? null : Math.ceil(bakeMinutes) * weights.length;
}

function longestBake({ asked }: Calibration, weights: readonly number[]): number {
  return Math.max(BAKE_MINUTES.min, bakeMinutesMax(asked, weights));
}

const TRAFFIC_MAX = 1_000_000;

function enoughTraffic(
  calibration: Calibration,
  { weights, from }: { readonly weights: readonly number[]; readonly from: number },
): number | null {
  const bakeMinutes = longestBake(calibration, weights);
  const found = leastAbout({ from, to: TRAFFIC_MAX }, (requestsPerSecond) =>
    isEnough({ ...calibration, model: { ...calibration.model, requestsPerSecond } }, { weights, bakeMinutes }),
  );
  return found === null ? null : roundedUp(found);
}

function enoughHarm(
  calibration: Calibration,
  { weights, hardest }: { readonly weights: readonly number[]; readonly hardest: NamedHarm },
): number | null {
  const bakeMinutes = longestBake(calibration, weights);
  const { errorFactor, latencyFactor } = hardest.harm;
  const of = (factor: number) =>
    errorFactor > 1 ? { errorFactor: factor, latencyFactor } : { errorFactor, latencyFactor: factor };
  // At this factor all requests fail, so a larger harm does not exist.
  const to = errorFactor > 1 ? 100 / Math.max(LEAST_ERROR_PERCENT, calibration.model.errorPercent) : LATENCY_FACTOR_MAX;
  const found = leastAbout({ from: Math.max(errorFactor, latencyFactor), to }, (factor) => {
    const asked = { ...calibration.asked, harms: [{ name: hardest.name, harm: of(factor) }] };
    return isEnough({ ...calibration, asked }, { weights, bakeMinutes });
  });
  return found === null ? null : roundedUp(found);
}

const LATENCY_FACTOR_MAX = 100;
const HALVINGS = 3;

/**
 * Returns the least sufficient value above `from`, to a tenth: it is doubled until it is enough, then halved back.
 * Returns null when the largest value is not enough.
 */
function leastAbout(
  { from, to }: { readonly from: number; readonly to: number },
  enough: (value: number) => boolean,
): number | null {
  if (to <= from) return null;
  let low = from;
  let high = Math.min(to, from * 2);
  while (!enough(high)) {
    if (high >= to) return null;
    low = high;
    high = Math.min(to, high * 2);
  }
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = Math.sqrt(low * high);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Rounded up to two digits. */
function roundedUp(value: number): number {
  const digit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / digit - 1e-9) * digit).toPrecision(2));
}
