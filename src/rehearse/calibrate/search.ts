/**
 * Looks for the quickest policy that keeps the promises: the least bake for each ladder of weights. First it uses the
 * error that the judge's proof allows. Only if nothing is quick enough, it uses more error, as far as the model
 * confirms it.
 */
import { type Calibration, totalMinutes } from './asked.ts';
import { alphasPercent, laddersFor } from './candidates.ts';
import { confirmed, couldBeEnough, type Lead, type LookedAt, leadOf, measured } from './leads.ts';
import { type Stand, standFor } from './measure.ts';

export interface Search {
  /** In the order of the ladders. */
  readonly lookedAt: readonly LookedAt[];
  readonly chosen: LookedAt | null;
  /** `proof`: the judge's own bound promises it. `model`: it was only measured. */
  readonly restsOn: 'proof' | 'model';
}

export type OnProgress = (progress: { readonly done: number; readonly of: number }) => void;

export function search(calibration: Calibration, onProgress: OnProgress): Search {
  const stand = standFor(calibration);
  const alphas = alphasPercent(calibration.asked);
  const ladders = laddersFor(calibration.asked);
  const proved = lookAtAll(stand, { ladders, alphaPercent: alphas.proved, onProgress });
  const chosen = chosenOf(proved);
  if (chosen !== null || proved.every(({ isRuledOut }) => isRuledOut)) {
    return { lookedAt: proved, chosen, restsOn: 'proof' };
  }
  const most = alphas.measured.at(-1) ?? 0;
  const possible = proved.filter(({ isRuledOut }) => !isRuledOut).map(({ candidate }) => candidate.weights);
  const hopeful = possible.filter((weights) => most > 0 && couldBeEnough(stand, { weights, alphaPercent: most }));
  for (const alphaPercent of hopeful.length === 0 ? [] : alphas.measured) {
    const more = lookAtAll(stand, { ladders: hopeful, alphaPercent, onProgress });
    const best = chosenOf(more);
    if (best !== null) return { lookedAt: [...proved, ...more], chosen: best, restsOn: 'model' };
  }
  return { lookedAt: proved, chosen: null, restsOn: 'proof' };
}

/** Among candidates within a tenth of the least time, the one with the fewest harmed requests wins. */
const TIME_SLACK = 1.1;

interface Round {
  readonly ladders: readonly (readonly number[])[];
  readonly alphaPercent: number;
  readonly onProgress: OnProgress;
}

/**
 * Few rollouts show about how long each ladder takes. Only ladders that may be chosen are then measured with all
 * rollouts.
 */
function lookAtAll(stand: Stand, { ladders, alphaPercent, onProgress }: Round): LookedAt[] {
  const leads = ladders.map((weights, index) => {
    const lead = leadOf(stand, { weights, alphaPercent });
    onProgress({ done: index + 1, of: 2 * ladders.length });
    return lead;
  });
  const found = new Map<Lead, LookedAt>();
  let least = Number.POSITIVE_INFINITY;
  const quickestFirst = leads.toSorted((one, other) => totalMinutes(one.candidate) - totalMinutes(other.candidate));
  for (const [index, lead] of quickestFirst.entries()) {
    const isTooLong = totalMinutes(lead.candidate) > least * TIME_SLACK;
    const mayWin = lead.isEnough && !isTooLong;
    // A candidate that was enough by few rollouts may not be enough by all of them, even with the longest bakes.
    const each =
      (mayWin && confirmed(stand, lead.candidate)) ||
      measured(stand, { ...lead, isEnough: lead.isEnough && isTooLong });
    found.set(lead, each);
    if (each.meets) least = Math.min(least, each.totalMinutes);
    onProgress({ done: ladders.length + index + 1, of: 2 * ladders.length });
  }
  return leads.map((lead) => found.get(lead) as LookedAt);
}

function chosenOf(lookedAt: readonly LookedAt[]): LookedAt | null {
  const good = lookedAt.filter(({ meets }) => meets);
  const least = Math.min(...good.map((each) => each.totalMinutes));
  const quick = good.filter((each) => each.totalMinutes <= least * TIME_SLACK);
  return quick.toSorted((one, other) => harmedBy(one) - harmedBy(other))[0] ?? null;
}

function harmedBy({ harms }: LookedAt): number {
  return harms.reduce((sum, { harmedRequests }) => sum + harmedRequests, 0);
}
