/** Why a canary has too little evidence, with what was there, why it does not count, and when the judge can decide. */
import { clockTime, periodMs, periodsInWords } from './period-words.ts';
import type { SequentialState, Uncounted } from './sequential.ts';
import { periodsNeeded, shortHistory } from './sequential-evidence.ts';
import type { SeriesState } from './series.ts';

/** Null when both versions have enough requests that count. */
export function tooFewRequests(state: SequentialState): string | null {
  const { policy, uncounted, periods } = state;
  const least = Math.max(1, policy.minimumRequests);
  const { canary, stable } = judgedState(state);
  for (const version of [
    { name: 'The canary', other: 'stable', counted: canary.requests, uncounted: uncounted.canary },
    { name: 'Stable', other: 'the canary', counted: stable.requests, uncounted: uncounted.stable },
  ]) {
    if (version.counted >= least) continue;
    const rate = periods === 0 ? (latest(state)?.requests ?? 0) : version.counted / periods;
    const missing = rate === 0 ? null : Math.ceil((least - version.counted) / rate);
    return `${requestsInWords(version, { periodSeconds: policy.periodSeconds })}. ${least === 1 ? '1 is' : `${least} are`} needed${whenEnough(state, missing)}`;
  }
  return null;
}

/** Null when enough periods are evidence. */
export function tooFewPeriods(state: SequentialState): string | null {
  const { policy, periods } = state;
  const needed = periodsNeeded(policy);
  if (periods >= needed) return null;
  return `${periodsInWords(periods, policy)} of evidence, and ${needed} are needed, because ${shortHistory(policy)}${whenEnough(state, 1)}`;
}

interface Version {
  readonly name: string;
  readonly other: string;
  readonly counted: number;
  readonly uncounted: Uncounted;
}

function requestsInWords({ name, other, counted, uncounted }: Version, { periodSeconds }: Periods): string {
  const whole = periodSeconds === 60 ? 'whole minutes' : 'whole periods of ten seconds';
  const { warmUp, alone } = uncounted;
  const all = counted + warmUp + alone;
  if (all === 0) return `${name} had no request in ${whole}`;
  if (all === counted) return `${name} had ${all} requests in ${whole}`;
  const reasons = [
    ...(warmUp > 0 ? [`${warmUp} came during the warm-up`] : []),
    ...(alone > 0 ? [`${alone} came while ${other} had none`] : []),
  ];
  return `${name} had ${all} requests in ${whole}, and ${counted} of them count: ${reasons.join(', ')}`;
}

interface Periods {
  readonly periodSeconds: 10 | 60;
}

/** With the time at which the judge can decide, when calls go on as they are; without it when nothing tells the time. */
function whenEnough(state: SequentialState, missingForRequests: number | null): string {
  const { policy, periods, firstTrafficAt, lastAt } = state;
  if (firstTrafficAt === null || lastAt === null || missingForRequests === null) return '';
  const missing = Math.max(missingForRequests, periodsNeeded(policy) - periods);
  const ms = periodMs(policy);
  const warmAt = Math.ceil((firstTrafficAt + policy.warmUpMs) / ms) * ms;
  const at = Math.max(lastAt + ms, warmAt) + missing * ms;
  return `; if calls go on like this, the judge can decide at ${clockTime(at, policy)} UTC`;
}

function latest({ recent }: SequentialState): { readonly requests: number } | undefined {
  return recent.findLast(({ canary }) => canary.requests > 0)?.canary;
}

/** The state of the first count that is judged: a count that is only observed may have been measured in no period at all. */
export function judgedState({ policy, series }: Pick<SequentialState, 'policy' | 'series'>): SeriesState {
  const first = policy.metrics.findIndex(({ observedOnly }) => !observedOnly);
  const before = policy.metrics.slice(0, first).flatMap((metric) => metric.series);
  return series[before.length] as SeriesState;
}
