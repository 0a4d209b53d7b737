/**
 * Runs every packaged function in AWS's own runtime client for Node, with only its artefact, on the events that its
 * triggers send.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Invocation, invocationsOf } from './runtime/function-events.ts';
import { invoke, type Outcome, type PackagedFunction } from './runtime/invoke.ts';
import { type PackagedStack, packagedStack } from './runtime/packaged-functions.ts';
import { problemWith } from './runtime/problem.ts';
import { requireChecksum } from './runtime/runtime-client.ts';
import { hasSeen } from './seen.ts';

let stack: PackagedStack;
let invocations: Invocation[];
let outcomes: Map<Invocation, Outcome>;
const answers: { readonly Status: string }[] = [];
/** Replaces AWS for the answer that CloudFormation waits for. */
const bucket = createServer(async (request, response) => {
  answers.push(JSON.parse(await text(request)));
  response.end();
});

beforeAll(async () => {
  await new Promise<void>((settle) => bucket.listen(0, '127.0.0.1', settle));
  const aws = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
  stack = await packagedStack();
  invocations = invocationsOf(stack.template, { answersUrl: `${aws}/answer` });
  const run = async (invocation: Invocation): Promise<[Invocation, Outcome]> => {
    const { key, event } = invocation;
    return [invocation, await invoke(functionOf(key), key === 'migrateDatabase' ? { event, aws } : { event })];
  };
  outcomes = new Map(await inPairs(invocations, run));
});
afterAll(() => bucket.close());

/** These functions must answer successfully; tests below check them. */
const NEITHER_ROUTE_NOR_FAILURE = ['migrateDatabase', 'authorizeRequest'];

test('every function has an event of each of its triggers', () => {
  expect([...new Set(invocations.map(({ key }) => key))].sort()).toEqual(stack.functions.map(({ key }) => key).sort());
  hasSeen('runtime', { functions: stack.functions.length, invocations: invocations.length });
});

test('every function loads, takes its event, and answers or fails as Transient without database and AWS', () => {
  const problems = [...outcomes]
    .filter(([{ key }]) => !NEITHER_ROUTE_NOR_FAILURE.includes(key))
    .map(([invocation, outcome]) => problemWith(invocation, outcome));
  expect(problems.filter((problem) => problem !== null)).toEqual([]);
});

test('the authorizer gives the reason why a request without a token has no caller', () => {
  expect(outcomeOf('authorizeRequest')).toEqual({
    answered: { isAuthorized: true, context: { refusal: expect.stringContaining('token') } },
  });
});

test('CloudFormation always gets the result of its order', () => {
  const told = answers.sort(({ Status: one }, { Status: other }) => one.localeCompare(other));
  expect(told).toEqual([
    expect.objectContaining({
      Status: 'FAILED',
      Reason: expect.stringContaining('role is not the ARN of an IAM role'),
    }),
    expect.objectContaining({ Status: 'SUCCESS', LogicalResourceId: 'LedgerTables' }),
  ]);
});

const HEALTH = { key: 'readHealth', on: 'GET /health', call: { routeKey: 'GET /health' } };

test.each<[string, (fn: PackagedFunction) => PackagedFunction, RegExp]>([
  [
    'a package that was left out of the bundle',
    (fn) => withCode(fn, "import 'left-out-of-the-bundle';"),
    /ERR_MODULE_NOT_FOUND/,
  ],
  ['a handler of another name', (fn) => withCode(fn, 'export const main = () => {};'), /HandlerNotFound/],
  ['code that cannot be read', (fn) => withCode(fn, 'export const handler = ;'), /UserCodeSyntaxError/],
  [
    'a handler that takes a callback',
    (fn) => withCode(fn, 'export const handler = (a, b, c) => c(null, a);'),
    /CallbackHandler/,
  ],
  [
    'an event that is read wrongly',
    (fn) => withCode(fn, 'export const handler = async (event) => event.Records[0].body;'),
    /threw TypeError/,
  ],
  [
    'a handler that never ends',
    (fn) => withCode(fn, 'export const handler = () => new Promise(() => {});'),
    /no answer/,
  ],
])('%s is reported', async (_, change, problem) => {
  const outcome = await invoke(change(functionOf('readHealth')), { event: {} });
  expect(problemWith(HEALTH, outcome)).toMatch(problem);
});

test('a runtime client whose archive was changed on the way is refused', () => {
  expect(() => requireChecksum(Buffer.from('another archive'))).toThrow('was expected');
});

function functionOf(key: string): PackagedFunction {
  const found = stack.functions.find((fn) => fn.key === key);
  if (found === undefined) throw new Error(`The stack has no function ${key}.`);
  return found;
}

function outcomeOf(key: string): Outcome | undefined {
  return [...outcomes].find(([invocation]) => invocation.key === key)?.[1];
}

function withCode(fn: PackagedFunction, code: string): PackagedFunction {
  return { ...fn, files: { [`${fn.handler.replace(/\.\w+$/, '')}.mjs`]: Buffer.from(code) } };
}

/** Runs two processes at a time, because the machine may have only two cores. */
async function inPairs<T, R>(things: readonly T[], run: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...things];
  const work = async () => {
    for (let thing = queue.shift(); thing !== undefined; thing = queue.shift()) results.push(await run(thing));
  };
  await Promise.all([work(), work()]);
  return results;
}
