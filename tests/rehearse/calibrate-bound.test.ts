import { expectedNats, leastMinutes, leastTraffic, neededNats } from '../../src/rehearse/calibrate/information.ts';
import { measureHarms, standFor } from '../../src/rehearse/calibrate/measure.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import { sampleSpec } from '../contracts/store-samples.ts';

const model = { ...DEFAULT_MODEL, requestsPerSecond: 10 };
const harm = { errorFactor: 2, latencyFactor: 1 };

test('a test that only flips a coin needs no information, and a more reliable test needs more', () => {
  expect(neededNats({ falseRollback: 0.05, power: 0.05 })).toBeCloseTo(0, 12);
  // The expected value is 0.95 ln(0.95 / 0.01) + 0.05 ln(0.05 / 0.99), calculated by hand.
  expect(neededNats({ falseRollback: 0.01, power: 0.95 })).toBeCloseTo(4.1769, 3);
  expect(neededNats({ falseRollback: 0.001, power: 0.95 })).toBeGreaterThan(
    neededNats({ falseRollback: 0.01, power: 0.95 }),
  );
});

test('without noise and outages a minute informs as much as two Bernoulli rates and two normal means', () => {
  const plain = {
    ...model,
    noisePercent: 0,
    outage: { ...model.outage, percentOfRollouts: 0 },
    p99Ms: 40 * Math.exp(2.3263478740408408 * 0.5),
  };
  const nats = (factors: typeof harm) => expectedNats({ model: plain, harm: factors, weight: 0.1, minutes: 1 }) / 60;
  expect(nats(harm)).toBeCloseTo(0.01 * Math.log(2) + 0.99 * Math.log(0.99 / 0.995), 9);
  // The latency moves by half a standard deviation of its logarithm, so the information is (ln f / sigma)^2 / 2.
  expect(nats({ errorFactor: 1, latencyFactor: Math.exp(0.25) })).toBeCloseTo(0.125, 9);
});

test('twice the traffic needs half the minutes, and the least traffic for a given time needs exactly that time', () => {
  const chances = { falseRollback: 0.01, power: 0.95 };
  const steady = { ...model, outage: { ...model.outage, percentOfRollouts: 0 } };
  const minutes = leastMinutes({ model: steady, harm, weight: 0.5 }, chances);
  const busier = { ...steady, requestsPerSecond: 20 };
  expect(leastMinutes({ model: busier, harm, weight: 0.5 }, chances)).toBeCloseTo(minutes / 2, 6);
  expect(leastTraffic({ model: steady, harm, weight: 0.5, minutes }, chances)).toBeCloseTo(10, 6);
  expect(leastMinutes({ model, harm: { errorFactor: 1, latencyFactor: 1 }, weight: 0.5 }, chances)).toBe(
    Number.POSITIVE_INFINITY,
  );
});

const CELLS = [2, 20].flatMap((requestsPerSecond) =>
  [2, 6].flatMap((errorFactor) => [1, 20].map((alphaPercent) => ({ requestsPerSecond, errorFactor, alphaPercent }))),
);
const MINUTES = 6;
const RUNS = 60;

test.each(CELLS)(
  'the shipped judge never beats the bound: errors x $errorFactor at $requestsPerSecond/s, alpha $alphaPercent %',
  (cell) => {
    const { requestsPerSecond, errorFactor, alphaPercent } = cell;
    const harms = [{ name: 'harm', harm: { errorFactor, latencyFactor: 1 } }];
    const asked = {
      falseRollbackPercent: alphaPercent,
      powerPercent: 95,
      harms,
      withinMinutes: MINUTES,
      firstPercentMax: 50,
    };
    const crowded = { ...model, requestsPerSecond };
    const stand = standFor({ spec: sampleSpec('checkout'), model: crowded, asked, seed: 'bound', runs: RUNS });
    const candidate = { weights: [50], bakeMinutes: MINUTES, alphaPercent, harmRatio: 1.5 };
    const [measured] = measureHarms(stand, { candidate, runs: RUNS });
    const power = Math.max(alphaPercent / 100, measured?.caught.from ?? 1);
    const known = expectedNats({ model: crowded, harm: harms[0]?.harm ?? harm, weight: 0.5, minutes: MINUTES });
    expect(neededNats({ falseRollback: alphaPercent / 100, power })).toBeLessThanOrEqual(known);
  },
);
