import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenModel } from '../../src/rehearse/model/given-model.ts';
import { readRecordedMetrics } from '../../src/rehearse/model/recorded-metrics.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import { seededRandom } from '../../src/twin/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-recorded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MIDNIGHT = Date.UTC(2026, 0, 5);

interface Series {
  readonly Id: string;
  readonly Label?: string;
  readonly Timestamps: readonly (string | number)[];
  readonly Values: readonly number[];
  readonly StatusCode?: string;
}

function series(Id: string, values: readonly number[], periodSeconds = 60): Series {
  const Timestamps = values.map((_, index) => new Date(MIDNIGHT + index * periodSeconds * 1_000).toISOString());
  return { Id, Timestamps, Values: values, StatusCode: 'Complete' };
}

function fileOf(content: unknown): string {
  const path = join(folder, 'recorded.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function read(...results: readonly Series[]) {
  return readRecordedMetrics(fileOf({ MetricDataResults: results, Messages: [] }));
}

function flat(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value);
}

const hour = [series('invocations', flat(60, 600)), series('errors', flat(60, 3))] as const;

test('an hour gives a rate and errors, and figures that it cannot show are left out', () => {
  expect(read(...hour)).toEqual({ requestsPerSecond: 10, errorPercent: 0.5, noisePercent: 0 });
});

test('server errors count as errors, and a call with both is bad once', () => {
  const withServerErrors = series('serverErrors', flat(60, 9));
  expect(read(...hour, withServerErrors)).toMatchObject({ errorPercent: 2 });
  expect(read(...hour, series('serverErrors', flat(60, 600)))).toMatchObject({ errorPercent: 100 });
});

test('a day gives the daily swing, the noise and the latency', () => {
  const random = seededRandom(5);
  const minutes = Array.from({ length: 1_440 }, (_, index) => {
    const rate = 200 * (1 + 0.4 * Math.sin((2 * Math.PI * (index / 60 - 9)) / 24));
    const requests = random.poisson(rate * 60);
    const errors = random.binomial(requests, 0.02 * Math.exp(0.2 * random.normal() - 0.02));
    return { requests, errors };
  });
  const model = read(
    series(
      'invocations',
      minutes.map(({ requests }) => requests),
    ),
    series(
      'errors',
      minutes.map(({ errors }) => errors),
    ),
    series('durationP50', flat(1_440, 55)),
    { ...series('m4', flat(1_440, 240)), Label: 'Duration p99' },
  );
  expect(model.requestsPerSecond).toBeCloseTo(200, 0);
  expect(model.swingPercent).toBeCloseTo(40, 0);
  expect(model.errorPercent).toBeCloseTo(2, 1);
  expect(Math.abs((model.noisePercent ?? 0) - 20)).toBeLessThan(2);
  expect(model).toMatchObject({ medianMs: 55, p99Ms: 240 });
});

test('series are read by label, newest first, with times in seconds, and in several parts', () => {
  const [invocations, errors] = hour;
  const at = (index: number) => MIDNIGHT / 1_000 + index * 60;
  const newestFirst = Array.from({ length: 60 }, (_, index) => at(59 - index));
  const half = (from: number) => ({
    Id: 'q1',
    Label: 'Invocations',
    Timestamps: newestFirst.slice(from, from + 30),
    Values: flat(30, 600),
  });
  expect(read(half(0), half(30), errors)).toEqual(read(invocations, errors));
});

test('periods without requests count for the rate, and periods without a row of errors had no errors', () => {
  const [invocations, errors] = hour;
  const every = {
    ...invocations,
    Timestamps: invocations.Timestamps.map((_, index) =>
      new Date(MIDNIGHT + index * 120_000 - (index === 59 ? 60_000 : 0)).toISOString(),
    ),
  };
  expect(read(every, { ...errors, Timestamps: every.Timestamps.slice(0, 1), Values: [36] })).toMatchObject({
    errorPercent: 0.1,
    requestsPerSecond: 36_000 / (118 * 60),
  });
});

test('points of five minutes say nothing about the noise from minute to minute', () => {
  expect(read(series('invocations', flat(60, 600), 300), series('errors', flat(60, 3), 300))).toEqual({
    requestsPerSecond: 2,
    errorPercent: 0.5,
  });
});

