/**
 * Answers with a status of 500 or more, which Lambda does not count among a function's errors. The function itself counts them: a wrapper
 * prints a line of Embedded Metric Format for each (examples/adopt/wrappers), with the dimensions of Lambda's own metrics.
 */
export const SERVER_ERRORS = { namespace: 'Slipway/Services', name: 'ServerErrors' } as const;

interface Answered {
  readonly event: unknown;
  readonly answer: unknown;
}

/** True when a caller over HTTP gets a server error. To a queue, a bus or a stream, the same answer means that all went well. */
export function isErrorForCaller({ event, answer }: Answered): boolean {
  if (!has(answer, 'statusCode') || has(event, 'Records') || has(event, 'detail-type')) return false;
  // API Gateway also takes a status that is written as a text.
  const status = Number(answer.statusCode);
  return status >= 500 && status <= 599;
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}
