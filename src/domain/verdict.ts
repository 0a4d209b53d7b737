/** How a canary is judged from per-period rows of both versions. Pure: rows in, verdict out. */
import type { Judge, ThresholdRule } from './service-spec.ts';

/** What one version did in one closed period. Counts are whole numbers >= 0; `durationP99Ms` is null without requests. */
export interface VersionPeriod {
  readonly requests: number;
  readonly errors: number;
  readonly durationP99Ms: number | null;
}

/** One closed period, by its start in epoch milliseconds. */
export interface PeriodRow {
  readonly startsAt: number;
  readonly canary: VersionPeriod;
  readonly stable: VersionPeriod;
}

export interface Evidence {
  /** The rule in words: which metric, which limit, how many periods. */
  readonly rule: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** The value of each counted period, oldest first, with the stable version's beside it. */
  readonly periods: readonly { readonly startsAt: number; readonly canary: number; readonly stable: number | null }[];
}

export interface Verdict {
  readonly kind: 'healthy' | 'unhealthy' | 'inconclusive';
  readonly because: string;
  readonly evidence: readonly Evidence[];
}

export interface AlarmFact {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

/** What there is to go by: the closed periods of both versions at the present weight, and the alarms that count. */
export interface Observation {
  readonly judge: Judge;
  readonly rows: readonly PeriodRow[];
  readonly alarms: readonly AlarmFact[];
}

/**
 * A red alarm makes the canary unhealthy, whatever the judge says. Then any failed rule does; and without one, any
 * rule that had too little to go by makes the verdict inconclusive.
 */
export function judgeRows({ judge, rows, alarms }: Observation): Verdict {
  const red = alarms.filter(({ state }) => state === 'ALARM');
  if (red.length > 0) {
    return { kind: 'unhealthy', because: `Alarm ${red.map(({ name }) => name).join(', ')} is red`, evidence: [] };
  }
  if (judge.kind === 'alarms-only') {
    return { kind: 'healthy', because: 'No alarm is red, and the judge is alarms-only', evidence: [] };
  }
  const evidence = judge.rules.map((rule) => judgeRule({ judge, rule, rows }));
  const failed = evidence.find(({ outcome }) => outcome === 'fail');
  if (failed) return { kind: 'unhealthy', because: `${failed.rule}: ${valuesInWords(failed)}`, evidence };
  const unsure = evidence.find(({ outcome }) => outcome === 'inconclusive');
  if (unsure) return { kind: 'inconclusive', because: `Too little traffic to judge "${unsure.rule}"`, evidence };
  return { kind: 'healthy', because: `No rule failed: ${evidence.map(({ rule }) => rule).join('; ')}`, evidence };
}

type ThresholdJudge = Extract<Judge, { kind: 'threshold' }>;

/**
 * Fails when at least `failWhenAtLeast` counted periods of the last `ofLastPeriods` lie above the limit. Passes when that
 * can no longer happen with the periods seen: at least one period counts, and fewer failed than the rule asks for.
 */
function judgeRule({
  judge,
  rule,
  rows,
}: {
  judge: ThresholdJudge;
  rule: ThresholdRule;
  rows: readonly PeriodRow[];
}): Evidence {
  const periods = [...rows]
    .sort((a, b) => a.startsAt - b.startsAt)
    .slice(-judge.ofLastPeriods)
    .filter(({ canary }) => isCounted(canary, judge.minimumRequests))
    .flatMap(({ startsAt, canary, stable }) => {
      const value = metricValue(rule.metric, canary);
      // A value that is not there is not a good one.
      return value === null ? [] : [{ startsAt, canary: value, stable: metricValue(rule.metric, stable) }];
    });
  const failures = periods.filter(({ canary }) => canary > rule.moreThan).length;
  const outcome = failures >= judge.failWhenAtLeast ? 'fail' : periods.length === 0 ? 'inconclusive' : 'pass';
  return { rule: ruleInWords(judge, rule), outcome, periods };
}

/** A row that cannot be true (NaN, negative, more errors than requests) is no evidence of anything. */
function isCounted({ requests, errors }: VersionPeriod, minimumRequests: number): boolean {
  const plausible = Number.isFinite(requests) && Number.isFinite(errors) && errors >= 0 && errors <= requests;
  return plausible && requests >= minimumRequests && requests > 0;
}

function metricValue(
  metric: ThresholdRule['metric'],
  { requests, errors, durationP99Ms }: VersionPeriod,
): number | null {
  switch (metric) {
    case 'errorRatePercent':
      return requests > 0 ? (errors / requests) * 100 : null;
    case 'durationP99Ms':
      return durationP99Ms;
  }
}

function ruleInWords(judge: ThresholdJudge, { metric, moreThan }: ThresholdRule): string {
  return `${metric} more than ${moreThan} in at least ${judge.failWhenAtLeast} of the last ${judge.ofLastPeriods} periods of ${judge.periodSeconds} s`;
}

function valuesInWords({ periods }: Evidence): string {
  return `the canary had ${periods.map(({ canary }) => canary.toFixed(2)).join(', ')}; stable ${periods.map(({ stable }) => stable?.toFixed(2) ?? 'no requests').join(', ')}`;
}
