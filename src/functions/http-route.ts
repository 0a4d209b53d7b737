/**
 * Turns an operation into the Lambda function behind a route. It reads the request and answers according to the
 * contract, and turns every error into problem+json. The API server in a container runs the same function.
 */
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Contract, Reply, RouteInput, RouteResult } from '../api/route/contract.ts';
import { problemReply, replyToError } from '../api/route/problem.ts';
import type { Measures } from '../ports/measures.ts';
import { answerText } from './answer-text.ts';
import { awsMeasures } from './aws-measures.ts';
import { admit, identify, NOBODY, refusedFor } from './guard.ts';
import { answerOnce, type IdempotencyPorts } from './idempotent.ts';
import type { Invocation } from './line-facts.ts';
import { headerOf, type ParsedEvent, readRequest } from './read-request.ts';
import { bodyText, unreadableBody } from './readable-body.ts';
import { elapsedMs, loggedError, type WriteLog, writeLog } from './request-log.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  invocation?: Invocation,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Route<C extends Contract, P> {
  readonly ports: P;
  readonly operation: (ports: NoInfer<P>, input: RouteInput<C>) => Promise<RouteResult<C>>;
  readonly log?: WriteLog;
  readonly measures?: Measures;
}

/** The answer, and its error when the error is only for the log. */
interface Outcome {
  readonly reply: Reply;
  readonly error?: unknown;
}

/** The request for a deployment has a few kilobytes. A larger body is a mistake or an attack. */
export const BODY_BYTES_MAX = 256 * 1_024;

const measures = awsMeasures();

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
};

/**
 * Takes one contract, or several that share an operation. With several, the event's routeKey says which one was called.
 */
export function httpRoute<C extends Contract, P>(contract: C | readonly C[], route: Route<C, P>): HttpHandler {
  const contracts = [contract].flat() as C[];
  // The content type is checked before the parser runs.
  const parser = httpJsonBodyParser({ disableContentTypeCheck: true });
  const calledBy = ({ routeKey }: ParsedEvent) =>
    contracts.find(({ method, path }) => routeKey === `${method} ${path}`) ?? (contracts[0] as C);
  const handler = middy<ParsedEvent, Outcome>(async (event: ParsedEvent) => answer(calledBy(event), { route, event }))
    // Runs before anything of the request is read, so that an unknown caller learns nothing from its errors.
    .before(({ event }) => {
      event.access = identify(calledBy(event), event);
      return refuseLargeBody(event);
    })
    .before((request) => {
      // A route without a body reads none. On other routes a missing body counts as empty, and the schema says what is
      // missing.
      if (contracts[0]?.body === undefined) return;
      const { event } = request;
      const unreadable = unreadableBody(event);
      if (unreadable !== null) {
        const { requestId } = event.requestContext;
        return { reply: problemReply({ ...unreadable, requestId }) };
      }
      const text = bodyText(event);
      event.body = text === '' ? {} : text;
      event.isBase64Encoded = false;
      if (text !== '') parser.before?.(request as never);
    })
    .onError((request) => {
      request.response = outcomeOfError(request.error, request.event);
    });

  return async (event, invocation) => {
    const startedAt = performance.now();
    const parsed: ParsedEvent = { ...event, rawBody: event.body ?? '', access: NOBODY };
    const outcome: Outcome = await handler(parsed, {} as never);
    logOutcome(outcome, { event: parsed, invocation, durationMs: elapsedMs(startedAt), log: route.log ?? writeLog });
    countRefusal(outcome, route.measures ?? measures);
    return written(outcome.reply, headerOf(event.headers, 'accept'));
  };
}

