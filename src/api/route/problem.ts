/**
 * Converts errors to answers in problem+json (RFC 9457). An error that is Broken or unknown shows only an id; the log
 * has the details under that id. An IAM refusal is shown, because a person can fix it with a tag or a permission.
 */
import { isDenied, isSlipwayError, type SlipwayError } from '../../domain/errors.ts';
import type { FieldProblem } from '../../domain/service/service-spec.ts';
import { visibleText } from '../fields/visible-text.ts';
import type { Reply } from './contract.ts';

export const PROBLEM_JSON = 'application/problem+json';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Body too large',
  415: 'Unsupported media type',
  422: 'Invalid request',
  500: 'Broken',
  503: 'Unavailable',
};

export interface ProblemFacts {
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

export function problemReply({ status, detail, requestId, headers, more }: ProblemFacts): Reply {
  const title = TITLES[status] ?? 'Error';
  const type = `urn:slipway:problem:${title.toLowerCase().replaceAll(' ', '-')}`;
  return {
    status,
    headers: { 'content-type': PROBLEM_JSON, ...headers },
    body: { type, title, status, detail: visibleText(detail), requestId, ...more },
  };
}

export function replyToError(error: unknown, requestId: string): Reply {
  if (isDenied(error)) return problemReply({ status: 500, detail: error.message, requestId });
  if (!isSlipwayError(error) || error.name === 'Broken') return brokenReply(requestId);
  const problem = { detail: error.message, requestId, more: shownDetails(error.details) };
  switch (error.name) {
    case 'InvalidRequest':
      return problemReply({ ...problem, status: 'errors' in error.details || 'findings' in error.details ? 422 : 400 });
    case 'Forbidden':
      return problemReply({ ...problem, ...challenge(error.details) });
    case 'NotFound':
      return problemReply({ ...problem, status: 404 });
    case 'Conflict':
      return problemReply({ ...problem, status: 409 });
    case 'Transient':
      return problemReply({ ...problem, status: 503, headers: { 'retry-after': retryAfter(error.details) } });
  }
}

/** Whole seconds; five when the error does not say. */
function retryAfter({ retryAfterSeconds }: SlipwayError['details']): string {
  return typeof retryAfterSeconds === 'number' ? String(Math.ceil(retryAfterSeconds)) : '5';
}

/** The challenge of RFC 6750. It says what is wrong with the token, unless there was no token. */
function challenge({ isUnknown, reason }: SlipwayError['details']): Pick<ProblemFacts, 'status' | 'headers'> {
  if (isUnknown !== true) return { status: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } };
  const isWithout = reason === 'no token' || reason === 'no identity';
  return { status: 401, headers: { 'www-authenticate': isWithout ? 'Bearer' : 'Bearer error="invalid_token"' } };
}

function brokenReply(requestId: string): Reply {
  const detail = `Something broke inside Slipway. Its log says what, under the id ${requestId}.`;
  return problemReply({ status: 500, detail, requestId });
}

/** Returns only the details for callers: fields and findings to fix, the deployment in flight, and how a quarantine ends. */
function shownDetails({ errors, findings, inFlight, release }: SlipwayError['details']): Record<string, unknown> {
  return {
    ...(Array.isArray(errors) ? { errors: errors.map(visibleDetail) } : {}),
    ...(findings === undefined ? {} : { findings }),
    ...(hasId(inFlight) ? { deployment: `/deployments/${inFlight.id}` } : {}),
    ...(typeof release === 'string' ? { release } : {}),
  };
}

/** The pointer stays unchanged, because a program follows it. */
function visibleDetail(problem: FieldProblem): FieldProblem {
  return { ...problem, detail: visibleText(problem.detail) };
}

function hasId(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
