/** Finds how long the bakes of one ladder of weights must be, first with few rollouts, then with all of them. */
import { type Candidate, totalMinutes } from './asked.ts';
import { isBeyondAnyTest } from './beyond-any-test.ts';
import { BAKE_MINUTES, bakeMinutesMax, harmRatiosFor } from './candidates.ts';
import {
  type CaughtHarm,
  catchesEnough,
  type HealthyRollouts,
  measureHarms,
  measureHealthy,
  type Stand,
} from './measure.ts';

/**
 * The shortest candidate of a ladder that seems to be enough. Otherwise the longest one that the time allows, which is
 * not enough.
 */
export interface Lead {
  readonly candidate: Candidate;
  readonly isEnough: boolean;
  /** True when no test at all could do it in the time. */
  readonly isRuledOut: boolean;
}

export interface LookedAt {
  readonly candidate: Candidate;
  readonly totalMinutes: number;
  readonly isRuledOut: boolean;
  readonly harms: readonly CaughtHarm[];
  readonly healthy: HealthyRollouts | null;
  /** True when it seems to be enough by few rollouts. */
  readonly seemsEnough: boolean;
  /** True when it was measured with all rollouts, and keeps the promises. */
  readonly meets: boolean;
  /** The number of rollouts of each kind. */
  readonly runs: number;
}

/**
 * The number of rollouts with which the length of a bake is found, and with which a line is measured that will not be
 * chosen.
 */
const QUICK_RUNS = 400;
/** For a line that only shows how far it is from being enough. */
const HOPELESS_RUNS = 100;

export function leadOf(stand: Stand, { weights, alphaPercent }: Pick<Candidate, 'weights' | 'alphaPercent'>): Lead {
  const ratios = harmRatiosFor(stand);
  const longest = {
    weights,
    alphaPercent,
    bakeMinutes: bakeMinutesMax(stand.asked, weights),
    harmRatio: ratios[0] as number,
  };
  if (isBeyondAnyTest(stand, longest)) return { candidate: longest, isEnough: false, isRuledOut: true };
  for (const harmRatio of ratios) {
    const candidate = leastBake(stand, { ...longest, harmRatio });
    if (candidate !== null) return { candidate, isEnough: true, isRuledOut: false };
  }
  return { candidate: longest, isEnough: false, isRuledOut: false };
}

/**
 * True when the ladder seems to be enough, with this error for the judge and the longest bakes that the time allows.
 */
export function couldBeEnough(
  stand: Stand,
  { weights, alphaPercent }: Pick<Candidate, 'weights' | 'alphaPercent'>,
): boolean {
  const bakeMinutes = bakeMinutesMax(stand.asked, weights);
  const [harmRatio = 0] = harmRatiosFor(stand);
  const candidate = { weights, alphaPercent, bakeMinutes, harmRatio };
  return catchesEnough(stand, { candidate, runs: Math.min(HOPELESS_RUNS, stand.runs) });
}

function leastBake(stand: Stand, longest: Candidate): Candidate | null {
  const runs = Math.min(QUICK_RUNS, stand.runs);
  const isEnough = (bakeMinutes: number) => catchesEnough(stand, { candidate: { ...longest, bakeMinutes }, runs });
  if (!isEnough(longest.bakeMinutes)) return null;
  let [low, high] = [BAKE_MINUTES.min - 1, longest.bakeMinutes];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return { ...longest, bakeMinutes: high };
}

/** The number of lengths that are tried above the one that few rollouts found enough; each is a twentieth longer. */
const LENGTHENINGS_MAX = 6;

/**
 * Measures with all rollouts, so that chance does not pass for a promise: the lower ends of the intervals must reach
 * the promise.
 */
export function confirmed(stand: Stand, lead: Candidate): LookedAt | null {
  const max = bakeMinutesMax(stand.asked, lead.weights);
  const wanted = stand.asked.powerPercent / 100;
  let { bakeMinutes } = lead;
  for (let tried = 0; tried < LENGTHENINGS_MAX && bakeMinutes <= max; tried += 1) {
    const candidate = { ...lead, bakeMinutes };
    const harms = measureHarms(stand, { candidate, runs: stand.runs });
    if (harms.every(({ caught }) => caught.from >= wanted)) return withHealthy(stand, { candidate, harms });
    bakeMinutes += Math.max(1, Math.round(bakeMinutes / 20));
  }
  return null;
}

/** With the proof, the rollouts only must not contradict the promise. Without the proof, they must confirm it. */
function withHealthy(stand: Stand, { candidate, harms }: Pick<LookedAt, 'candidate' | 'harms'>): LookedAt {
  const { runs, asked } = stand;
  const healthy = measureHealthy(stand, { candidate, runs });
  const { from, to } = healthy.falseRollbacks;
  const isProved = candidate.alphaPercent <= asked.falseRollbackPercent;
  const meets = (isProved ? from : to) <= asked.falseRollbackPercent / 100;
  const isRuledOut = false;
  return {
    candidate,
    totalMinutes: totalMinutes(candidate),
    isRuledOut,
    harms,
    healthy,
    seemsEnough: true,
    meets,
    runs,
  };
}

/** Measured with few rollouts: enough for a line of the table, not for a promise. */
export function measured(stand: Stand, { candidate, isEnough, isRuledOut }: Lead): LookedAt {
  const line = { candidate, totalMinutes: totalMinutes(candidate), isRuledOut, seemsEnough: isEnough, meets: false };
  if (isRuledOut) return { ...line, harms: [], healthy: null, runs: 0 };
  const runs = Math.min(isEnough ? QUICK_RUNS : HOPELESS_RUNS, stand.runs);
  const harms = measureHarms(stand, { candidate, runs });
  return { ...line, harms, healthy: measureHealthy(stand, { candidate, runs }), runs };
}
