/** One ladder of weights: how long its bakes have to be, first as few rollouts tell, then as all of them do. */
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

/** The shortest candidate of a ladder that seems to be enough; or the longest there is time for, which is not. */
export interface Lead {
  readonly candidate: Candidate;
  readonly isEnough: boolean;
  /** No test at all could do it in the time. */
  readonly isRuledOut: boolean;
}

export interface LookedAt {
  readonly candidate: Candidate;
  readonly totalMinutes: number;
  readonly isRuledOut: boolean;
  readonly harms: readonly CaughtHarm[];
  readonly healthy: HealthyRollouts | null;
  /** By few rollouts it seems to be enough. */
  readonly seemsEnough: boolean;
  /** It was measured with all rollouts, and keeps what was asked. */
  readonly meets: boolean;
  /** Rollouts of each kind. */
  readonly runs: number;
}

/** Rollouts by which a bake's length is narrowed down, and by which a line is measured that will not be chosen. */
const QUICK_RUNS = 400;
/** For a line that only shows by how much it is not. */
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

/** Whether the ladder seems to be enough when the judge spends that much, for as long as there is time. */
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

/** So many lengths are tried above the one that few rollouts found enough, each a twentieth longer. */
const LENGTHENINGS_MAX = 6;

/** With all rollouts, so that chance is not taken for a promise: the lower ends of the intervals have to reach it. */
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

/** The proof stands against rollouts until they contradict it; without the proof, they have to bear it out. */
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

/** As few rollouts tell: enough for a line of the table, not for a promise. */
export function measured(stand: Stand, { candidate, isEnough, isRuledOut }: Lead): LookedAt {
  const line = { candidate, totalMinutes: totalMinutes(candidate), isRuledOut, seemsEnough: isEnough, meets: false };
  if (isRuledOut) return { ...line, harms: [], healthy: null, runs: 0 };
  const runs = Math.min(isEnough ? QUICK_RUNS : HOPELESS_RUNS, stand.runs);
  const harms = measureHarms(stand, { candidate, runs });
  return { ...line, harms, healthy: measureHealthy(stand, { candidate, runs }), runs };
}
