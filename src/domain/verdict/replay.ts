/** What the sequential judge knew after each period: the same judge over the stored rows, with the state after each row. */
import type { SequentialJudge } from '../service/service-spec.ts';
import { judgeSequentially, type SequentialRows } from './judge-sequentially.ts';
import { judgedRows } from './judged-rows.ts';
import { type Counted, countsOf, hasTime, rowFault } from './period-counts.ts';
import type { JudgedRow } from './period-row.ts';
import { estimateRatio, type RatioEstimate } from './ratio-estimate.ts';
import { inOrder } from './recompute.ts';
import { initial, next, type SequentialState } from './sequential.ts';
import { combinedEvidence, combinedLimit, evidenceByMetric, type MetricEvidence } from './sequential-evidence.ts';
import { policyOf, UNMEASURED } from './sequential-policy.ts';
import type { Verdict } from './verdict.ts';

/** The ratio and its interval are those of all periods up to this one. */
export interface ReplayedPeriod extends RatioEstimate {
  readonly startsAt: number;
  /** Null when the row cannot be true. */
  readonly canary: Counted | null;
  readonly stable: Counted | null;
  /** ln of the evidence of this count that the canary is worse, and the limit at which it condemns alone. */
  readonly evidence: number;
  readonly limit: number;
  readonly because: string;
}

export interface ReplayedMetric {
  readonly name: string;
  readonly observedOnly: boolean;
  readonly series: readonly { readonly name: string; readonly periods: readonly ReplayedPeriod[] }[];
  /** ln of the evidence of all its series together, and the limit at which it condemns alone. */
  readonly evidence: number;
  readonly limit: number;
  readonly because: string;
}

export interface Replay extends Pick<Verdict, 'kind' | 'because'> {
  /** ln of the evidence of all judged metrics together, and the limit at which it condemns. */
  readonly evidence: number;
  readonly limit: number;
  readonly metrics: readonly ReplayedMetric[];
}

/** `last`: how many of the last periods the figures have. */
type ShownRows = SequentialRows & { readonly last: number };

export function replay(judge: SequentialJudge, given: ShownRows): Replay {
  const steps = stepsOf(judge, given);
  const { kind, because } = judgeSequentially(judge, { ...given, stateOf: () => steps.end });
  return { kind, because, ...figuresOf(judge, { ...steps, last: given.last }) };
}

/** The replay without the verdict, for a caller that has the verdict already. */
export function replayFigures(judge: SequentialJudge, given: ShownRows): Omit<Replay, 'kind' | 'because'> {
  return figuresOf(judge, { ...stepsOf(judge, given), last: given.last });
}

interface Steps {
  readonly steps: readonly Omit<Step, 'metrics'>[];
  /** The state after the last row. */
  readonly end: SequentialState;
}

function stepsOf(judge: SequentialJudge, { rows, baseline, until }: SequentialRows): Steps {
  const { periodSeconds } = judge;
  const policy = policyOf(judge, baseline);
  let end = initial(policy);
  const steps = inOrder(judgedRows({ rows, until, periodSeconds }), policy).map((row) => {
    const before = end;
    end = next(before, row);
    return { row, before, after: end };
  });
  return { steps, end };
}

function figuresOf(
  judge: SequentialJudge,
  { steps, end: state, last }: Steps & { readonly last: number },
): Omit<Replay, 'kind' | 'because'> {
  const end = combinedEvidence(state);
  const shown = steps.slice(-last).map((step) => ({ ...step, metrics: evidenceByMetric(step.after) }));
  return {
    evidence: end.harm,
    limit: end.limit,
    metrics: judge.metrics.map(({ metric: name, observedOnly }) => {
      const place = end.metrics.findIndex(({ metric }) => metric.name === name);
      const found = end.metrics[place];
      if (found === undefined) return notMeasured({ name, observedOnly, limit: end.limit });
      return replayedMetric(found, { place, shown, together: end.limit });
    }),
  };
}

interface Step {
  readonly row: JudgedRow;
  readonly before: SequentialState;
  readonly after: SequentialState;
  readonly metrics: readonly MetricEvidence[];
}

function notMeasured(metric: Pick<ReplayedMetric, 'name' | 'observedOnly' | 'limit'>): ReplayedMetric {
  return { ...metric, series: [], evidence: 0, because: `Not measured: ${UNMEASURED}.` };
}

function replayedMetric(
  { metric, harm, limit, series }: MetricEvidence,
  { place, shown, together }: { readonly place: number; readonly shown: readonly Step[]; readonly together: number },
): ReplayedMetric {
  const { name, observedOnly } = metric;
  const alone = limit === together ? '' : ` for ${name} alone; for all metrics together it is ${together.toFixed(2)}`;
  const verb = harm >= limit ? 'reaches' : 'stays below';
  const because = `The evidence that ${name} ${name === 'errors' ? 'are' : 'is'} worse is ${harm.toFixed(2)} and ${verb} ${limit.toFixed(2)}, the limit${alone}.`;
  return {
    name,
    observedOnly,
    series: series.map(({ rules }, index) => ({
      name: rules.name,
      periods: shown.map((step) => replayedPeriod(step, { place, index })),
    })),
    evidence: harm,
    limit,
    because: observedOnly ? `${because} It is only observed.` : because,
  };
}

/** `place` is that of the metric, `index` that of its series. */
function replayedPeriod(
  { row, before, after, metrics }: Step,
  { place, index }: { readonly place: number; readonly index: number },
): ReplayedPeriod {
  const metric = metrics[place] as MetricEvidence;
  const { rules, state, harm } = metric.series[index] as MetricEvidence['series'][number];
  const { policy } = after;
  const isGood = hasTime(row, policy) && rowFault(row, [rules]) === null;
  const counts = isGood ? countsOf(row, rules.count) : { canary: null, stable: null };
  const estimate = estimateRatio(state, { policy, series: rules });
  const limit = metric.limit + Math.log(metric.series.length);
  const figures = { startsAt: row.startsAt, ...counts, ...estimate, evidence: harm, limit };
  const isAlone = limit !== metric.limit || metric.limit !== combinedLimit(policy);
  const because = whyNoEvidence({ row, before, after }) ?? inWords(figures, isAlone ? ' for this count alone' : '');
  return { ...figures, because };
}

/** Why a row was no evidence, in words; null when it was evidence. */
function whyNoEvidence({ row, before, after }: Omit<Step, 'metrics'>): string | null {
  if (after.periods > before.periods) return null;
  const fault = after.troubles.findLast(({ at }) => at === row.startsAt);
  if (fault !== undefined) return `No evidence: ${fault.because}.`;
  if (row.canary.requests === 0) return 'No evidence: the canary had no request.';
  return row.stable.requests === 0 ? 'No evidence: stable had no request.' : 'No evidence: the canary is warming up.';
}

function inWords(
  { canary, stable, ratio, from, to, evidence, limit }: Omit<ReplayedPeriod, 'because' | 'startsAt'>,
  alone: string,
): string {
  if (canary === null || stable === null) return 'Not measured in this period.';
  const times =
    ratio === null ? 'stable has counted none so far' : `${Number(ratio.toPrecision(3))} times as often so far`;
  const interval = `between ${from} and ${to ?? 'any number of'} times`;
  return `${canary.count} in ${canary.requests} requests of the canary, ${stable.count} in ${stable.requests} of stable; ${times} (${interval}), evidence ${evidence.toFixed(2)} of ${limit.toFixed(2)}${alone}.`;
}
