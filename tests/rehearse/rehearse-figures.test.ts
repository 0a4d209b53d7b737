import { errorPercents, harmedShare } from '../../src/rehearse/model/harm-of-calls.ts';
import { readPrices, usdOf } from '../../src/rehearse/model/price-list.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import { shareOf } from '../../src/rehearse/proportion.ts';
import { readHarm, scenariosOf, scenarioTitle } from '../../src/rehearse/scenarios.ts';
import { spreadOf } from '../../src/rehearse/summary.ts';

test.each([
  [0, 10, 0, 0.277533],
  [1, 10, 0.0178763, 0.40415],
  [5, 10, 0.236593, 0.763407],
  [1_000, 1_000, 0.9961733, 1],
])('%s of %s has the interval of Wilson', (count, of, from, to) => {
  expect(shareOf({ count, of }).from).toBeCloseTo(from, 5);
  expect(shareOf({ count, of }).to).toBeCloseTo(to, 5);
});

test('quantiles are values that occurred, and an empty list has no quantile', () => {
  expect(spreadOf([5, 1, 3, 2, 4, 6, 7, 8, 9, 10])).toEqual({ mean: 5.5, median: 5, p90: 9 });
  expect(spreadOf([7])).toEqual({ mean: 7, median: 7, p90: 7 });
  expect(spreadOf([])).toBeNull();
});

test.each([
  ['errors=5', { errorFactor: 5, latencyFactor: 1 }, 'errors x 5'],
  ['latency=1.5', { errorFactor: 1, latencyFactor: 1.5 }, 'latency x 1.5'],
  ['errors=2,latency=3', { errorFactor: 2, latencyFactor: 3 }, 'errors x 2, latency x 3'],
])('%s is read as a harm', (text, harm, title) => {
  expect(readHarm(text)).toEqual(harm);
  expect(scenariosOf([text, text]).slice(2).map(scenarioTitle)).toEqual([title]);
});

test.each(['errors', 'errors=1', 'errors=x', 'latency=-2', 'cpu=2', 'errors=1e9', 'errors=99999', '', 'errors=2,'])(
  '"%s" is refused as a harm',
  (text) => {
    expect(() => readHarm(text)).toThrow(/^The harm is .+ Write errors=N or latency=N/);
  },
);

test('a service without errors has 0.01 % as its base, and no share of errors is above 100 %', () => {
  expect(errorPercents({ errorPercent: 0 }, readHarm('errors=5'))).toEqual({ stable: 0, canary: 0.05 });
  expect(errorPercents({ errorPercent: 0 }, readHarm('latency=5'))).toEqual({ stable: 0, canary: 0 });
  expect(errorPercents({ errorPercent: 30 }, readHarm('errors=5'))).toEqual({ stable: 30, canary: 100 });
});

test('a slower version harms those calls that now take longer than 99 % took before', () => {
  const share = (harm: string, change = {}) =>
    harmedShare({ ...DEFAULT_MODEL, errorPercent: 0, ...change }, readHarm(harm));
  // sigma = ln(180 / 40) / 2.3263 = 0.6465, and ln 3 / sigma = 1.6992. Above 2.3263 - 1.6992 are 26.53 % of the calls,
  // less the 1 % that were slow before.
  expect(share('latency=3')).toBeCloseTo(0.2553, 3);
  expect(share('latency=1000000000'.slice(0, 12))).toBeCloseTo(0.99, 2);
  // Every call takes the same time, so all calls are slower.
  expect(share('latency=1.1', { p99Ms: 40 })).toBeCloseTo(0.99, 9);
});

test('the cost of a rollout follows the list of prices', () => {
  const nothing = {
    transitions: 0,
    invocations: 0,
    invocationsGb: 0,
    metricsRead: 0,
    builds: 0,
    events: 0,
    notices: 0,
  };
  const list = readPrices();
  const base = usdOf(nothing, list);
  expect(base).toBeCloseTo(list.prices.apiRequest.usd, 12);
  expect(usdOf({ ...nothing, transitions: 1_000 }, list) - base).toBeCloseTo(0.025, 9);
  expect(usdOf({ ...nothing, metricsRead: 1_000 }, list) - base).toBeCloseTo(0.01, 9);
  expect(usdOf({ ...nothing, builds: 10 }, list) - base).toBeCloseTo(0.1, 9);
});
