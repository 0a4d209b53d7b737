/** Says what is wrong with the end of an invocation when neither the database nor AWS can be reached. */
import type { Invocation } from './function-events.ts';
import type { Outcome } from './invoke.ts';

interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Routes that need no database and no AWS, and the beginning of their answers. */
const ANSWERED: Readonly<Record<string, RegExp>> = {
  'GET /health': /^\{/,
  'GET /openapi.json': /^\{\s*"openapi":"3\.1/,
  'GET /docs': /^<!doctype html>/i,
  'GET /docs/{asset}': /^[\s\S]*\.swagger-ui/,
};

/** Returns null when there is no problem. */
export function problemWith(
  { key, on, call }: Pick<Invocation, 'key' | 'on' | 'call'>,
  outcome: Outcome,
): string | null {
  const subject = `${key} on ${on}`;
  if ('died' in outcome) return `${subject} came to no answer: ${outcome.died.slice(0, 2_000)}`;
  if ('threw' in outcome) {
    const { errorType, errorMessage } = outcome.threw;
    return errorType === 'Transient' ? null : `${subject} threw ${errorType}: ${errorMessage}`;
  }
  if (call === undefined) return `${subject} answered without a database: ${JSON.stringify(outcome.answered)}`;
  return problemWithReply(subject, { on, reply: outcome.answered as Reply });
}

function problemWithReply(
  subject: string,
  { on, reply }: { readonly on: string; readonly reply: Reply },
): string | null {
  const { statusCode, headers = {}, body = '' } = reply;
  if (on === 'GET /') return statusCode === 302 ? null : said(subject, reply);
  const begins = ANSWERED[on];
  if (begins !== undefined) return statusCode === 200 && begins.test(body) ? null : said(subject, reply);
  const isProblem = on === 'GET /ready' || headers['content-type'] === 'application/problem+json';
  return statusCode === 503 && isProblem ? null : said(subject, reply);
}

function said(subject: string, { statusCode, body }: Reply): string {
  return `${subject} answered ${statusCode}: ${String(body).slice(0, 300)}`;
}
