/**
 * Answers with a status of 500 or more, which Lambda does not count as errors of a function. The function counts them
 * itself: a wrapper (examples/adopt/wrappers) prints a line of Embedded Metric Format for each, with the dimensions of
 * Lambda's own metrics.
 */
export const SERVER_ERRORS = { namespace: 'Slipway/Services', name: 'ServerErrors' } as const;

interface Answered {
  readonly event: unknown;
  readonly answer: unknown;
}

/** True when an HTTP caller gets a server error. For a queue, a bus or a stream, the same answer means success. */
export function isErrorForCaller({ event, answer }: Answered): boolean {
  if (!has(answer, 'statusCode') || has(event, 'Records') || has(event, 'detail-type')) return false;
  // API Gateway also accepts a status that is a text.
  const status = Number(answer.statusCode);
  return status >= 500 && status <= 599;
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
