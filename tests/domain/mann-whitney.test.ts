import fc from 'fast-check';
import { judgeMannWhitney, KAYENTA_RULE, type MannWhitneyRule } from '../../src/domain/verdict/mann-whitney.ts';

const rows = (canary: readonly number[], stable: readonly number[]) =>
  canary.map((value, index) => ({ canary: value, stable: stable[index] ?? Number.NaN }));
const judge = (canary: readonly number[], stable: readonly number[], change: Partial<MannWhitneyRule> = {}) =>
  judgeMannWhitney({ ...KAYENTA_RULE, ...change }, rows(canary, stable));

const around = (mean: number) =>
  [0.97, 1.01, 0.99, 1.03, 0.98, 1.02, 1.0, 0.96, 1.04, 0.995].map((each) => mean * each);

test('a canary whose gauge is clearly higher fails, with the interval of the shift', () => {
  const result = judge(around(150), around(100));

  expect(result.outcome).toBe('fail');
  expect(result.because).toBe('Worse than stable: the canary is shifted by 50 (46 to 54)');
  expect(result.higherShare).toBe(1);
});

test('the same gauge the other way round passes, unless lower is the worse side', () => {
  expect(judge(around(100), around(150)).outcome).toBe('pass');
  expect(judge(around(100), around(150), { worse: 'lower' }).outcome).toBe('fail');
  expect(judge(around(150), around(100), { worse: 'lower' }).outcome).toBe('pass');
  expect(judge(around(100), around(150), { worse: 'either' }).outcome).toBe('fail');
});

test('equal versions pass, even when every value is the same', () => {
  const result = judge(around(100), around(100));

  expect(result).toMatchObject({ outcome: 'pass', higherShare: 0.5 });
  expect(result.because).toContain('Not clearly worse than stable');
  expect(judge([7, 7, 7, 7, 7], [7, 7, 7, 7, 7]).outcome).toBe('pass');
});

test('a shift within its own uncertainty is not called worse', () => {
  expect(judge([1, 9, 3, 7, 5, 6], [0.9, 8.8, 3.1, 6.5, 4.9, 5.8]).outcome).toBe('pass');
});

test.each([
  ['four periods', [1, 2, 3, 4], [5, 6, 7, 8]],
  ['periods without a number', [1, 2, 3, 4, Number.NaN], [5, 6, 7, 8, 9]],
  ['periods without end', [1, 2, 3, 4, 5], [5, 6, 7, 8, Number.POSITIVE_INFINITY]],
])('%s are too few for a verdict', (_what, canary, stable) => {
  expect(judge(canary, stable)).toEqual({
    outcome: 'inconclusive',
    because: 'Only 4 periods have a value of both versions, and 5 are needed',
    shift: null,
    higherShare: null,
  });
});

test('a confidence that so few periods cannot give is inconclusive, never a pass', () => {
  const result = judge([11, 12, 13, 14, 15], [1, 2, 3, 4, 5], { confidence: 0.999 });

  expect(result).toMatchObject({ outcome: 'inconclusive', because: 'The interval of the shift is without end' });
});

test('the unit of a gauge changes no decision, and the same rows give the same answer', () => {
  const gauge = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 6, maxLength: 12 });
  fc.assert(
    fc.property(gauge, gauge, fc.integer({ min: -20, max: 20 }), (canary, stable, power) => {
      const scaled = (values: readonly number[]) => values.map((value) => value * 2 ** power);
      const result = judge(canary, stable, { worse: 'either' });

      expect(judge(scaled(canary), scaled(stable), { worse: 'either' }).outcome).toBe(result.outcome);
      expect(judge(canary, stable, { worse: 'either' })).toEqual(result);
    }),
  );
});
