import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const checkout = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };

function read(rehearsal: unknown) {
  return readServiceSpec({ ...checkout, rehearsal });
}

function errorsOf(rehearsal: unknown) {
  const result = read(rehearsal);
  return result.ok ? [] : result.errors;
}

test('a model alone is enough, and each of its figures may be left out', () => {
  expect(read({ model: {} })).toMatchObject({ ok: true, spec: { rehearsal: { requestsPerSecond: 20, model: {} } } });
  const model = {
    requestsPerSecond: 0.5,
    swingPercent: 100,
    errorPercent: 0,
    medianMs: 40,
    p99Ms: 40,
    noisePercent: 30,
    coldStartMs: 0,
    outage: { percentOfRollouts: 0, minutes: 1, errorFactor: 1 },
  };
  expect(read({ handler: 'v1.mjs', model })).toMatchObject({
    ok: true,
    spec: { rehearsal: { handler: 'v1.mjs', model } },
  });
});

test.each<[string, object, string]>([
  [
    'requestsPerSecond',
    { requestsPerSecond: 0 },
    'The traffic of the model is 0 requests a second; write a number from 0.001 to 1000000.',
  ],
  ['swingPercent', { swingPercent: 101 }, 'The swing of the day is 101 %; write a number from 0 to 100.'],
  ['errorPercent', { errorPercent: -1 }, 'The error rate of the model is -1 %; write a number from 0 to 100.'],
  ['medianMs', { medianMs: 0 }, 'The median latency is 0 ms; write a number from 0.01 to 900000.'],
  ['p99Ms', { medianMs: 50, p99Ms: 40 }, 'The p99 lies below the median. Write one that is not below it.'],
  [
    'noisePercent',
    { noisePercent: '5' },
    'The noise from minute to minute is "5" %; write a number from 0 to 200. Write it without quotes: 5.',
  ],
  ['coldStartMs', { coldStartMs: 1e9 }, 'The time of a cold start is 1000000000 ms; write a number from 0 to 60000.'],
  [
    'outage/errorFactor',
    { outage: { errorFactor: 0.5 } },
    'The factor of errors in an outage is 0.5; write a number from 1 to 10000.',
  ],
])('a model with a bad %s is refused with a clear message', (pointer, model, detail) => {
  expect(errorsOf({ model })).toEqual([{ pointer: `/rehearsal/model/${pointer}`, detail }]);
});

test('an unknown figure of a model is refused by its name', () => {
  expect(errorsOf({ model: { errorsPercent: 1 } })).toMatchObject([
    { detail: expect.stringContaining('errorsPercent') },
  ]);
});

test('a handler is written in the form of Lambda, or as a file, with its settings', () => {
  const rehearsal = {
    handler: 'src/app.lambdaHandler',
    event: { 'events/get.json': 3, sqs: 1, 'httpV1 POST /orders?dry=1': 0.5 },
    environment: { TABLE: 'orders' },
    timeoutSeconds: 30,
    layers: ['layers/shared'],
  };
  expect(read(rehearsal)).toMatchObject({ ok: true, spec: { rehearsal } });
  for (const handler of ['index.handler', './src/v1.mjs', '../api/src/app.ts', 'hello-world/app.Handler.run'])
    expect(errorsOf({ handler })).toEqual([]);
});

test.each<[string, object, string]>([
  ['handler', { handler: 'src/app' }, 'The handler is "src/app"; write it as Lambda has it'],
  ['handler', { handler: 'com.example.Handler::handleRequest' }, 'npm start runs Node handlers only'],
  ['event', { event: 'sqss' }, 'The event is "sqss"; write one of http, httpV1'],
  ['event', { event: {} }, 'The event has no entry'],
  ['event/sqs', { event: { sqs: 0 } }, 'The weight of an event is 0'],
  ['environment/PORT', { environment: { PORT: 80 } }, 'put a number or true in quotes'],
  ['environment/AWS_REGION', { environment: { AWS_REGION: 'eu-west-1' } }, 'Lambda sets AWS_REGION itself'],
  ['environment/A-B', { environment: { 'A-B': '1' } }, 'A name in the environment is "A-B"'],
  ['timeoutSeconds', { timeoutSeconds: 901 }, 'The timeout is 901 seconds'],
  ['layers/0', { layers: [''] }, 'The layer is ""'],
])('a bad %s is refused with a clear message', (pointer, rehearsal, detail) => {
  expect(errorsOf(rehearsal)).toEqual([{ pointer: `/rehearsal/${pointer}`, detail: expect.stringContaining(detail) }]);
});
