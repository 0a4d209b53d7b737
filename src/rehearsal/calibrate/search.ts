/**
 * Looks for the quickest policy that keeps what is asked: the least bake for each ladder of weights, first with the error that
 * the judge's proof allows, then, only if nothing else is quick enough, with more, as far as the model bears it out.
 */
import { type Asked, type Calibration, type Candidate, totalMinutes } from './asked.ts';
import { alphasPercent, BAKE_MINUTES, harmRatiosFor, LADDERS } from './candidates.ts';
import { expectedNats, neededNats } from './information.ts';
import {
  type CaughtHarm,
  catchesEnough,
  type HealthyRollouts,
  measureHarms,
  measureHealthy,
  type Stand,
  standFor,
} from './measure.ts';

export interface LookedAt {
  readonly candidate: Candidate;
  readonly totalMinutes: number;
  /** Why it was not measured: no test at all could do it in the time. */
  readonly isRuledOut: boolean;
  readonly harms: readonly CaughtHarm[];
  readonly healthy: HealthyRollouts | null;
  readonly meets: boolean;
  /** Rollouts of each kind. */
  readonly runs: number;
}

export interface Search {
  readonly lookedAt: readonly LookedAt[];
  readonly chosen: LookedAt | null;
  /** `proof`: the judge's own bound promises it. `model`: it was only measured. */
  readonly restsOn: 'proof' | 'model';
}

export type OnProgress = (progress: { readonly done: number; readonly of: number }) => void;

/** Rollouts by which a bake's length is narrowed down, and by which a table's line is measured. */
const QUICK_RUNS = 400;

export function search(calibration: Calibration, onProgress: OnProgress): Search {
  const stand = standFor(calibration);
  const alphas = alphasPercent(calibration.asked);
  const proved = lookAtAll(stand, { alphaPercent: alphas.proved, onProgress });
  const chosen = chosenOf(proved);
  if (chosen !== null || proved.every(({ isRuledOut }) => isRuledOut)) {
    return { lookedAt: proved, chosen, restsOn: 'proof' };
  }
  for (const alphaPercent of alphas.measured) {
    const measured = lookAtAll(stand, { alphaPercent, onProgress });
    const best = chosenOf(measured);
    if (best !== null) return { lookedAt: [...proved, ...measured], chosen: best, restsOn: 'model' };
  }
  return { lookedAt: proved, chosen: null, restsOn: 'proof' };
}

function lookAtAll(
  stand: Stand,
  { alphaPercent, onProgress }: { readonly alphaPercent: number; readonly onProgress: OnProgress },
): LookedAt[] {
  const ladders = LADDERS.filter((weights) => bakeMax(stand.asked, weights) >= BAKE_MINUTES.min);
  return ladders.map((weights, index) => {
    const found = lookAt(stand, { weights, alphaPercent });
    onProgress({ done: index + 1, of: ladders.length });
    return found;
  });
}

function bakeMax({ withinMinutes }: Asked, weights: readonly number[]): number {
  return Math.min(BAKE_MINUTES.max, Math.floor(withinMinutes / weights.length));
}

/** The least bake of one ladder that is enough; or the longest there is time for, which is not. */
function lookAt(stand: Stand, { weights, alphaPercent }: Pick<Candidate, 'weights' | 'alphaPercent'>): LookedAt {
  const max = bakeMax(stand.asked, weights);
  const ratios = harmRatiosFor(stand.asked, stand.model);
  const longest = { weights, alphaPercent, bakeMinutes: max, harmRatio: ratios[0] as number };
  if (isBeyondAnyTest(stand, longest)) {
    return {
      candidate: longest,
      totalMinutes: totalMinutes(longest),
      isRuledOut: true,
      harms: [],
      healthy: null,
      meets: false,
      runs: 0,
    };
  }
  for (const harmRatio of ratios) {
    const found = leastBake(stand, { ...longest, harmRatio });
    if (found !== null) return found;
  }
  return measured(stand, { candidate: longest, runs: Math.min(QUICK_RUNS, stand.runs) });
}

