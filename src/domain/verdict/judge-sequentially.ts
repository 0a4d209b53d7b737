/** The judge `sequential` over the rows that a rollout has: errors and slow requests of both versions, period by period. */
import type { JudgedMetric, SequentialJudge } from '../service/service-spec.ts';
import { type Baseline, ERRORS } from './baseline.ts';
import { judgedRows } from './judged-rows.ts';
import type { PeriodRow, VersionPeriod } from './period-row.ts';
import { recomputed } from './recompute.ts';
import { combinedEvidence, type MetricEvidence } from './sequential-evidence.ts';
import { latenciesOf, policyOf, UNMEASURED, unmeasured } from './sequential-policy.ts';
import { type Judgement, judgementOf } from './sequential-verdict.ts';
import type { Evidence, Verdict } from './verdict.ts';

/** The rows of the rollout, in any order, and what was fixed before it. */
export interface SequentialRows {
  readonly rows: readonly PeriodRow[];
  readonly baseline: Baseline | null;
  readonly until?: number | undefined;
}

/** May be asked every minute. The state is made from the rows each time, so a late minute counts as one that was in time. */
export function judgeSequentially(judge: SequentialJudge, { rows, baseline, until }: SequentialRows): Verdict {
  const latenciesMs = latenciesOf(baseline);
  const { periodSeconds } = judge;
  const state = recomputed(policyOf(judge, baseline), judgedRows({ rows, until, periodSeconds, latenciesMs }));
  const reached = withUnmeasured(judgementOf(state), { missing: unmeasured(judge, baseline), baseline });
  const { kind, because, blames, advice } = reached;
  const { metrics } = combinedEvidence(state);
  const evidence = judge.metrics.map((metric) => {
    const found = metrics.find(({ metric: { name } }) => name === metric.metric);
    return found === undefined ? notMeasured(metric) : evidenceOf(judge, { reached, metric: found, rows });
  });
  return {
    kind,
    because,
    evidence,
    ...(blames === 'both' && { holds: true as const }),
    ...(advice === 'promote' && { rulesOutHarm: true as const }),
  };
}

/** What is not measured cannot be called healthy; what is bad without it is bad. */
function withUnmeasured(
  reached: Judgement,
  { missing, baseline }: { readonly missing: readonly JudgedMetric[]; readonly baseline: Baseline | null },
): Judgement {
  const judged = missing.some(({ observedOnly }) => !observedOnly);
  if (!judged || reached.kind === 'unhealthy' || reached.blames === 'both') return reached;
  const because =
    baseline === null
      ? 'Nothing of either version has been measured yet'
      : `The ${UNMEASURED}: judge errors only, or deploy again when it has been measured`;
  return { ...reached, kind: 'inconclusive', because, advice: 'hold' };
}

function notMeasured({ metric }: JudgedMetric): Evidence {
  return { rule: `${metric}: not measured in the hour before`, outcome: 'inconclusive', periods: [] };
}

interface Found {
  readonly reached: Judgement;
  readonly metric: MetricEvidence;
  readonly rows: readonly PeriodRow[];
}

/** How many of the last periods a verdict shows. */
export const PERIODS_SHOWN = 30;

function evidenceOf({ falseRollbackPercent }: SequentialJudge, { reached, metric, rows }: Found): Evidence {
  const { name, observedOnly } = metric.metric;
  const promise = observedOnly ? 'only observed' : `at most ${falseRollbackPercent} % false rollbacks`;
  const figures = `evidence ${metric.harm.toFixed(2)} of ${metric.limit.toFixed(2)}`;
  return {
    rule: `${name} against stable, ${promise}: ${figures}`,
    outcome: outcomeOf(reached, metric),
    periods: rows
      .toSorted((one, other) => one.startsAt - other.startsAt)
      .slice(-PERIODS_SHOWN)
      .flatMap((row) => valuesOf(row, name)),
  };
}

function outcomeOf(
  { kind, worse }: Judgement,
  { metric: { observedOnly }, harm, limit, series }: MetricEvidence,
): Evidence['outcome'] {
  if (observedOnly) return harm >= limit ? 'fail' : 'pass';
  switch (kind) {
    case 'healthy':
      return 'pass';
    case 'inconclusive':
      return 'inconclusive';
    case 'unhealthy':
      return series.some(({ rules }) => rules.name === worse) ? 'fail' : 'pass';
  }
}

/** In percent: requests that failed, or that were slower than the slowest latency that is counted by. */
function valuesOf({ startsAt, canary, stable }: PeriodRow, metric: string): Evidence['periods'] {
  const percentOf = ({ requests, errors, slower }: VersionPeriod) => {
    const count = metric === ERRORS ? errors : (slower?.at(-1) ?? Number.NaN);
    const value = (count / requests) * 100;
    return Number.isFinite(value) ? value : null;
  };
  const value = percentOf(canary);
  return value === null ? [] : [{ startsAt, canary: value, stable: percentOf(stable) }];
}
