import { PRESETS, planSteps, type Step, type Strategy, stepInWords } from '../../src/domain/service/strategy.ts';

const weights = (strategy: Strategy) =>
  planSteps(strategy).flatMap((step) => ('setWeight' in step ? [step.setWeight] : []));

test('the preset canary10Percent5Minutes tries 10 % for five minutes and judges', () => {
  expect(planSteps('canary10Percent5Minutes')).toEqual([{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }]);
});

test('the preset linear10PercentEvery1Minute judges after each ten percent', () => {
  const steps = planSteps('linear10PercentEvery1Minute');

  expect(weights('linear10PercentEvery1Minute')).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(steps.slice(0, 3)).toEqual([{ setWeight: 10 }, { bake: { minutes: 1 } }, { judge: {} }]);
  expect(steps.filter((step) => 'judge' in step)).toHaveLength(9);
});

test('the preset allAtOnce has no step, so that the promotion is first', () => {
  expect(planSteps('allAtOnce')).toEqual([]);
});

test('each preset has a plan', () => {
  for (const preset of PRESETS) expect(Array.isArray(planSteps(preset))).toBe(true);
});

test('a list of steps is its own plan', () => {
  const steps: Step[] = [{ setWeight: 5 }, { approve: { within: { hours: 1 } } }];

  expect(planSteps(steps)).toBe(steps);
});

test.each<[Step, string]>([
  [{ setWeight: 10 }, 'set weight 10 %'],
  [{ bake: { minutes: 1 } }, 'bake'],
  [{ judge: {} }, 'judge'],
  [{ approve: { within: { hours: 1 } } }, 'approve'],
])('the step %j reads as %s', (step, words) => {
  expect(stepInWords(step)).toBe(words);
});
