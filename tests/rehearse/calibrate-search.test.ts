import type { Asked, Calibration } from '../../src/rehearse/calibrate/asked.ts';
import { leastRunsToShow, measureHarms, measureHealthy, standFor } from '../../src/rehearse/calibrate/measure.ts';
import { search } from '../../src/rehearse/calibrate/search.ts';
import { whyNot } from '../../src/rehearse/calibrate/why-not.ts';
import { DEFAULT_MODEL, type ServiceModel } from '../../src/rehearse/model/service-model.ts';
import { sampleSpec } from '../contracts/store-samples.ts';

const harmOf = (errorFactor: number) => ({ name: `errors=${errorFactor}`, harm: { errorFactor, latencyFactor: 1 } });
const TENFOLD: Asked = {
  falseRollbackPercent: 1,
  powerPercent: 80,
  harms: [harmOf(10)],
  withinMinutes: 8,
  firstPercentMax: 5,
};
const RUNS = 60;

interface Changes {
  readonly asked?: Partial<Asked>;
  readonly model?: Partial<ServiceModel>;
  readonly seed?: string;
}

function calibration({ asked = {}, model = {}, seed = 'search' }: Changes = {}): Calibration {
  return {
    spec: sampleSpec('checkout'),
    model: { ...DEFAULT_MODEL, ...model },
    asked: { ...TENFOLD, ...asked },
    seed,
    runs: RUNS,
  };
}
const ignore = () => {};

const progress: number[] = [];
const found = search(calibration(), ({ done, of }) => void progress.push(done / of));

test('a medium service gets a policy in time, and new rollouts confirm the promise of that policy', () => {
  const { chosen, restsOn, lookedAt } = found;
  if (chosen === null) throw new Error('No policy was found.');
  expect(restsOn).toBe('proof');
  expect(chosen.totalMinutes).toBeLessThanOrEqual(TENFOLD.withinMinutes);
  const kept = lookedAt.filter(({ meets }) => meets);
  expect(chosen.totalMinutes).toBeLessThanOrEqual(1.1 * Math.min(...kept.map(({ totalMinutes }) => totalMinutes)));

  const fresh = standFor(calibration({ seed: 'fresh' }));
  const { candidate } = chosen;
  const [harmful] = measureHarms(fresh, { candidate, runs: RUNS });
  expect(harmful?.caught.to).toBeGreaterThanOrEqual(TENFOLD.powerPercent / 100);
  expect(measureHealthy(fresh, { candidate, runs: RUNS }).falseRollbacks.from).toBeLessThanOrEqual(0.01);
});

test('the same seed finds the same policy with the same figures, and the progress rises to its end', () => {
  expect(search(calibration(), ignore)).toEqual(found);
  expect(progress).toEqual(progress.toSorted((one, other) => one - other));
  expect(progress.at(-1)).toBe(1);
});

test('a policy starts at most at the allowed weight, and has time for a bake at each of its weights', () => {
  expect(found.lookedAt.map(({ candidate }) => candidate.weights)).toEqual([[5], [5, 50]]);
});

test('at one request a minute no test detects ten times the errors, and the answer says what would help', () => {
  const impossible = calibration({ model: { requestsPerSecond: 1 / 60 } });
  const { chosen, lookedAt } = search(impossible, ignore);
  expect(chosen).toBeNull();
  expect(lookedAt.every(({ isRuledOut, runs }) => isRuledOut && runs === 0)).toBe(true);

  const why = whyNot(impossible);
  expect(why).toMatchObject({ harm: 'errors=10', minutesAvailable: 8, isBeyondAnyTest: true });
  expect(why.anyTest.minutes).toBeGreaterThan(why.minutesAvailable);
  expect(why.thisJudge.requestsPerSecond).toBeGreaterThan(why.anyTest.requestsPerSecond ?? 0);
});

test('a policy beyond the proved bound is proposed when the model confirms it, and the proposal says so', () => {
  const hurried = calibration({
    asked: { falseRollbackPercent: 7, powerPercent: 75, harms: [harmOf(4)], withinMinutes: 3, firstPercentMax: 100 },
    model: { requestsPerSecond: 60 },
  });
  const { chosen, restsOn, lookedAt } = search(hurried, ignore);
  expect(restsOn).toBe('model');
  expect(chosen?.candidate.alphaPercent).toBe(14);
  expect(chosen?.healthy?.falseRollbacks.to).toBeLessThanOrEqual(0.07);
  expect(lookedAt.filter(({ candidate, meets }) => meets && candidate.alphaPercent <= 7)).toEqual([]);
});

test.each([
  [0.9, 35],
  [0.95, 73],
  [0.999, 3_838],
])('a proof that %d are caught takes at least %d rollouts', (share, runs) => {
  expect(leastRunsToShow(share)).toBe(runs);
});
