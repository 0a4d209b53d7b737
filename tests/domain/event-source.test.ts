import { EVENT_FORMS, eventSourceOf, isEventSource, SAMPLES } from '../../src/domain/service/event-source.ts';

test('an event is a sample by its name, a request by its method and path, or a file', () => {
  expect(eventSourceOf('sqs')).toEqual({ kind: 'sample', sample: 'sqs' });
  expect(eventSourceOf('http')).toEqual({ kind: 'request', sample: 'http', method: 'GET', path: '/' });
  expect(eventSourceOf('GET /orders?page=2')).toEqual({
    kind: 'request',
    sample: 'http',
    method: 'GET',
    path: '/orders?page=2',
  });
  expect(eventSourceOf('alb POST /orders')).toMatchObject({ sample: 'alb', method: 'POST', path: '/orders' });
  expect(eventSourceOf('events/event.json')).toEqual({ kind: 'file', path: 'events/event.json' });
});

test('the message about events names each sample', () => {
  for (const sample of SAMPLES) expect(EVENT_FORMS).toContain(sample);
});

test.each(['', 'SQS', 'get /', 'GET orders', 'sqs GET /', 'event.yml', 'a\nb.json'])('%j is no event', (text) => {
  expect(isEventSource(text)).toBe(false);
});
