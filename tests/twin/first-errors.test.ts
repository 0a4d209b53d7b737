import { inWords } from '../../src/twin/handlers/first-errors.ts';

const found = { functionName: 'checkout', version: '2', stack: [], printed: [] };
const answered = { ...found, what: 'It answered 500: {"message":"broken"}' };

test('an answer of 500 that no metric counts in AWS is reported as such', () => {
  expect(inWords(answered)).toMatch(
    /^It answered 500: .* In AWS no alarm and no judge sees such answers until .*wrappers/,
  );
});

test('with a wrapper, which prints the counts, the report adds nothing', () => {
  const line = '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"ServerErrors"}]}]},"ServerErrors":1}';
  expect(inWords({ ...answered, printed: [line] })).not.toContain('In AWS');
});

test('Lambda itself counts an error that is thrown', () => {
  expect(inWords({ ...found, what: 'TypeError: no such order' })).toBe('TypeError: no such order.');
});