const [invocations, errors] = hour;
test.each<[string, unknown, RegExp]>([
  ['no JSON', '{', /cannot be read as JSON/],
  ['another document', { Datapoints: [] }, /is not what aws cloudwatch get-metric-data prints[\s\S]+--help/],
  ['no invocations', { MetricDataResults: [errors] }, /has no series invocations; it has errors\. Give the query/],
  ['no errors', { MetricDataResults: [invocations] }, /has no series errors/],
  ['no series', { MetricDataResults: [] }, /it has none/],
  [
    'different lengths',
    { MetricDataResults: [{ ...invocations, Values: [1] }, errors] },
    /has 60 timestamps and 1 values/,
  ],
  [
    'a negative count',
    { MetricDataResults: [invocations, series('errors', flat(60, -1))] },
    /has the value -1\. .+ statistic Sum/,
  ],
  ['a fraction', { MetricDataResults: [series('invocations', flat(60, 0.5)), errors] }, /has the value 0\.5/],
  [
    'too many errors',
    { MetricDataResults: [invocations, series('errors', flat(60, 601))] },
    /601 errors out of 600 invocations at 2026-01-05T00:00/,
  ],
  [
    'too short',
    { MetricDataResults: [series('invocations', flat(59, 9)), series('errors', [])] },
    /has 59 periods .+ 60 are needed/,
  ],
  [
    'a part',
    { MetricDataResults: [{ ...invocations, StatusCode: 'PartialData' }, errors] },
    /invocations is PartialData\. Run the command again/,
  ],
  ['a time twice', { MetricDataResults: [invocations, invocations, errors] }, /has 2026-01-05T00:00:00.000Z twice/],
  [
    'a time that is none',
    { MetricDataResults: [{ ...invocations, Timestamps: flat(60, 0).map(String).fill('noon') }, errors] },
    /has the time "noon"/,
  ],
  [
    'periods of 90 s',
    { MetricDataResults: [series('invocations', flat(60, 9), 90), series('errors', [])] },
    /90 s apart/,
  ],
  [
    'no time at all',
    { MetricDataResults: [series('invocations', flat(60, 0)), series('errors', [])] },
    /no request in it/,
  ],
  [
    'latencies the wrong way',
    { MetricDataResults: [...hour, series('durationP50', [9]), series('durationP99', [3])] },
    /durationP99 of 3 ms that lies below its durationP50 of 9 ms/,
  ],
  ['a negative latency', { MetricDataResults: [...hour, series('durationP50', [-9])] }, /milliseconds, 0 or more/],
])('a file with %s is refused with the next step', (_, content, says) => {
  const path = fileOf(content);
  expect(() => readRecordedMetrics(path)).toThrow(says);
});

test('a missing file and a folder are refused with the reason', () => {
  expect(() => readRecordedMetrics(join(folder, 'missing.json'))).toThrow('there is no such file. Correct the path.');
  expect(() => readRecordedMetrics(folder)).toThrow('it is a folder. Correct the path.');
});

test('a measured figure wins over the spec, the spec over the assumption, and each figure names its source', () => {
  const { model, from } = givenModel({
    part: { errorPercent: 2, medianMs: 500, outage: { minutes: 30 } },
    measured: { errorPercent: 1 },
  });
  // The p99 has the same distance from the median as in the assumed model.
  expect(model).toEqual({
    ...DEFAULT_MODEL,
    errorPercent: 1,
    medianMs: 500,
    p99Ms: 2_250,
    outage: { ...DEFAULT_MODEL.outage, minutes: 30 },
  });
  expect(givenModel({ part: { medianMs: 500_000 } }).model.p99Ms).toBe(900_000);
  expect(givenModel({ part: { p99Ms: 90 } }).model).toMatchObject({ medianMs: 20, p99Ms: 90 });
  expect(givenModel({ part: { p99Ms: 90 }, measured: { medianMs: 100 } }).model.p99Ms).toBe(100);
  expect(from).toMatchObject({ errorPercent: 'measured', medianMs: 'spec', outage: 'spec', noisePercent: 'assumed' });
});