async function answer<C extends Contract, P>(
  contract: C,
  { route: { ports, operation }, event }: { route: Route<C, P>; event: ParsedEvent },
): Promise<Outcome> {
  const input = readRequest(contract, event);
  // Before the Idempotency-Key: a caller that lost its role gets no stored answer from before that.
  await admit(contract, { input, ports });
  let outcome: Outcome | undefined;
  const run = async () => {
    outcome = await outcomeOf(async () => contract.respond((await operation(ports, input as never)) as never), event);
    return outcome.reply;
  };
  const { requestKey: key, by } = input;
  if (key === null || !remembersRequests(ports)) return { reply: await run(), ...outcome };

  const content = `${event.requestContext.http.method} ${event.rawPath}\n${event.rawBody}`;
  const { requestId } = event.requestContext;
  const isRetreat = contract.isRetreat === true;
  const reply = await answerOnce({ ports, run }, { key, by, content, requestId, isRetreat });
  return { ...outcome, reply };
}

async function outcomeOf(run: () => Promise<Reply>, event: ParsedEvent): Promise<Outcome> {
  try {
    return { reply: await run() };
  } catch (error) {
    return outcomeOfError(error, event);
  }
}

function outcomeOfError(error: unknown, { requestContext: { requestId } }: ParsedEvent): Outcome {
  if (!isParserError(error)) return { reply: replyToError(error, requestId), error };
  const why = isObject(error.cause) && 'message' in error.cause ? String(error.cause.message) : error.message;
  // The parser calls itself for each level of nesting.
  const fact = /call stack/.test(why) ? 'it is nested too deep. No request needs more than ten levels' : why;
  return {
    reply: problemReply({ status: 400, detail: `The body is not JSON that can be read: ${fact}.`, requestId }),
    error,
  };
}

function refuseLargeBody({ rawBody, isBase64Encoded, requestContext }: ParsedEvent): Outcome | undefined {
  const bytes = Buffer.byteLength(rawBody, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes <= BODY_BYTES_MAX) return undefined;
  const detail = `The body has ${bytes} bytes; ${BODY_BYTES_MAX} are the most. Send less; code goes to S3, not into the request.`;
  return { reply: problemReply({ status: 413, detail, requestId: requestContext.requestId }) };
}

function written({ status, headers, body }: Reply, accept: string | undefined): APIGatewayProxyStructuredResultV2 {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const text = answerText(body, accept);
  return {
    statusCode: status,
    headers: { ...SECURITY_HEADERS, ...type, ...headers },
    ...(text === undefined ? {} : { body: text }),
  };
}

interface Logged {
  readonly event: ParsedEvent;
  readonly invocation: Invocation | undefined;
  readonly durationMs: number;
  readonly log: WriteLog;
}

function logOutcome({ reply, error }: Outcome, { event, invocation, durationMs, log }: Logged): void {
  const { status } = reply;
  const deploymentId = deploymentOf(reply, event);
  log({
    level: status >= 500 ? 'error' : 'info',
    message: `${event.requestContext.http.method} ${event.rawPath} ${status}`,
    status,
    // The request id that the caller got with an error, and the one in Lambda's own log lines.
    requestId: event.requestContext.requestId,
    ...(invocation && { lambdaRequestId: invocation.awsRequestId }),
    ...(deploymentId !== undefined && { deploymentId }),
    by: event.access.caller,
    ...refusedFields(error),
    durationMs,
    ...(error !== undefined && status >= 500 ? { error: loggedError(error) } : {}),
  });
}

function refusedFields(error: unknown): { readonly refused?: string } {
  const refused = refusedFor(error);
  return refused === undefined ? {} : { refused };
}

function countRefusal({ error }: Outcome, { record }: Measures): void {
  const reason = refusedFor(error);
  if (reason === undefined) return;
  record([{ name: 'RequestsRefused', value: 1, unit: 'Count', dimensions: { Reason: reason } }]);
}

/** The id of the deployment in the path, or of the deployment to which the answer points. */
function deploymentOf({ headers }: Reply, { routeKey, pathParameters }: ParsedEvent): string | undefined {
  if (routeKey.includes('/deployments/{id}')) return pathParameters?.id;
  return /^\/deployments\/([^/?]+)/.exec(headers?.location ?? '')?.[1];
}

function remembersRequests(ports: unknown): ports is IdempotencyPorts {
  return isObject(ports) && 'idempotency' in ports && 'clock' in ports;
}

function isParserError(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
