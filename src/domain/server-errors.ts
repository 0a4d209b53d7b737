/**
 * Answers with a status of 500 or more, which Lambda does not count among a function's errors. The function itself counts them: a wrapper
 * prints a line of Embedded Metric Format for each (examples/adopt/wrappers), with the dimensions of Lambda's own metrics.
 */
export const SERVER_ERRORS = { namespace: 'Slipway/Services', name: 'ServerErrors' } as const;

/** A function behind HTTP answers with a status; what any other function answers has none, or means something else by it. */
export function isServerError(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) return false;
  // API Gateway also takes a status that is written as a text.
  const status = Number(answer.statusCode);
  return status >= 500 && status <= 599;
}
