/**
 * The policies among which the search looks: ladders of weights, the error that the judge may spend, and the harm that
 * it rules out.
 */
import { POLICY_DEFAULTS } from '../../domain/verdict/policy.ts';
import { RATIOS } from '../../domain/verdict/ratios.ts';
import { latencySigma, SHARES_ABOVE, shareAbove } from '../model/draw-period.ts';
import type { ServiceModel } from '../model/service-model.ts';
import type { Asked, Calibration } from './asked.ts';

/**
 * In percent, the largest first weight first; each weight has the same bake. No weight is above 50 %: with too little
 * traffic on stable, the comparison takes too long.
 */
const LADDERS: readonly (readonly number[])[] = [[50], [25], [10], [5], [10, 50], [5, 50], [5, 25, 50], [1, 5, 25, 50]];

/**
 * In whole minutes. The minute of the opening and the warm-up give no evidence: with a bake below three minutes, the
 * judge step has none.
 */
export const BAKE_MINUTES = { min: 3, max: 180 } as const;

/** The ladders whose first weight is low enough, and that leave the shortest bake for every step. */
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

/** Ascending. The proof promises the requested share only for the first; the others have to be measured. */
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
 * The harm that an early end of a bake must rule out, best first. The first ratio is the whole requested harm, which is
 * quickest. The second is half of it on a logarithmic scale, for when too many harmful versions get through with the
 * first. One ratio applies to errors and to slow requests: when only slower versions were requested, the spec's own
 * harm ratio still limits it.
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

/** By how much the share above a latency rises, for the latency among the three that shows it best. */
function riseOfSlow(model: ServiceModel, slowness: number): number {
  const sigma = latencySigma(model);
  return Math.max(...SHARES_ABOVE.map((share) => shareAbove(share, { slowness, sigma }) / share));
}