function isBeyondAnyTest({ model, asked }: Stand, { weights, bakeMinutes }: Candidate): boolean {
  const needed = neededNats(chancesOf(asked));
  return asked.harms.some(({ harm }) => {
    const nats = weights.map((weight) => expectedNats({ model, harm, weight: weight / 100, minutes: bakeMinutes }));
    return nats.reduce((sum, each) => sum + each, 0) < needed;
  });
}

export function chancesOf({ falseRollbackPercent, powerPercent }: Asked) {
  return { falseRollback: falseRollbackPercent / 100, power: powerPercent / 100 };
}

/** So many lengths are tried above the one that few rollouts found enough, each a twentieth longer. */
const LENGTHENINGS_MAX = 6;

function leastBake(stand: Stand, longest: Candidate): LookedAt | null {
  const quick = Math.min(QUICK_RUNS, stand.runs);
  const isEnough = (bakeMinutes: number) =>
    catchesEnough(stand, { candidate: { ...longest, bakeMinutes }, runs: quick });
  if (!isEnough(longest.bakeMinutes)) return null;
  let [low, high] = [BAKE_MINUTES.min - 1, longest.bakeMinutes];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  for (let tried = 0; tried < LENGTHENINGS_MAX && high <= longest.bakeMinutes; tried += 1) {
    const candidate = { ...longest, bakeMinutes: high };
    const found = confirmed(stand, candidate);
    if (found !== null) return found;
    high += Math.max(1, Math.round(high / 20));
  }
  return null;
}

/** With all rollouts, so that chance is not taken for a promise: the lower ends of the intervals have to reach it. */
function confirmed(stand: Stand, candidate: Candidate): LookedAt | null {
  const harms = measureHarms(stand, { candidate, runs: stand.runs });
  const wanted = stand.asked.powerPercent / 100;
  return harms.every(({ caught }) => caught.from >= wanted) ? withHealthy(stand, { candidate, harms }) : null;
}

function measured(
  stand: Stand,
  { candidate, runs }: { readonly candidate: Candidate; readonly runs: number },
): LookedAt {
  const harms = measureHarms(stand, { candidate, runs });
  const healthy = measureHealthy(stand, { candidate, runs });
  return { candidate, totalMinutes: totalMinutes(candidate), isRuledOut: false, harms, healthy, meets: false, runs };
}

/** The proof stands against few rollouts until they contradict it; without the proof, they have to bear it out. */
function withHealthy(stand: Stand, { candidate, harms }: Pick<LookedAt, 'candidate' | 'harms'>): LookedAt {
  const healthy = measureHealthy(stand, { candidate, runs: stand.runs });
  const allowed = stand.asked.falseRollbackPercent / 100;
  const isProved = candidate.alphaPercent <= stand.asked.falseRollbackPercent;
  const { from, to } = healthy.falseRollbacks;
  const meets = isProved ? from <= allowed : to <= allowed;
  return {
    candidate,
    totalMinutes: totalMinutes(candidate),
    isRuledOut: false,
    harms,
    healthy,
    meets,
    runs: stand.runs,
  };
}

/** Within a tenth of the least time, the fewest requests harmed decide. */
const TIME_SLACK = 1.1;

function chosenOf(lookedAt: readonly LookedAt[]): LookedAt | null {
  const good = lookedAt.filter(({ meets }) => meets);
  const least = Math.min(...good.map((each) => each.totalMinutes));
  const quick = good.filter((each) => each.totalMinutes <= least * TIME_SLACK);
  return quick.toSorted((one, other) => harmedBy(one) - harmedBy(other))[0] ?? null;
}

function harmedBy({ harms }: LookedAt): number {
  return harms.reduce((sum, { harmedRequests }) => sum + harmedRequests, 0);
}
