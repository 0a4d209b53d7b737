/** Tests the wrappers that a team copies to count its server errors, with the real libraries. */
import { readFileSync } from 'node:fs';
import middy from '@middy/core';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';

// Both packages have no types.
const [{ default: express }, { default: serverless }] = await Promise.all(
  ['express', 'serverless-http'].map((name) => import(name)),
);

const at = (name: string) => new URL(`../../examples/adopt/wrappers/${name}`, import.meta.url).href;

type Handler = (event: unknown, context: unknown, callback?: (error: unknown, answer?: unknown) => void) => unknown;
interface Wrappers {
  readonly withServerErrors: (handler: Handler) => Handler;
  readonly countAnswer: (status: unknown, context?: unknown) => void;
}

let wrappers: Wrappers;
let lines: string[];
let copies = 0;

const { write } = process.stdout;
const { now } = Date;

beforeEach(async () => {
  lines = [];
  // Lambda reads the output of a function here.
  process.stdout.write = (chunk: unknown) => lines.push(String(chunk)) > 0;
  // Each test uses a new instance, which has written nothing yet.
  copies += 1;
  wrappers = (await import(`${at('server-errors.mjs')}?copy=${copies}`)) as Wrappers;
});
afterEach(() => {
  process.stdout.write = write;
  Date.now = now;
});
const itIs = (ms: number) => {
  Date.now = () => ms;
};

const context = {
  functionName: 'shop-api',
  functionVersion: '42',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:shop-api:live',
};
const told = () => lines.map((line) => JSON.parse(line));
const counts = () => told().map(({ ServerErrors }) => ServerErrors);
/** A request of API Gateway's HTTP API, in the payload format 2.0. */
const request = (path: string) => ({
  version: '2.0',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'shop.example' },
  requestContext: {
    http: { method: 'GET', path, sourceIp: '192.0.2.1' },
    domainName: 'shop.example',
    stage: '$default',
  },
  isBase64Encoded: false,
});

async function copied<T>(name: string): Promise<T> {
  // Without a query this is the copy of server-errors.mjs that the adapter itself uses.
  return (await import(at(name))) as T;
}

test('the wrapper writes a server error as one EMF line, by version, alias and function', async () => {
  const handler = wrappers.withServerErrors(async () => ({ statusCode: 503 }));
  expect(await handler({}, context)).toEqual({ statusCode: 503 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(told()[0]).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Slipway/Services',
          Dimensions: [['FunctionName', 'Resource', 'ExecutedVersion'], ['FunctionName', 'Resource'], ['FunctionName']],
          Metrics: [{ Name: 'ServerErrors', Unit: 'Count' }],
        },
      ],
    },
    FunctionName: 'shop-api',
    Resource: 'shop-api:live',
    ExecutedVersion: '42',
    ServerErrors: 1,
  });
});

