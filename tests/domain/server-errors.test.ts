import { matchProblem } from '../../src/domain/alarms/alarm-match.ts';
import { isErrorForCaller } from '../../src/domain/alarms/server-errors.ts';

test.each([
  [{ statusCode: 500 }, true],
  [{ statusCode: 503, body: 'x' }, true],
  [{ statusCode: '502' }, true],
  [{ statusCode: 499 }, false],
  [{ statusCode: 404 }, false],
  [{ statusCode: 600 }, false],
  [{ statusCode: 'bad' }, false],
  [{ status: 500 }, false],
  ['a text', false],
  [null, false],
])('the answer %j is a server error: %s', (answer, expected) => {
  expect(isErrorForCaller({ event: { order: 1 }, answer })).toBe(expected);
});

test.each([[{ Records: [] }], [{ source: 'shop', 'detail-type': 'OrderPlaced', detail: {} }]])(
  'no caller sees the answer to %j',
  (event) => {
    expect(isErrorForCaller({ event, answer: { statusCode: 500 } })).toBe(false);
  },
);

const target = { kind: 'lambda', function: 'shop-api', alias: 'live' } as const;
const on = (dimensions: Record<string, string>) =>
  matchProblem({ metrics: [{ namespace: 'Slipway/Services', dimensions }], queries: [] }, target);

test('an alarm on server errors sees the target by its function, with or without its alias', () => {
  expect(on({ FunctionName: 'shop-api' })).toBeNull();
  expect(on({ FunctionName: 'shop-api', Resource: 'shop-api:live' })).toBeNull();
});

test('an alarm on server errors of another function, another alias, one version or no function sees no target', () => {
  expect(on({ FunctionName: 'other' })).toMatch(/watches other, not shop-api/);
  expect(on({ FunctionName: 'shop-api', Resource: 'shop-api:beta' })).toMatch(/watches shop-api:beta/);
  expect(on({ FunctionName: 'shop-api', ExecutedVersion: '7' })).toMatch(/watches version 7 alone/);
  expect(on({ Stage: 'prod' })).toMatch(/watches all functions/);
});

test('a query for server errors must name the function of the target', () => {
  const asked = (where: string) =>
    `SELECT SUM(ServerErrors) FROM SCHEMA("Slipway/Services", FunctionName) WHERE ${where}`;
  const problem = (query: string) => matchProblem({ metrics: [], queries: [query] }, target);
  expect(problem(asked("FunctionName = 'shop-api'"))).toBeNull();
  expect(problem(asked("FunctionName = 'other'"))).toMatch(/asks for other, not shop-api/);
});
