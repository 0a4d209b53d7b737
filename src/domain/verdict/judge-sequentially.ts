/** The judge `sequential` over the rows of a rollout: errors and slow requests of both versions, period by period. */
import type { JudgedMetric, SequentialJudge } from '../service/service-spec.ts';
import { type Baseline, ERRORS } from './baseline.ts';
import { judgedRows } from './judged-rows.ts';
import type { PeriodRow, VersionPeriod } from './period-row.ts';
import { periodsInWords } from './period-words.ts';
import type { StateOf } from './recompute.ts';
import { combinedEvidence, type MetricEvidence, periodsNeeded, shortHistory } from './sequential-evidence.ts';
import { policyOf, UNMEASURED, unmeasured } from './sequential-policy.ts';
import { type Judgement, judgementOf } from './sequential-verdict.ts';
import type { Evidence, Verdict } from './verdict.ts';

export interface SequentialRows {
  /** Since the rollout was opened, in any order. */
  readonly rows: readonly PeriodRow[];
  /** Null when nothing was measured before the rollout. */
  readonly baseline: Baseline | null;
  /** End of the last closed period, in epoch milliseconds; left out when nothing is known after the last row. */
  readonly until?: number | undefined;
}

/** May be asked after every period. The state follows from all rows each time, so a late row counts as if it had been in time. */
export function judgeSequentially(
  judge: SequentialJudge,
  { rows, baseline, until, stateOf }: SequentialRows & { readonly stateOf: StateOf },
): Verdict {
  const { periodSeconds } = judge;
  const state = stateOf(policyOf(judge, baseline), judgedRows({ rows, until, periodSeconds }));
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

/** Why the judge decides nothing in its first periods, known from the baseline on; null when it may decide from the first one. */
export function waitInWords(judge: SequentialJudge, baseline: Baseline): string | null {
  const policy = policyOf(judge, baseline);
  const needed = periodsNeeded(policy);
  if (needed === 1) return null;
  return `The judge decides from ${periodsInWords(needed, policy)} of evidence on, because ${shortHistory(policy)}.`;
}

/** A canary is not healthy while a judged metric is not measured. A verdict that is bad by the other metrics stays. */
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

/** How many of the last periods the evidence of a verdict has. */
export const EVIDENCE_PERIODS = 30;

function evidenceOf({ falseRollbackPercent }: SequentialJudge, { reached, metric, rows }: Found): Evidence {
  const { name, observedOnly } = metric.metric;
  const promise = observedOnly ? 'only observed' : `at most ${falseRollbackPercent} % false rollbacks`;
  const { evidence, limit } = reached;
  const all = metric.limit === limit ? '' : ` for ${name} alone; ${ofLimit(evidence, limit)} for all metrics together`;
  const figures = `evidence ${ofLimit(metric.harm, metric.limit)}${all}`;
  return {
    rule: `${name} against stable, ${promise}: ${figures}`,
    outcome: outcomeOf(reached, metric),
    periods: rows
      .toSorted((one, other) => one.startsAt - other.startsAt)
      .slice(-EVIDENCE_PERIODS)
      .flatMap((row) => valuesOf(row, name)),
  };
}

function ofLimit(evidence: number, limit: number): string {
  return `${evidence.toFixed(2)} of ${limit.toFixed(2)}`;
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
      return series.some(({ rules }) => rules.count === worse) ? 'fail' : 'pass';
  }
}

/** In percent of the requests: the errors, or the requests slower than the highest latency of the baseline. */
function valuesOf({ startsAt, canary, stable }: PeriodRow, metric: string): Evidence['periods'] {
  const percentOf = ({ requests, errors, slower }: VersionPeriod) => {
    const count = metric === ERRORS ? errors : (slower?.at(-1) ?? Number.NaN);
    const value = (count / requests) * 100;
    return Number.isFinite(value) ? value : null;
  };
  const value = percentOf(canary);
  return value === null ? [] : [{ startsAt, canary: value, stable: percentOf(stable) }];
}