/** Follows AWS's specification of the format. CloudWatch drops a line that breaks it, without an error. */
test('a line of the wrapper keeps the rules of Embedded Metric Format', () => {
  wrappers.countAnswer(500, context);
  const [line] = told();
  const { Timestamp, CloudWatchMetrics } = line._aws;
  expect(Number.isInteger(Timestamp) && Math.abs(Date.now() - Timestamp) < 60_000).toBe(true);
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    expect(Namespace).toMatch(/^[\w./#-]{1,255}$/);
    for (const names of Dimensions) {
      expect(names.length).toBeLessThanOrEqual(30);
      for (const name of names) expect(line[name]).toMatch(/^(?!:)[ -~]*[!-~][ -~]*$/);
    }
    for (const { Name, Unit } of Metrics) {
      expect([typeof line[Name], Unit]).toEqual(['number', 'Count']);
    }
  }
});

test('the wrapper writes one 0 a minute and instance for good calls, and nothing else', async () => {
  itIs(600_000);
  const handler = wrappers.withServerErrors(async () => ({ statusCode: 200 }));
  for (let call = 0; call < 5; call += 1) await handler({}, context);
  expect(counts()).toEqual([0]);
  itIs(659_999);
  await handler({}, context);
  expect(counts()).toEqual([0]);
  itIs(660_000);
  await handler({}, context);
  expect(counts()).toEqual([0, 0]);
});

test('the wrapper writes a line for each server error, and no 0 in that minute', () => {
  itIs(600_000);
  for (const status of [500, '502', 599, 200, 404, 600, undefined, 'text']) wrappers.countAnswer(status, context);
  expect(counts()).toEqual([1, 1, 1]);
});

test('a wrapped handler that throws still throws the same error, which Lambda counts', async () => {
  const broken = new Error('no database');
  const rejects = wrappers.withServerErrors(async () => {
    throw broken;
  });
  await expect(rejects({}, context)).rejects.toBe(broken);
  const throws = wrappers.withServerErrors(() => {
    throw broken;
  });
  expect(() => throws({}, context)).toThrow(broken);
  expect(lines).toEqual([]);
});

test('a wrapped handler with a callback keeps it as third parameter, by which Lambda recognises it', () => {
  const handler = wrappers.withServerErrors((_event, _context, callback) => callback?.(null, { statusCode: 500 }));
  expect(handler).toHaveLength(3);
  const answered: unknown[][] = [];
  handler({}, context, (...answer) => answered.push(answer));
  expect([answered, counts()]).toEqual([[[null, { statusCode: 500 }]], [1]]);

  const failing = wrappers.withServerErrors((_event, _context, callback) => callback?.(new Error('no')));
  failing({}, context, (...answer) => answered.push(answer));
  expect([answered[1]?.[0], counts()]).toEqual([new Error('no'), [1]]);
});

test('a wrapped handler with a third parameter may answer by its promise', async () => {
  const handler = wrappers.withServerErrors(async (_event, _context, _callback) => ({ statusCode: 500 }));
  expect([await handler({}, context, () => {}), counts()]).toEqual([{ statusCode: 500 }, [1]]);
});

test('an answer by context.succeed, as older adapters of express give it, is counted', () => {
  const answers: unknown[] = [];
  const handler = wrappers.withServerErrors((_, given) => {
    (given as { succeed: (answer: unknown) => void }).succeed({ statusCode: 502 });
  });
  handler({}, { ...context, succeed: (answer: unknown) => answers.push(answer), done: () => undefined });
  expect([answers, counts()]).toEqual([[{ statusCode: 502 }], [1]]);
});

test('a callback that the handler does not declare is passed on, and its answer is counted', () => {
  const answers: unknown[] = [];
  const handler = wrappers.withServerErrors((...all) => all[2]?.(null, { statusCode: 500 }));
  handler({}, context, (_, answer) => answers.push(answer));
  expect([answers, counts()]).toEqual([[{ statusCode: 500 }], [1]]);
});

test('the wrapper does not change a handler that streams its answer', () => {
  const streaming = Object.assign((() => undefined) as Handler, {
    [Symbol.for('aws.lambda.runtime.handler.streaming')]: 'response',
  });
  expect(wrappers.withServerErrors(streaming)).toBe(streaming);
});

test('a wrapped handler that answers synchronously, or without a status, keeps its answer', () => {
  const texts = wrappers.withServerErrors(() => 'done');
  expect([texts({}, context), wrappers.withServerErrors(() => undefined)({}, context)]).toEqual(['done', undefined]);
  expect(wrappers.withServerErrors(() => 'done')).toHaveLength(2);
});

test('the wrapper writes nothing without a context; called without an alias, a function is its own resource', () => {
  wrappers.countAnswer(500);
  wrappers.countAnswer(500, {});
  wrappers.countAnswer(500, null);
  expect(lines).toEqual([]);
  const itself = 'arn:aws:lambda:eu-west-1:111122223333:function:shop-api';
  wrappers.countAnswer(500, { ...context, functionVersion: '$LATEST', invokedFunctionArn: itself });
  wrappers.countAnswer(500, { functionName: 'shop-api', functionVersion: '$LATEST' });
  expect(told().map(({ Resource, ExecutedVersion }) => [Resource, ExecutedVersion])).toEqual([
    ['shop-api', '$LATEST'],
    ['shop-api', '$LATEST'],
  ]);
});

test('middy: an error that a later middleware turns into a 500 is counted, and so is an answer of 500', async () => {
  const { serverErrors } = await copied<{ serverErrors: () => middy.MiddlewareObj }>('middy.mjs');
  const answers = {
    onError(request: middy.Request) {
      request.response = { statusCode: 500 };
    },
  };
  const throwing = middy(async () => {
    throw new Error('no database');
  });
  const handler = throwing.use(serverErrors()).use(answers);
  expect(await handler({}, context as never)).toEqual({ statusCode: 500 });
  const answering = middy(async () => ({ statusCode: 502 })).use(serverErrors());
  expect(await answering({}, context as never)).toEqual({ statusCode: 502 });
  expect(counts()).toEqual([1, 1]);
});

test('middy: an error that no middleware turns into an answer stays an error of the function', async () => {
  const { serverErrors } = await copied<{ serverErrors: () => middy.MiddlewareObj }>('middy.mjs');
  const handler = middy(async () => {
    throw new Error('no database');
  }).use(serverErrors());
  await expect(handler({}, context as never)).rejects.toThrow('no database');
  expect(counts().filter((count) => count > 0)).toEqual([]);
});

test('hono: an error that hono answers with 500 is counted, and a good route is not', async () => {
  const { serverErrors } = await copied<{ serverErrors: never }>('hono.mjs');
  const app = new Hono();
  app.use(serverErrors);
  app.onError((_error, c) => c.text('sorry', 500));
  app.get('/good', (c) => c.text('hello'));
  app.get('/bad', () => {
    throw new Error('no database');
  });
  const handler = handle(app);
  const statuses = [];
  for (const path of ['/good', '/bad', '/missing'])
    statuses.push(((await handler(request(path) as never, context as never)) as { statusCode: number }).statusCode);
  expect(statuses).toEqual([200, 500, 404]);
  expect(counts().filter((count) => count > 0)).toEqual([1]);
});

test('express: an error that express answers with 500 is counted, and a good route is not', async () => {
  const { countedExpress } = await copied<{ countedExpress: (adapt: unknown, app: unknown) => Handler }>('express.mjs');
  const app = express();
  type Responds = { status(code: number): Responds; send(text: string): void };
  app.get('/good', (_request: unknown, response: Responds) => response.send('hello'));
  app.get('/bad', () => {
    throw new Error('no database');
  });
  // express recognises an error handler by its four parameters.
  app.use((_error: unknown, _request: unknown, response: Responds, _next: unknown) => {
    response.status(500).send('sorry');
  });
  const handler = countedExpress(serverless, app);
  const statuses = [];
  for (const path of ['/good', '/bad', '/missing'])
    statuses.push(((await handler(request(path), context)) as { statusCode: number }).statusCode);
  expect(statuses).toEqual([200, 500, 404]);
  expect(counts().filter((count) => count > 0)).toEqual([1]);
});

test('the copied wrappers need no package', () => {
  for (const name of ['server-errors', 'middy', 'hono', 'express']) {
    const source = readFileSync(new URL(at(`${name}.mjs`)), 'utf8');
    for (const [, from] of source.matchAll(/from '([^']+)'/g)) expect(from).toBe('./server-errors.mjs');
  }
});
