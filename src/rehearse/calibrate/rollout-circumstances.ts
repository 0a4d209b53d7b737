/**
 * The circumstances of a rollout, independent of its policy. They are drawn once by the rollout's number, so that all
 * policies meet the same circumstances.
 */

import type { Baseline } from '../../domain/verdict/baseline.ts';
import type { Random } from '../../twin/random.ts';
import { seededRandom } from '../../twin/random.ts';
import { drawVersion, loadAt, SAME } from '../model/draw-period.ts';
import type { ServiceModel } from '../model/service-model.ts';
import { baselineFrom } from './judge-rows.ts';

export interface Circumstances {
  /** The position of the first shift in its first minute, 0 to 1. */
  readonly offset: number;
  /** The rate of requests relative to the mean, which depends on the hour of the day. */
  readonly load: number;
  /** When a shared outage begins, as a part of the rollout, 0 to 1; null without an outage. */
  readonly outageAt: number | null;
  /** The baseline of the hour before, as the judge stores it. */
  readonly baseline: Baseline;
  /** The generator of one minute of this rollout: the same for every policy. */
  readonly minute: (minute: number) => Random;
}

const HISTORY_MINUTES = 60;

export function circumstancesOf(model: ServiceModel, seed: string): Circumstances {
  const random = seededRandom(seed);
  const offset = random.uniform();
  const load = loadAt(24 * random.uniform(), model);
  const hasOutage = random.uniform() < model.outage.percentOfRollouts / 100;
  const outageAt = random.uniform();
  const before = Array.from({ length: HISTORY_MINUTES }, () => {
    const requests = random.poisson(model.requestsPerSecond * 60 * load);
    return drawVersion(random, { model, requests, harm: SAME, outageFactor: 1 });
  });
  return {
    offset,
    load,
    outageAt: hasOutage ? outageAt : null,
    baseline: baselineFrom(model, before),
    minute: (minute) => seededRandom(`${seed}/${minute}`),
  };
}
