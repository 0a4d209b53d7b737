/** The policies among which one is looked for: ladders of weights, what the judge may spend, and the harm that it rules out. */
import { POLICY_DEFAULTS } from '../../domain/verdict/policy.ts';
import { RATIOS } from '../../domain/verdict/ratios.ts';
import { latencySigma, SHARES_ABOVE, shareAbove } from '../model/draw-period.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Asked, Calibration } from './asked.ts';

/** In percent, the boldest first; each is held for the same time. None above half: what is compared with too little of stable is known too late. */
const LADDERS: readonly (readonly number[])[] = [[50], [25], [10], [5], [10, 50], [5, 50], [5, 25, 50], [1, 5, 25, 50]];

/** In whole minutes. The one in which it is opened and the warm-up are no evidence: below three, there is none at the judge step. */
export const BAKE_MINUTES = { min: 3, max: 180 } as const;

/** Those that begin low enough, and leave every step the shortest bake. */
export function laddersFor(asked: Asked): (readonly number[])[] {
  return LADDERS.filter(
    (weights) => (weights[0] as number) <= asked.firstPercentMax && bakeMinutesMax(asked, weights) >= BAKE_MINUTES.min,
  );
}

export function bakeMinutesMax({ withinMinutes }: Asked, weights: readonly number[]): number {
  return Math.min(BAKE_MINUTES.max, Math.floor(withinMinutes / weights.length));
}

const ALPHA_FACTORS = [2, 5, 10, 20];
const ALPHA_PERCENT_MAX = 20;

/** Ascending. The proof promises only the first of them what is asked; the others have to be measured. */
export function alphasPercent({ falseRollbackPercent }: Pick<Asked, 'falseRollbackPercent'>): {
  readonly proved: number;
  readonly measured: readonly number[];
} {
  const more = ALPHA_FACTORS.map((factor) => Number((falseRollbackPercent * factor).toPrecision(6)));
  return { proved: falseRollbackPercent, measured: more.filter((percent) => percent <= ALPHA_PERCENT_MAX) };
}

/** The harm ratios that a spec may name. */
const HARM_RATIO = { min: 1.2, max: 5 };

/**
 * What an early end of a bake has to rule out, best first: the whole of the harm that is asked for, which is quickest; and
 * half of it on a logarithmic scale, for when too many harmful versions get through by the first. It is one ratio for errors
 * and slow requests alike: asked for slower versions only, what the spec calls harm stays harm.
 */
export function harmRatiosFor({ asked: { harms }, spec: { judge }, model }: Calibration): number[] {
  const rises = harms.map(({ harm }) => Math.max(harm.errorFactor, riseOfSlow(model, harm.latencyFactor)));
  const isAboutErrors = harms.some(({ harm }) => harm.errorFactor > 1);
  const stays = judge.kind === 'sequential' ? judge.harmRatio : POLICY_DEFAULTS.harmRatio;
  const rise = Math.min(...rises, ...(isAboutErrors ? [] : [stays]));
  const listed = RATIOS.filter((ratio) => ratio >= HARM_RATIO.min && ratio <= HARM_RATIO.max);
  const nearest = (wanted: number) => listed.findLast((ratio) => ratio <= wanted) ?? HARM_RATIO.min;
  return [...new Set([nearest(rise), nearest(Math.sqrt(rise))])];
}

/** How much the share above the one of the three latencies that shows it best rises. */
function riseOfSlow(model: ServiceModel, slowness: number): number {
  const sigma = latencySigma(model);
  return Math.max(...SHARES_ABOVE.map((share) => shareAbove(share, { slowness, sigma }) / share));
}
