/**
 * What a harm does to each call of the new version, by the model: how many more calls go bad than with the version
 * before.
 */

import { normalTail } from '../../twin/normal-tail.ts';
import type { Harm, ServiceModel } from './service-model.ts';

export const LEAST_ERROR_PERCENT = 0.01;

/**
 * The error percentages of stable and of the new version. Twenty times 0 errors is still 0, so a harm starts from 0.01
 * %.
 */
export function errorPercents(
  { errorPercent }: Pick<ServiceModel, 'errorPercent'>,
  { errorFactor }: Harm,
): { readonly stable: number; readonly canary: number } {
  const from = errorFactor > 1 ? Math.max(errorPercent, LEAST_ERROR_PERCENT) : errorPercent;
  return { stable: errorPercent, canary: Math.min(100, from * errorFactor) };
}

/**
 * The share of the new version's requests, 0 to 1, that go bad because of the harm. A bad request is one that fails.
 * When the harm is one of latency, a request that takes longer than 99 % of stable's is bad too.
 */
export function harmedShare(model: ServiceModel, harm: Harm): number {
  const { stable, canary } = errorPercents(model, harm);
  const failing = (canary - stable) / 100;
  if (harm.latencyFactor === 1) return failing;
  return failing + (1 - canary / 100) * (slowShare(model, harm) - 0.01);
}

const Z_99 = 2.3263478740408408;

/**
 * The share above stable's 99th percentile, when the quantiles of a log-normal latency are this many times stable's.
 */
function slowShare({ medianMs, p99Ms }: ServiceModel, { latencyFactor }: Harm): number {
  const sigma = Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99;
  if (sigma === 0) return latencyFactor > 1 ? 1 : 0.01;
  return normalTail(Z_99 - Math.log(latencyFactor) / sigma);
}
