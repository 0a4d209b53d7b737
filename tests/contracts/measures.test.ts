import { emfMeasures } from '../../src/aws/emf-measures.ts';
import type { Measurement } from '../../src/domain/deployment/measurement.ts';
import type { Measures } from '../../src/ports/measures.ts';
import { systemClock } from '../../src/system.ts';
import { keptMeasures } from '../../src/twin/measures/kept-measures.ts';

const opened: Measurement = {
  name: 'DeploymentOpened',
  value: 1,
  unit: 'Count',
  dimensions: { Service: 'checkout' },
};
const age: Measurement = { name: 'OutboxAge', value: 0, unit: 'Seconds' };

interface Bench {
  readonly measures: Measures;
  readonly list: () => readonly Measurement[];
}

const benches: Record<string, () => Bench> = {
  'the Embedded Metric Format': () => {
    const lines: string[] = [];
    return {
      measures: emfMeasures({ stage: 'test', clock: systemClock, write: (line) => lines.push(line) }),
      list: () => lines.flatMap(read),
    };
  },
  'the rehearsal': () => {
    const kept = keptMeasures();
    return { measures: kept, list: kept.list };
  },
};

describe.each(Object.entries(benches))('measures in %s', (_name, bench) => {
  test('a recorded value is in the output, with its unit and its dimensions, zero too', () => {
    const { measures, list } = bench();
    measures.record([opened, age]);
    expect(list()).toEqual([opened, age]);
  });

  test('a value that is recorded twice is there twice, and no value is carried over from call to call', () => {
    const { measures, list } = bench();
    measures.record([opened]);
    measures.record([]);
    measures.record([{ ...opened, value: 2 }]);
    expect(list()).toEqual([opened, { ...opened, value: 2 }]);
  });

  test('two values of one metric are both in the output', () => {
    const { measures, list } = bench();
    const took = (value: number): Measurement => ({ name: 'DeploymentDuration', value, unit: 'Milliseconds' });
    measures.record([took(10), took(20)]);
    expect(list()).toEqual([took(10), took(20)]);
  });

  test('more values than fit into one line are all in the output', () => {
    const { measures, list } = bench();
    const many = [...Array(230).keys()].map((value): Measurement => ({ ...opened, value }));
    measures.record(many);
    expect(list()).toEqual(many);
  });

  test.each<[string, Partial<Measurement>]>([
    ['no number', { value: Number.NaN }],
    ['no end', { value: Number.POSITIVE_INFINITY }],
    ['less than nothing', { value: -1 }],
    ['an empty dimension', { dimensions: { Service: ' ' } }],
    ['a dimension that is too long', { dimensions: { Service: 'x'.repeat(1_025) } }],
    ['a dimension beyond ASCII', { dimensions: { Service: 'Köln' } }],
    ['a dimension with a control character', { dimensions: { Service: 'a\nb' } }],
    ['a dimension that begins with a colon', { dimensions: { Service: ':a' } }],
    ['a stage of its own', { dimensions: { Stage: 'other' } }],
    ['too many dimensions', { dimensions: Object.fromEntries([...Array(30).keys()].map((n) => [`D${n}`, 'x'])) }],
  ])('%s is left out, and nothing else with it', (_what, wrong) => {
    const { measures, list } = bench();
    measures.record([{ ...opened, ...wrong }, age, opened]);
    expect(list()).toEqual([age, opened]);
  });
});

interface Line {
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [name: string]: unknown;
}

/** Reads a value as CloudWatch does, by the longest set of dimensions. The shorter sets are sums of the longest. */
function read(text: string): Measurement[] {
  const line = JSON.parse(text) as Line;
  if (line._aws === undefined) return [];
  const [{ Dimensions, Metrics } = { Dimensions: [], Metrics: [] }] = line._aws.CloudWatchMetrics;
  const longest = Dimensions.toSorted((one, other) => other.length - one.length)[0] ?? [];
  expect(line.Stage).toBe('test');
  const own = longest.filter((name) => name !== 'Stage').map((name) => [name, line[name]]);
  const dimensions = own.length === 0 ? {} : { dimensions: Object.fromEntries(own) };
  return Metrics.flatMap(({ Name, Unit }) =>
    [line[Name]].flat().map((value) => ({ name: Name, value, unit: Unit, ...dimensions }) as Measurement),
  );
}
