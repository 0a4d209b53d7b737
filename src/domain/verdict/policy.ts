/** The rules of the sequential judge: which metrics, how sure it must be, and what it advises when it cannot tell. */
import type { FieldProblem, NoDataPolicy } from '../service/service-spec.ts';
import type { CountKey } from './period-row.ts';
import { type Mixture, RATIOS, ratioIndex } from './ratios.ts';

/** One count of the stable version before the rollout. */
export interface History {
  /** Counts per request, 0 to 1. */
  readonly rate: number;
  /** tau_hist^2, the squared relative deviation from minute to minute beyond that of independent requests; >= 0. */
  readonly burstiness: number;
  /** The whole minutes of requests that it is from, 0 or more. Left out in a baseline from before it was stored: `WHOLE_MINUTES`. */
  readonly minutes?: number | undefined;
}

/** So many minutes tell the rate and the noise of a service. From fewer, the judge learns how long it need not wait. */
export const WHOLE_MINUTES = 60;

export function minutesOf(history: History | null): number {
  return history === null ? 0 : (history.minutes ?? WHOLE_MINUTES);
}

/** True when the history tells the rate and the noise: it has an hour of requests, and at least one count. */
export function isWhole(history: History | null): history is History {
  return history !== null && minutesOf(history) >= WHOLE_MINUTES && history.rate > 0;
}

/** One count out of the requests: errors, or requests above a latency. */
export interface SeriesPolicy {
  /** Which count of a row it is. */
  readonly count: CountKey;
  /** The count in words, for messages only: `errors`, `requests over 250 ms`. */
  readonly name: string;
  /** Rises of the rate to look for: members of RATIOS, at least one above `harmlessRatio`; weights of any positive sum. */
  readonly harms: Mixture;
  readonly history: History | null;
  /** A share of requests, 0 to 1, at which a version is bad whatever its history; null for a latency. */
  readonly badRate: number | null;
}

export interface MetricPolicy {
  readonly name: string;
  /** Its share of the false-alarm budget, relative to the others; above 0. */
  readonly weight: number;
  /** The judge takes the mean of their evidence: one series for errors, three for a latency (above T_50, T_90 and T_99). */
  readonly series: readonly SeriesPolicy[];
  /** A dry run: the metric is shown, and the judge never acts on it. */
  readonly observedOnly: boolean;
}

export interface SequentialPolicy {
  /** The chance, 0 to 1, that a canary that is no worse is ever called unhealthy, over all metrics, periods and weights. */
  readonly alpha: number;
  /** The chance, 0 to 1, that a canary worse by `harmRatio` in any one metric is ever promoted early. */
  readonly beta: number;
  /** R0: a canary with at most this many times stable's rate is no worse. */
  readonly harmlessRatio: number;
  /** delta: counts per request, 0 to 1, that the canary may have on top of that. */
  readonly margin: number;
  /** R1: the rise that is worth catching. Early promotion rules it out. */
  readonly harmRatio: number;
  /** From the canary's first request on. Cold starts are real differences, and no evidence. */
  readonly warmUpMs: number;
  /** Requests that each version needs before the verdict can be healthy. */
  readonly minimumRequests: number;
  /** Counts that the canary needs before the sequential test calls it unhealthy. */
  readonly minimumErrors: number;
  readonly noData: NoDataPolicy;
  /** The length of the periods that are evidence. Periods of 10 s always feed the hard guard too. */
  readonly periodSeconds: 10 | 60;
  readonly metrics: readonly MetricPolicy[];
}

export const POLICY_DEFAULTS = {
  alpha: 0.01,
  beta: 0.05,
  harmlessRatio: 1,
  margin: 0,
  harmRatio: 1.5,
  warmUpMs: 60_000,
  minimumRequests: 100,
  minimumErrors: 3,
  noData: 'hold',
  periodSeconds: 60,
} as const satisfies Omit<SequentialPolicy, 'metrics'>;

/** Every field that would make the judge's promises empty. With such a field the judge says neither healthy nor unhealthy. */
export function policyProblems(policy: SequentialPolicy): FieldProblem[] {
  const { alpha, beta, harmlessRatio, harmRatio, margin, metrics } = policy;
  const listed = RATIOS.join(', ');
  const claims: readonly (FieldProblem & { readonly holds: boolean })[] = [
    { holds: isChance(alpha), pointer: '/alpha', detail: `alpha is ${alpha}; write a chance between 0 and 1.` },
    { holds: isChance(beta), pointer: '/beta', detail: `beta is ${beta}; write a chance between 0 and 1.` },
    {
      holds: ratioIndex(harmlessRatio) >= 0,
      pointer: '/harmlessRatio',
      detail: `The harmless ratio is ${harmlessRatio}; write one of ${listed}.`,
    },
    {
      holds: ratioIndex(harmRatio) >= 0 && harmRatio > harmlessRatio && harmRatio > 1,
      pointer: '/harmRatio',
      detail: `The harm ratio is ${harmRatio}; write one of ${listed} that is above 1 and above ${harmlessRatio}.`,
    },
    {
      holds: isShare(margin),
      pointer: '/margin',
      detail: `The margin is ${margin}; write a share of requests, 0 to 1.`,
    },
    ...(['warmUpMs', 'minimumRequests', 'minimumErrors'] as const).map((field) => ({
      holds: Number.isSafeInteger(policy[field]) && policy[field] >= 0,
      pointer: `/${field}`,
      detail: `${field} is ${policy[field]}; write a whole number, 0 or more.`,
    })),
    {
      holds: metrics.some(({ observedOnly }) => !observedOnly),
      pointer: '/metrics',
      detail: 'No metric is judged. Name at least one that is not observed only.',
    },
  ];
  const problems = claims.filter(({ holds }) => !holds).map(({ pointer, detail }) => ({ pointer, detail }));
  return [...problems, ...metrics.flatMap((metric, index) => metricProblems(metric, { index, harmlessRatio }))];
}

function metricProblems(
  { name, weight, series }: MetricPolicy,
  { index, harmlessRatio }: { readonly index: number; readonly harmlessRatio: number },
): FieldProblem[] {
  const pointer = `/metrics/${index}`;
  const problems: FieldProblem[] = [];
  if (!(weight > 0 && Number.isFinite(weight))) {
    problems.push({
      pointer: `${pointer}/weight`,
      detail: `The weight of ${name} is ${weight}; write a number above 0.`,
    });
  }
  if (series.length === 0)
    problems.push({ pointer: `${pointer}/series`, detail: `${name} counts nothing. Give it a series.` });
  for (const each of series) {
    const known = each.harms.filter(
      (harm) => ratioIndex(harm.ratio) >= 0 && harm.weight > 0 && Number.isFinite(harm.weight),
    );
    if (known.length < each.harms.length || !known.some(({ ratio }) => ratio > harmlessRatio)) {
      const detail = `The harms of ${each.name} must be ratios of the list with weights above 0, at least one above ${harmlessRatio}.`;
      problems.push({ pointer: `${pointer}/series`, detail });
    }
    if (
      each.history !== null &&
      !(
        isShare(each.history.rate) &&
        each.history.burstiness >= 0 &&
        Number.isFinite(each.history.burstiness) &&
        minutesOf(each.history) >= 0
      )
    ) {
      problems.push({
        pointer: `${pointer}/series`,
        detail: `The history of ${each.name} is no rate from 0 to 1 with a burstiness and minutes of 0 or more.`,
      });
    }
  }
  return problems;
}

function isChance(value: number): boolean {
  return value > 0 && value < 1;
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
