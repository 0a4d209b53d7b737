import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaHooks, type PostWebhook } from '../../src/aws/lambda-hooks.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
afterAll(() => void lambda.restore());
const client = new LambdaClient({ region: 'eu-west-1' });
const order = {
  deploymentId: 'dep-1',
  service: 'checkout',
  phase: 'beforeTraffic',
  stable: '41',
  canary: '42',
} as const;

beforeEach(() => lambda.reset());

type Payload = Parameters<ReturnType<typeof lambda.on>['resolves']>[0] extends { Payload?: infer P } ? P : never;
const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as unknown as NonNullable<Payload>;

describe('a hook that is a function', () => {
  const run = () => lambdaHooks(client).run({ function: 'smoke' }, order);

  test('the function is invoked with the order, and its answer is awaited', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 200, Payload: payload(null) });
    expect(await run()).toEqual({ passed: true, detail: 'The check smoke passed.' });
    expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
      FunctionName: 'smoke',
      InvocationType: 'RequestResponse',
      Payload: JSON.stringify(order),
    });
  });

  test.each([
    [{ passed: true, detail: '12 of 12' }, true, '12 of 12'],
    [{ passed: false }, false, 'The check smoke said no.'],
    [{ passed: false, detail: '3 of 12 failed' }, false, '3 of 12 failed'],
    [{ statusCode: 200, body: 'fine' }, true, 'fine'],
    [{ statusCode: 400 }, false, 'The check smoke answered 400.'],
    [{ statusCode: 503, body: 'down' }, false, 'The check smoke answered 503: down'],
    ['a text', true, 'The check smoke passed.'],
    [{ passed: false, detail: 'x'.repeat(600) }, false, `${'x'.repeat(500)}...`],
  ])('a function that answers %j has passed: %s', async (answer, passed, detail) => {
    lambda.on(InvokeCommand).resolves({ Payload: payload(answer) });
    expect(await run()).toEqual({ passed, detail });
  });

  test('a function that throws or times out has not passed, and its error is shown', async () => {
    lambda
      .on(InvokeCommand)
      .resolves({ FunctionError: 'Unhandled', Payload: payload({ errorMessage: 'Task timed out' }) });
    expect(await run()).toEqual({ passed: false, detail: 'The check smoke broke: Task timed out' });
  });

  test('a function that returns no answer has passed', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 200 });
    expect(await run()).toMatchObject({ passed: true });
  });

  test('a function that does not exist has not passed', async () => {
    lambda.on(InvokeCommand).rejects(sdkError('ResourceNotFoundException', { status: 404 }));
    expect(await run()).toMatchObject({ passed: false, detail: expect.stringContaining('no function smoke') });
  });

  test.each([
    ['TooManyRequestsException', 429, 'Transient'],
    ['ServiceException', 500, 'Transient'],
    ['AccessDeniedException', 403, 'Broken'],
  ])('a function that could not be invoked (%s) gives no result: %s %s', async (name, status, expected) => {
    lambda.on(InvokeCommand).rejects(sdkError(name, { status }));
    await expect(run()).rejects.toMatchObject({ name: expected });
  });
});

describe('a hook that is a webhook', () => {
  const run = (post: PostWebhook) => lambdaHooks(client, post).run({ webhook: 'https://ci.example/check' }, order);
  const answering =
    (status: number, text = ''): PostWebhook =>
    () =>
      Promise.resolve({ status, text });

  test('the webhook gets the order as JSON', async () => {
    const posted: unknown[] = [];
    await run((request) => {
      posted.push(request);
      return Promise.resolve({ status: 204, text: '' });
    });
    expect(posted).toEqual([{ url: 'https://ci.example/check', body: JSON.stringify(order) }]);
  });

  test.each([
    [200, '', true, 'The webhook at ci.example passed.'],
    [204, '', true, 'The webhook at ci.example passed.'],
    [409, 'two tests failed', false, 'The webhook at ci.example answered 409: two tests failed'],
    [302, '', false, 'The webhook at ci.example answered 302. Redirects are not followed; name the final address.'],
    [404, '', false, 'The webhook at ci.example answered 404.'],
  ])('a webhook that answers %s %s has passed: %s', async (status, text, passed, detail) => {
    expect(await run(answering(status, text))).toEqual({ passed, detail });
  });

  test('a webhook that answers 500 or more counts as not reached', async () => {
    await expect(run(answering(502, 'bad gateway'))).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('answered 502: bad gateway'),
    });
  });

  test('a webhook to which Slipway must not post has not passed', async () => {
    expect(await run(() => Promise.resolve({ refused: 'It is not https.' }))).toEqual({
      passed: false,
      detail: 'It is not https.',
    });
  });
});
