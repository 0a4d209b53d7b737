/** The samples have the fields by which the usual adapters tell one kind of event from another. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventSource, eventSourceOf, SAMPLES } from '../../src/domain/service/event-source.ts';
import { eventPicker } from '../../src/twin/handlers/event-picker.ts';
import { seededRandom } from '../../src/twin/random.ts';

const facts = { number: 7, at: Date.UTC(2030, 0, 2, 3, 4, 5, 678) };
const random = seededRandom(1);
const eventOf = (name: string, bases: readonly string[] = []) =>
  eventPicker({ weights: { [name]: 1 }, bases })(random, facts);

test.each<[string, object]>([
  ['http', { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' }, timeEpoch: facts.at } }],
  [
    'GET /orders?page=2&tag=a&tag=b',
    { rawQueryString: 'page=2&tag=a&tag=b', queryStringParameters: { page: '2', tag: 'a,b' } },
  ],
  [
    'POST /orders',
    { routeKey: 'POST /orders', headers: { 'content-type': 'application/json' }, body: '{"order":7,"items":3}' },
  ],
  [
    'GET /orders/{id}/lines/{line}',
    { routeKey: 'GET /orders/{id}/lines/{line}', rawPath: '/orders/1/lines/1', pathParameters: { id: '1', line: '1' } },
  ],
  [
    'httpV1 GET /shop/{proxy+}',
    {
      resource: '/shop/{proxy+}',
      path: '/shop/1',
      pathParameters: { proxy: '1' },
      requestContext: { path: '/prod/shop/1' },
    },
  ],
  ['functionUrl GET /x', { routeKey: '$default', rawPath: '/x', requestContext: { accountId: 'anonymous' } }],
  [
    'httpV1 GET /orders?tag=a&tag=b',
    { httpMethod: 'GET', queryStringParameters: { tag: 'b' }, multiValueQueryStringParameters: { tag: ['a', 'b'] } },
  ],
  ['httpV1', { path: '/', body: null, requestContext: { stage: 'prod', requestTime: '02/Jan/2030:03:04:05 +0000' } }],
  [
    'alb',
    {
      httpMethod: 'GET',
      body: '',
      requestContext: { elb: { targetGroupArn: expect.stringMatching(/^arn:aws:elastic/) } },
    },
  ],
  ['sqs', { Records: [{ eventSource: 'aws:sqs', body: '{"order":7,"items":3}' }] }],
  ['sns', { Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', Message: '{"order":7,"items":3}' } }] }],
  [
    's3',
    { Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { object: { key: 'orders/7.json' } } }] },
  ],
  ['eventbridge', { 'detail-type': 'Order Placed', detail: { order: 7 }, time: '2030-01-02T03:04:05Z' }],
  ['schedule', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }],
  ['dynamodb', { Records: [{ eventName: 'INSERT', dynamodb: { Keys: { id: { S: '7' } } } }] }],
  [
    'kinesis',
    {
      Records: [
        { eventSource: 'aws:kinesis', kinesis: { data: Buffer.from('{"order":7,"items":3}').toString('base64') } },
      ],
    },
  ],
])('the sample %s has the fields that a handler of its kind looks for', (name, parts) => {
  expect(eventOf(name)).toMatchObject(parts);
});

test('each sample makes an event that survives JSON, and two calls are never the same', () => {
  for (const sample of SAMPLES) {
    const pick = eventPicker({ weights: { [sample]: 1 }, bases: [] });
    const [one, other] = [1, 2].map((number) => pick(random, { ...facts, number }));
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
    expect(other).not.toEqual(one);
    expect((eventSourceOf(sample) as EventSource).kind).not.toBe('file');
  }
});

test('files share the weight of their pattern, and events are drawn by their weights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-events-'));
  try {
    writeFileSync(join(folder, 'one.json'), '{"file":"one"}');
    writeFileSync(join(folder, 'two.json'), '\uFEFF{"file":"two"}');
    const pick = eventPicker({ weights: { '*.json': 8, schedule: 2 }, bases: ['/nowhere', folder] });
    const counts: Record<string, number> = {};
    for (let number = 1; number <= 2_000; number += 1) {
      const { file = 'none' } = pick(random, { ...facts, number }) as { file?: string };
      counts[file] = (counts[file] ?? 0) + 1;
    }
    expect((counts.one ?? 0) / 2_000).toBeCloseTo(0.4, 1);
    expect((counts.two ?? 0) / 2_000).toBeCloseTo(0.4, 1);
    expect((counts.none ?? 0) / 2_000).toBeCloseTo(0.2, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
