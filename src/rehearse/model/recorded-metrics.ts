/**
 * The model of a service from what CloudWatch recorded: the JSON that `aws cloudwatch get-metric-data` prints. Series
 * are found by Id or Label. A figure that the file does not show is left out, and is then the spec's or assumed.
 */
import { readFileSync } from 'node:fs';
import { SlipwayError } from '../../domain/errors.ts';
import { burstinessOf, NO_BURSTINESS, withMinute } from '../../domain/verdict/burstiness.ts';
import { type RecordedSeries, readSeries } from './recorded-series.ts';
import type { ServiceModel } from './service-model.ts';

export const RECORDED_POINTS_MIN = 60;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

type Measured = Partial<ServiceModel>;

/** Throws InvalidRequest, which says what is wrong with the file, and the next step. */
export function readRecordedMetrics(path: string): Measured {
  const { invocations, errors, serverErrors, durationP50, durationP99 } = readSeries(contentOf(path), path);
  const minutes = requestsAndErrors({ invocations, errors, serverErrors, path });
  const requests = sumOf(minutes.map((minute) => minute.requests));
  if (requests === 0) {
    throw new SlipwayError('InvalidRequest', `${path} has no request in it. Record a time with traffic.`);
  }
  const { periodMs, lengthMs } = spacingOf(invocations, path);
  return {
    requestsPerSecond: requests / (lengthMs / 1_000),
    ...swing(invocations, lengthMs),
    errorPercent: (100 * sumOf(minutes.map(({ count }) => count))) / requests,
    // Longer periods have a different noise.
    ...(periodMs === MINUTE_MS ? { noisePercent: noisePercentOf(minutes) } : {}),
    ...latencies({ durationP50, durationP99, path }),
  };
}

function contentOf(path: string): unknown {
  const text = textOf(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const next = 'See slipway rehearse --help for the command that makes it.';
    throw new SlipwayError('InvalidRequest', `${path} cannot be read as JSON: ${why}. ${next}`, { cause });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new SlipwayError('InvalidRequest', `${path} cannot be read: ${why}. Correct the path.`, { cause });
  }
}

interface Minute {
  readonly requests: number;
  readonly count: number;
}

/** By time, oldest first. A period without a row of errors had no errors. */
function requestsAndErrors({
  invocations,
  errors,
  serverErrors,
  path,
}: {
  readonly invocations: RecordedSeries;
  readonly errors: RecordedSeries;
  readonly serverErrors: RecordedSeries;
  readonly path: string;
}): Minute[] {
  if (invocations.size < RECORDED_POINTS_MIN) {
    const fact = `${path} has ${invocations.size} periods with requests, and ${RECORDED_POINTS_MIN} are needed.`;
    throw new SlipwayError('InvalidRequest', `${fact} Record a longer time, best of a whole day or more.`);
  }
  for (const [at, count] of errors) {
    const requests = invocations.get(at) ?? 0;
    if (count <= requests) continue;
    const fact = `${path} has ${count} errors out of ${requests} invocations at ${new Date(at).toISOString()}.`;
    throw new SlipwayError(
      'InvalidRequest',
      `${fact} Record both with the statistic Sum, of the same function and period.`,
    );
  }
  // A call is bad once, and its server error may be counted a moment after the call.
  return [...invocations].map(([at, requests]) => ({
    requests,
    count: Math.min(requests, (errors.get(at) ?? 0) + (serverErrors.get(at) ?? 0)),
  }));
}

/**
 * The period is the shortest distance between two points. The length goes from the start of the first period to the end
 * of the last.
 */
function spacingOf(series: RecordedSeries, path: string): { readonly periodMs: number; readonly lengthMs: number } {
  const times = [...series.keys()];
  let periodMs = Number.POSITIVE_INFINITY;
  for (const [index, at] of times.entries()) if (index > 0) periodMs = Math.min(periodMs, at - (times[index - 1] ?? 0));
  if (periodMs % MINUTE_MS !== 0) {
    const fact = `${path} has points ${periodMs / 1_000} s apart, which is no number of whole minutes.`;
    throw new SlipwayError('InvalidRequest', `${fact} Record with "Period": 60.`);
  }
  return { periodMs, lengthMs: (times.at(-1) ?? 0) - (times[0] ?? 0) + periodMs };
}

/** Half the distance from the lowest to the highest mean of an hour of the day; left out for less than a whole day. */
function swing(invocations: RecordedSeries, lengthMs: number): Pick<Measured, 'swingPercent'> {
  if (lengthMs < HOURS_A_DAY * HOUR_MS) return {};
  const hours = Array.from({ length: HOURS_A_DAY }, () => ({ sum: 0, points: 0 }));
  for (const [at, requests] of invocations) {
    const hour = hours[Math.floor(at / HOUR_MS) % HOURS_A_DAY];
    if (hour === undefined) continue;
    hour.sum += requests;
    hour.points += 1;
  }
  // CloudWatch leaves out periods without a request, so an hour without periods had no requests.
  const means = hours.map(({ sum, points }) => (points === 0 ? 0 : sum / points));
  const mean = sumOf(means) / HOURS_A_DAY;
  return { swingPercent: Math.min(100, (50 * (Math.max(...means) - Math.min(...means))) / mean) };
}

const NOISE_PERCENT_MAX = 200;

function noisePercentOf(minutes: readonly Minute[]): number {
  const { tauSquared } = burstinessOf(minutes.reduce(withMinute, NO_BURSTINESS));
  return Math.min(NOISE_PERCENT_MAX, 100 * Math.sqrt(tauSquared));
}

function latencies({
  durationP50,
  durationP99,
  path,
}: {
  readonly durationP50: RecordedSeries;
  readonly durationP99: RecordedSeries;
  readonly path: string;
}): Pick<Measured, 'medianMs' | 'p99Ms'> {
  const medianMs = medianOf(durationP50);
  const p99Ms = medianOf(durationP99);
  if (medianMs !== null && p99Ms !== null && p99Ms < medianMs) {
    const fact = `${path} has a durationP99 of ${p99Ms} ms that lies below its durationP50 of ${medianMs} ms.`;
    throw new SlipwayError('InvalidRequest', `${fact} Record them with the statistics p50 and p99.`);
  }
  return { ...(medianMs === null ? {} : { medianMs }), ...(p99Ms === null ? {} : { p99Ms }) };
}

const LATENCY_MIN_MS = 0.01;

function medianOf(series: RecordedSeries): number | null {
  const sorted = [...series.values()].sort((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? null : Math.max(LATENCY_MIN_MS, middle);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
