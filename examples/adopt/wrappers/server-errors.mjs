/**
 * Counts the answers with a status of 500 or more, which Lambda does not count among a function's errors: a line in the log for each,
 * from which CloudWatch makes the metric `ServerErrors` in `Slipway/Services`. A plain handler, and whatever makes one: `withServerErrors(handler)`.
 */
const DIMENSIONS = [['FunctionName', 'Resource', 'ExecutedVersion'], ['FunctionName', 'Resource'], ['FunctionName']];
/** By alias: the minute of the last line. */
const told = new Map();

/** Never throws, and calls nothing. Once a minute it also says that there was no error, so that "none" is known from "not counted". */
export function countAnswer(status, context) {
  const { functionName, functionVersion, invokedFunctionArn } = context ?? {};
  if (!functionName) return;
  const ServerErrors = Number(status) >= 500 && Number(status) <= 599 ? 1 : 0;
  const Resource = `${invokedFunctionArn ?? ''}`.split(':').slice(6).join(':') || functionName;
  const Timestamp = Date.now();
  const minute = Math.floor(Timestamp / 60_000);
  if (ServerErrors === 0 && told.get(Resource) === minute) return;
  told.set(Resource, minute);
  const Metrics = [{ Name: 'ServerErrors', Unit: 'Count' }];
  const CloudWatchMetrics = [{ Namespace: 'Slipway/Services', Dimensions: DIMENSIONS, Metrics }];
  const dimensions = { FunctionName: functionName, Resource, ExecutedVersion: functionVersion };
  // Not by console.log, to which Lambda adds words of its own: the line would be none of Embedded Metric Format.
  process.stdout.write(`${JSON.stringify({ _aws: { Timestamp, CloudWatchMetrics }, ...dimensions, ServerErrors })}\n`);
}

/** What a handler that streams its answer is marked with. Its status is not in what it returns: see hono.mjs. */
const STREAMS = Symbol.for('aws.lambda.runtime.handler.streaming');

/** The same handler: its answer, its errors and its way of answering, by a promise or by a callback, stay what they are. */
export function withServerErrors(handler) {
  if (handler[STREAMS] !== undefined) return handler;
  const counted = (answer, context) => {
    countAnswer(answer?.statusCode, context);
    return answer;
  };
  const whenDone = (answer, context) =>
    typeof answer?.then === 'function' ? answer.then((one) => counted(one, context)) : counted(answer, context);
  const heard = (callback, context) => (error, one) => callback(error, error ? one : counted(one, context));
  // Older adapters answer by context.succeed, or by a callback that is not among their parameters.
  if (handler.length < 3) {
    return (event, context, ...others) => {
      listen(context, counted);
      return whenDone(handler(event, context, ...others.map((one) => heard(one, context))), context);
    };
  }
  // Lambda tells a handler with a callback by its third parameter; what it returns may be a promise all the same.
  return (event, context, callback) => {
    listen(context, counted);
    const answer = handler(event, context, heard(callback, context));
    return typeof answer?.then === 'function' ? whenDone(answer, context) : answer;
  };
}

/** In place: what the runtime reads of the context later is set on this very object. */
function listen(context, counted) {
  const { succeed, done } = context ?? {};
  if (typeof succeed !== 'function') return;
  context.succeed = (answer) => succeed(counted(answer, context));
  context.done = (error, answer) => done(error, error ? answer : counted(answer, context));
}
