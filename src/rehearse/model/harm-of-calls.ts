/** What a harm does to each call of the new version, by the model: how many more of them go bad than of the version before. */

import { normalTail } from '../../twin/normal-tail.ts';
import type { Harm, ServiceModel } from './service-model.ts';

export const LEAST_ERROR_PERCENT = 0.01;

/** Of stable's and the new version's requests. Twenty times no errors is none, so a harm starts from 0.01 %. */
export function errorPercents(
  { errorPercent }: Pick<ServiceModel, 'errorPercent'>,
  { errorFactor }: Harm,
): { readonly stable: number; readonly canary: number } {
  const from = errorFactor > 1 ? Math.max(errorPercent, LEAST_ERROR_PERCENT) : errorPercent;
  return { stable: errorPercent, canary: Math.min(100, from * errorFactor) };
}

/**
 * The share of the new version's requests, 0 to 1, that go bad because of the harm. Bad is one that fails; when the harm
 * is one of latency, also one that takes longer than all but 1 % of stable's do.
 */
export function harmedShare(model: ServiceModel, harm: Harm): number {
  const { stable, canary } = errorPercents(model, harm);
  const failing = (canary - stable) / 100;
  if (harm.latencyFactor === 1) return failing;
  return failing + (1 - canary / 100) * (slowShare(model, harm) - 0.01);
}

const Z_99 = 2.3263478740408408;

/** Log-normal latencies whose quantiles are all so many times stable's: the share above stable's 99th percentile. */
function slowShare({ medianMs, p99Ms }: ServiceModel, { latencyFactor }: Harm): number {
  const sigma = Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99;
  if (sigma === 0) return latencyFactor > 1 ? 1 : 0.01;
  return normalTail(Z_99 - Math.log(latencyFactor) / sigma);
}
