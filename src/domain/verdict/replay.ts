/** What the sequential judge knew after each period: the same engine over the rows that were kept, one state a row. */
import type { SequentialJudge } from '../service/service-spec.ts';
import { judgeSequentially, type SequentialRows } from './judge-sequentially.ts';
import { judgedRows } from './judged-rows.ts';
import { countsOf, type MinuteRow, rowFault } from './minute-row.ts';
import { estimateRatio, type RatioEstimate } from './ratio-estimate.ts';
import { inOrder } from './recompute.ts';
import { initial, next, type SequentialState } from './sequential.ts';
import { combinedEvidence, evidenceByMetric, type MetricEvidence } from './sequential-evidence.ts';
import { latenciesOf, policyOf, UNMEASURED } from './sequential-policy.ts';
import type { Verdict } from './verdict.ts';

/** Evidence and limit in ln. The interval is of all periods up to this one. Counts are null where the row cannot be true. */
export interface ReplayedMinute extends RatioEstimate {
  readonly startsAt: number;
  readonly canary: ReplayedCounts | null;
  readonly stable: ReplayedCounts | null;
  readonly evidence: number;
  readonly limit: number;
  readonly because: string;
}

export interface ReplayedCounts {
  readonly requests: number;
  readonly count: number;
}

export interface ReplayedMetric {
  readonly name: string;
  readonly observedOnly: boolean;
  readonly series: readonly { readonly name: string; readonly minutes: readonly ReplayedMinute[] }[];
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

/** `last`: so many of the last periods are shown. */
export function replay(judge: SequentialJudge, given: ShownRows): Replay {
  const { kind, because } = judgeSequentially(judge, given);
  return { kind, because, ...replayFigures(judge, given) };
}

type ShownRows = SequentialRows & { readonly last: number };

/** The same without the verdict, for who has it already. */
export function replayFigures(
  judge: SequentialJudge,
  { rows, baseline, until, last }: ShownRows,
): Omit<Replay, 'kind' | 'because'> {
  const latenciesMs = latenciesOf(baseline);
  const { periodSeconds } = judge;
  const ordered = inOrder(judgedRows({ rows, until, periodSeconds, latenciesMs }));
  const states: SequentialState[] = [initial(policyOf(judge, baseline))];
  for (const row of ordered) states.push(next(states.at(-1) as SequentialState, row));
  const steps = ordered.map((row, index) => ({
    row,
    before: states[index] as SequentialState,
    after: states[index + 1] as SequentialState,
  }));
  const end = combinedEvidence(states.at(-1) as SequentialState);
  const shown = steps.slice(-last).map((step) => ({ ...step, metrics: evidenceByMetric(step.after) }));
  return {
    evidence: end.harm,
    limit: end.limit,
    metrics: judge.metrics.map(({ metric: name, observedOnly }) => {
      const place = end.metrics.findIndex(({ metric }) => metric.name === name);
      const found = end.metrics[place];
      if (found === undefined) return notMeasured({ name, observedOnly, limit: end.limit });
      return replayedMetric(found, { place, shown });
    }),
  };
}

interface Step {
  readonly row: MinuteRow;
  readonly before: SequentialState;
  readonly after: SequentialState;
  readonly metrics: readonly MetricEvidence[];
}

function notMeasured(metric: Pick<ReplayedMetric, 'name' | 'observedOnly' | 'limit'>): ReplayedMetric {
  return { ...metric, series: [], evidence: 0, because: `Not measured: ${UNMEASURED}.` };
}

function replayedMetric(
  { metric, harm, limit, series }: MetricEvidence,
  { place, shown }: { readonly place: number; readonly shown: readonly Step[] },
): ReplayedMetric {
  const { name, observedOnly } = metric;
  const verb = harm >= limit ? 'reaches' : 'stays below';
  const because = `The evidence that ${name} ${name === 'errors' ? 'are' : 'is'} worse is ${harm.toFixed(2)} and ${verb} its limit of ${limit.toFixed(2)}.`;
  return {
    name,
    observedOnly,
    series: series.map(({ rules }, index) => ({
      name: rules.name,
      minutes: shown.map((step) => replayedMinute(step, { place, index })),
    })),
    evidence: harm,
    limit,
    because: observedOnly ? `${because} It is only observed.` : because,
  };
}

function replayedMinute(
  { row, before, after, metrics }: Step,
  { place, index }: { readonly place: number; readonly index: number },
): ReplayedMinute {
  const metric = metrics[place] as MetricEvidence;
  const { rules, state, harm } = metric.series[index] as MetricEvidence['series'][number];
  const counts = rowFault(row, [rules.name]) === null ? countsOf(row, rules.name) : { canary: null, stable: null };
  const estimate = estimateRatio(state, { policy: after.policy, series: rules });
  const limit = metric.limit + Math.log(metric.series.length);
  const figures = { startsAt: row.startsAt, ...counts, ...estimate, evidence: harm, limit };
  return { ...figures, because: whyNoEvidence({ row, before, after }) ?? inWords(figures) };
}

/** Why a row was no evidence, in words; null when it was. */
function whyNoEvidence({ row, before, after }: Omit<Step, 'metrics'>): string | null {
  if (after.minutes > before.minutes) return null;
  const fault = after.troubles.findLast(({ at }) => at === row.startsAt);
  if (fault !== undefined) return `No evidence: ${fault.because}.`;
  if (row.canary.requests === 0) return 'No evidence: the canary had no request.';
  return row.stable.requests === 0 ? 'No evidence: stable had no request.' : 'No evidence: the canary is warming up.';
}

function inWords({
  canary,
  stable,
  ratio,
  from,
  to,
  evidence,
  limit,
}: Omit<ReplayedMinute, 'because' | 'startsAt'>): string {
  if (canary === null || stable === null) return 'Not measured in this period.';
  const times =
    ratio === null ? 'stable has counted none so far' : `${Number(ratio.toPrecision(3))} times as often so far`;
  const interval = `between ${from} and ${to ?? 'any number of'} times`;
  return `${canary.count} in ${canary.requests} requests of the canary, ${stable.count} in ${stable.requests} of stable; ${times} (${interval}), evidence ${evidence.toFixed(2)} of ${limit.toFixed(2)}.`;
}
