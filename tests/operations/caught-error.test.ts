import { errorInWords } from '../../src/operations/steps/task-input.ts';

const build = (Phases: readonly object[], more: object = {}) => ({ BuildStatus: 'FAILED', Phases, ...more });
const failed = {
  PhaseType: 'BUILD',
  PhaseStatus: 'FAILED',
  Contexts: [{ StatusCode: 'X', Message: 'exit status 70' }],
};
const done = { PhaseType: 'SUBMITTED', PhaseStatus: 'SUCCEEDED' };

test.each([
  [
    { Error: 'Conflict', Cause: JSON.stringify({ errorMessage: 'Somebody moved it.' }) },
    'A task failed (Conflict): Somebody moved it.',
  ],
  [{ Error: 'States.Timeout' }, 'A task failed (States.Timeout)'],
  [{ Cause: 'just words' }, 'A task failed (unknown error): just words'],
  [{ Error: 'States.TaskFailed', Cause: '{ not JSON' }, 'A task failed (States.TaskFailed): { not JSON'],
  [
    {
      Error: 'States.TaskFailed',
      Cause: JSON.stringify(build([done, failed], { Logs: { DeepLink: 'https://logs' } })),
    },
    'A task failed (States.TaskFailed): the phase BUILD of its build ended as FAILED: exit status 70. Its log: https://logs',
  ],
  [
    { Error: 'States.TaskFailed', Cause: JSON.stringify({ Build: build([{ ...done, PhaseStatus: 'TIMED_OUT' }]) }) },
    'A task failed (States.TaskFailed): the phase SUBMITTED of its build ended as TIMED_OUT: no reason given.',
  ],
  [{ Error: 'States.TaskFailed', Cause: JSON.stringify(build([done])) }, 'A task failed (States.TaskFailed)'],
  [{ Error: 'States.TaskFailed', Cause: JSON.stringify({ else: 1 }) }, 'A task failed (States.TaskFailed)'],
])('an error that Step Functions caught becomes one sentence: %j', (caught, words) => {
  expect(errorInWords(caught)).toBe(words);
});
