/** The evidence of a deployment for a person: the verdicts first, then what they rest on. */
import { styleText } from 'node:util';
import type { AnswerOf } from '../../api/answers.ts';
import { deploymentLines, type LinesOrder } from './deployment-lines.ts';
import { fittedTable } from './fitted-table.ts';
import { clockTime } from './times.ts';
import { wrapped } from './wrapped.ts';

type Explanation = Partial<AnswerOf<'explainDeployment'>>;
type Metric = NonNullable<Explanation['metrics']>[number];
type Judged = Metric['series'][number]['minutes'][number];
type Entries = NonNullable<Explanation['verdicts']>;

export interface ExplanationOrder extends LinesOrder {
  readonly withPeriods: boolean;
}

export function explanationLines(explanation: Explanation, { withPeriods, ...order }: ExplanationOrder): string[] {
  const { deployment, verdicts = [], turningPoints = [], judgement, pods = [] } = explanation;
  const { width } = order;
  return [
    ...(deployment === undefined ? [] : deploymentLines(deployment, order)),
    ...part('What led to it', entryLines(turningPoints, width)),
    ...part('Verdicts', entryLines(verdicts, width)),
    ...part('Metrics', metricLines(explanation, width)),
    ...part(
      'The judge now',
      judgement == null ? [] : wrapped({ sentence: `${judgement.kind}: ${judgement.because}`, width }),
    ),
    ...part('Alarms', alarmLines(explanation, width)),
    ...part(
      'Pods',
      pods.flatMap(({ at, kind, because }) => wrapped({ sentence: `${clockTime(at)}  ${kind}: ${because}`, width })),
    ),
    ...part('Periods', withPeriods ? periodLines(explanation, width) : []),
  ];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', styleText('bold', title), ...lines];
}

function entryLines(entries: Entries, width: number): string[] {
  return entries.flatMap(({ at, because }) => wrapped({ sentence: `${clockTime(at)}  ${because}`, width }));
}

/** One row for each series, by its last period: the ratio and the interval hold for all periods up to it. */
function metricLines({ metrics = [] }: Explanation, width: number): string[] {
  const rows = metrics.flatMap((metric) => metric.series.map((series) => metricRow(metric, series)));
  if (rows.length === 0) return [];
  const head = ['metric', 'new version', 'stable', 'ratio', 'interval'];
  const says = metrics.flatMap(({ name, because, observedOnly }) =>
    wrapped({ sentence: `${name}${observedOnly ? ' (observed only)' : ''}: ${because}`, width }),
  );
  return [...fittedTable({ head, rows, width }), ...says];
}

function metricRow(metric: Metric, series: Metric['series'][number]): string[] {
  const last = series.minutes.at(-1);
  const name =
    series.name === metric.name || metric.series.length === 1
      ? metric.name
      : `${metric.name} ${series.name.replace(/^requests /, '')}`;
  if (last === undefined) return [name, 'no data yet', '', '', ''];
  return [
    name,
    countInWords(series.minutes, 'canary'),
    countInWords(series.minutes, 'stable'),
    last.ratio === null ? '?' : number(last.ratio),
    `${number(last.from)} to ${last.to === null ? 'any' : number(last.to)}`,
  ];
}

function countInWords(periods: readonly Judged[], version: 'canary' | 'stable'): string {
  const counted = periods.flatMap((period) => (period[version] === null ? [] : [period[version]]));
  if (counted.length === 0) return 'not measured';
  const [requests, count] = [sum(counted.map((one) => one.requests)), sum(counted.map((one) => one.count))];
  return `${count} of ${requests}${requests === 0 ? '' : ` (${number((count / requests) * 100)} %)`}`;
}

function alarmLines({ alarms = [] }: Explanation, width: number): string[] {
  return alarms.flatMap(({ name, state, because, since }) => {
    const when = since == null ? '' : ` since ${clockTime(since)}`;
    return wrapped({ sentence: `${name}: ${state}${when}. ${because}`, width });
  });
}

function periodLines({ periods = [] }: Explanation, width: number): string[] {
  if (periods.length === 0) return wrapped({ sentence: 'There are none, or they are no longer kept.', width });
  const p99 = (ms: number | null | undefined) => (ms == null ? '?' : `${number(ms)} ms`);
  const rows = periods.map(({ startsAt, canary, stable }) => [
    clockTime(startsAt),
    String(canary.requests),
    String(canary.errors),
    p99(canary.durationP99Ms),
    String(stable.requests),
    String(stable.errors),
    p99(stable.durationP99Ms),
  ]);
  const head = ['from', 'new: calls', 'errors', 'p99', 'stable: calls', 'errors', 'p99'];
  return fittedTable({ head, rows, width });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Three digits are enough to compare. */
function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
