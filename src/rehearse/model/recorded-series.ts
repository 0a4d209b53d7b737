/**
 * The series of a GetMetricData answer by their meaning, each as value by time, oldest first. An error says what is
 * wrong with the answer.
 */
import * as z from 'zod/mini';
import { readFields } from '../../api/fields/read-fields.ts';
import { SlipwayError } from '../../domain/errors.ts';

/** By epoch milliseconds, in order of time. */
export type RecordedSeries = ReadonlyMap<number, number>;

const NAMES = ['invocations', 'errors', 'serverErrors', 'durationP50', 'durationP99'] as const;
type SeriesName = (typeof NAMES)[number];
/** Sums of whole requests; the other series are milliseconds. */
const COUNTS: ReadonlySet<SeriesName> = new Set(['invocations', 'errors', 'serverErrors'] as const);
/** Without these series there is nothing to model. */
const NEEDED: ReadonlySet<SeriesName> = new Set(['invocations', 'errors'] as const);

/** As the AWS CLI prints it; a time is ISO 8601, or seconds since 1970. */
const Answer = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string(),
      Label: z.optional(z.string()),
      Timestamps: z.array(z.union([z.string(), z.number()])),
      Values: z.array(z.number()),
      StatusCode: z.optional(z.string()),
    }),
  ),
});
type Result = z.infer<typeof Answer>['MetricDataResults'][number];

export function readSeries(content: unknown, path: string): Readonly<Record<SeriesName, RecordedSeries>> {
  const read = readFields(Answer, content);
  if (!read.ok) {
    const fact = `${path} is not what aws cloudwatch get-metric-data prints.`;
    const problems = read.errors.map(({ pointer, detail }) => `  ${pointer === '' ? '/' : pointer}  ${detail}`);
    throw refusal([fact, ...problems].join('\n'), '\nSee slipway rehearse --help for the command that makes it.');
  }
  const { MetricDataResults: results } = read.value;
  const entries = NAMES.map((name): [SeriesName, RecordedSeries] => {
    const found = results.filter((result) => isNamed(result, name));
    if (found.length === 0 && NEEDED.has(name)) throw missing({ name, results, path });
    return [name, pointsOf(found, { name, path })];
  });
  return Object.fromEntries(entries) as Record<SeriesName, RecordedSeries>;
}

/** `durationP99`, `DurationP99` and `Duration p99` are the same name. */
function isNamed({ Id, Label = '' }: Result, name: SeriesName): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(Id) === plain(name) || plain(Label) === plain(name);
}

interface Missing {
  readonly name: SeriesName;
  readonly results: readonly Result[];
  readonly path: string;
}

function missing({ name, results, path }: Missing): SlipwayError {
  const there = results.map(({ Id }) => Id).join(', ') || 'none';
  return refusal(`${path} has no series ${name}; it has ${there}.`, `Give the query of it the Id ${name}.`);
}

/** A series may come in several parts, one per page. */
function pointsOf(results: readonly Result[], where: Where): RecordedSeries {
  const points = new Map<number, number>();
  for (const { Id, Timestamps, Values, StatusCode = 'Complete' } of results) {
    const series = `${where.path}: series ${Id}`;
    if (StatusCode !== 'Complete')
      throw refusal(`${series} is ${StatusCode}.`, 'Run the command again, with all its pages.');
    if (Timestamps.length !== Values.length) {
      const fact = `${series} has ${Timestamps.length} timestamps and ${Values.length} values.`;
      throw refusal(fact, 'Each value needs its time. Run the command again.');
    }
    for (const [index, value] of Values.entries()) {
      const at = timeOf(Timestamps[index] ?? '', series);
      if (points.has(at))
        throw refusal(`${series} has ${new Date(at).toISOString()} twice.`, 'Record one function only.');
      points.set(at, checked(value, { ...where, series }));
    }
  }
  return new Map([...points].sort(([one], [other]) => one - other));
}

interface Where {
  readonly name: SeriesName;
  readonly path: string;
}

function timeOf(text: string | number, series: string): number {
  const at = typeof text === 'number' ? text * 1_000 : Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw refusal(`${series} has the time ${JSON.stringify(text)}.`, 'Write ISO 8601, such as 2026-01-05T09:00:00Z.');
}

function checked(value: number, { name, series }: Where & { readonly series: string }): number {
  const isGood = COUNTS.has(name) ? Number.isSafeInteger(value) && value >= 0 : Number.isFinite(value) && value >= 0;
  if (isGood) return value;
  const wanted = COUNTS.has(name)
    ? 'a whole number of requests, 0 or more: use the statistic Sum'
    : 'milliseconds, 0 or more';
  throw refusal(`${series} has the value ${value}.`, `It has to be ${wanted}.`);
}

function refusal(fact: string, next: string): SlipwayError {
  return new SlipwayError('InvalidRequest', `${fact} ${next}`);
}
