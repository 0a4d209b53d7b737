/** The judge `threshold`: how many of the last periods of the canary may be above a limit. */
import type { Judge, ThresholdRule } from '../service/service-spec.ts';
import type { PeriodRow, VersionPeriod } from './period-row.ts';
import type { Evidence } from './verdict.ts';

type ThresholdJudge = Extract<Judge, { kind: 'threshold' }>;

/**
 * Fails when at least `failWhenAtLeast` counted periods of the last `ofLastPeriods` are above the limit. Passes when at least
 * one period counts and fewer than that are above the limit; inconclusive when no period counts.
 */
export function judgeRule({
  judge,
  rule,
  rows,
}: {
  judge: ThresholdJudge;
  rule: ThresholdRule;
  rows: readonly PeriodRow[];
}): Evidence {
  const periods = latest(judge, rows)
    .filter(({ canary }) => isCounted(canary, judge.minimumRequests))
    .flatMap(({ startsAt, canary, stable }) => {
      const value = metricValue(rule.metric, canary);
      // A missing value must not count as a good one.
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

/** The value of a metric in one period; null without requests, or when it was not measured. */
export function metricValue(
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

function ruleInWords(judge: ThresholdJudge, { metric, moreThan, observedOnly }: ThresholdRule): string {
  const observed = observedOnly ? ', only observed' : '';
  return `${metric} more than ${moreThan} in at least ${judge.failWhenAtLeast} of the last ${judge.ofLastPeriods} periods of ${judge.periodSeconds} s${observed}`;
}

/** What the canary had in the periods that were looked at, and when a period counts. */
export function requestsInWords(judge: ThresholdJudge, rows: readonly PeriodRow[]): string {
  const seen = latest(judge, rows).map(({ canary }) => canary.requests);
  const needed = `a whole period counts from ${judge.minimumRequests} on`;
  if (seen.length === 0) return `no whole period of ${judge.periodSeconds} seconds is over yet`;
  return `the canary had ${seen.join(', ')} requests in ${seen.length === 1 ? 'the one whole period' : `the last ${seen.length} whole periods`}, and ${needed}`;
}

function latest({ ofLastPeriods }: ThresholdJudge, rows: readonly PeriodRow[]): readonly PeriodRow[] {
  return rows.toSorted((one, other) => one.startsAt - other.startsAt).slice(-ofLastPeriods);
}

export function valuesInWords({ periods }: Evidence): string {
  return `the canary had ${periods.map(({ canary }) => canary.toFixed(2)).join(', ')}; stable ${periods.map(({ stable }) => stable?.toFixed(2) ?? 'no requests').join(', ')}`;
}
