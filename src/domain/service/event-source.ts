/**
 * The names of the event that a rehearsed call receives: a sample after AWS's documentation, an HTTP request by method
 * and path, or a file. The contents of the samples are in src/twin/handlers/sample-events.ts.
 */

export const HTTP_SAMPLES = ['http', 'httpV1', 'alb', 'functionUrl'] as const;
export type HttpSample = (typeof HTTP_SAMPLES)[number];

export const SAMPLES = [...HTTP_SAMPLES, 'sqs', 'sns', 's3', 'eventbridge', 'schedule', 'dynamodb', 'kinesis'] as const;
export type Sample = (typeof SAMPLES)[number];

export const EVENT_FORMS =
  'one of http, httpV1, alb, functionUrl, sqs, sns, s3, eventbridge, schedule, dynamodb, kinesis; a request, such as GET /orders or httpV1 POST /orders; or a JSON file, such as events/event.json';

export type EventSource =
  | { readonly kind: 'sample'; readonly sample: Exclude<Sample, HttpSample> }
  | { readonly kind: 'request'; readonly sample: HttpSample; readonly method: string; readonly path: string }
  | { readonly kind: 'file'; readonly path: string };

const REQUEST = /^(?:(http|httpV1|alb|functionUrl) +)?(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) +(\/[^\s#]*)$/;

/** Returns null when the text does not name an event. */
export function eventSourceOf(text: string): EventSource | null {
  const http = HTTP_SAMPLES.find((sample) => sample === text);
  if (http !== undefined) return { kind: 'request', sample: http, method: 'GET', path: '/' };
  const sample = SAMPLES.find((one) => one === text);
  if (sample !== undefined) return { kind: 'sample', sample: sample as Exclude<Sample, HttpSample> };
  const request = REQUEST.exec(text);
  if (request !== null) {
    const [, over = 'http', method = '', path = ''] = request;
    return { kind: 'request', sample: over as HttpSample, method, path };
  }
  return /^[^\p{Cc}]+\.json$/u.test(text) ? { kind: 'file', path: text } : null;
}

export function isEventSource(text: string): boolean {
  return eventSourceOf(text) !== null;
}
