/** What a driver throws, in Slipway's errors: said once, here, so that nobody above knows an SQLSTATE. */
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';

const SERIALISATION_FAILURES = ['40001', '40P01'];
/** Connection exceptions are class 08; these come besides: shutdown, crash, starting up, too many connections or too fast, timeouts. */
const PASSING_STATES = ['57P01', '57P02', '57P03', '53300', '53400', '57014', '25P03', '55P03'];
const PASSING_SYSTEM_ERRORS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
];
/** pg and PGlite give these no code. */
const PASSING_MESSAGES =
  /timeout exceeded when trying to connect|connection terminated|connection timeout|query read timeout|not queryable|cannot use a pool after calling end|PGlite (instance )?is (closed|closing)/i;

/** The transaction was fine, and lost against another one: running it again is the answer. */
export function isSerialisationFailure(error: unknown): boolean {
  return hasState(error, SERIALISATION_FAILURES);
}

/** True when the database answered with one of these SQLSTATEs. */
export function hasState(error: unknown, states: readonly string[]): boolean {
  return causesOf(error).some((cause) => states.includes(codeOf(cause)));
}

/**
 * `what` was attempted, as in `Could not read deployment d1`. What did not come from the database stays as it is: a
 * Slipway error that the work itself threw, or a mistake in a change function.
 */
export function failureOf(what: string, error: unknown): unknown {
  const causes = causesOf(error);
  const own = causes.find((cause): cause is SlipwayError => isSlipwayError(cause));
  if (own) return own;
  const root = causes.at(-1);
  const detail = describe(root);
  if (causes.some(isPassing)) {
    return new SlipwayError(
      'Transient',
      `Could not ${what}: the database is unreachable (${detail}). Check that it runs and that DATABASE_URL names it; the same call works when it is back.`,
      { cause: error },
    );
  }
  if (!causes.some(isOfDatabase)) return error;
  const nextStep =
    codeOf(root) === '42P01'
      ? 'The tables are missing: run the migrations.'
      : 'Check the database and its credentials, and that the migrations of this version have run.';
  return new SlipwayError('Broken', `Could not ${what}: ${detail}. ${nextStep}`, { cause: error });
}

/** A driver's error has a code, and Drizzle's has the query. */
function isOfDatabase(error: unknown): boolean {
  return codeOf(error) !== '' || partsOf(error).query !== undefined;
}

function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  if (code.startsWith('08') || PASSING_STATES.includes(code) || PASSING_SYSTEM_ERRORS.includes(code)) return true;
  return PASSING_MESSAGES.test(describe(error));
}

/** Drizzle wraps what the driver threw, and Node wraps the failures of one connect in an AggregateError. */
function causesOf(error: unknown): unknown[] {
  const { errors, cause } = partsOf(error);
  const inner = isSlipwayError(error) ? undefined : Array.isArray(errors) ? errors.at(-1) : cause;
  return inner === undefined ? [error] : [error, ...causesOf(inner)];
}

function codeOf(error: unknown): string {
  const { code } = partsOf(error);
  return typeof code === 'string' ? code : '';
}

function describe(error: unknown): string {
  const { message } = partsOf(error);
  return (typeof message === 'string' && message) || codeOf(error) || String(error);
}

/** By shape and not by `instanceof`: what Node's own modules throw may come from another realm. */
function partsOf(error: unknown): { readonly [Part in 'code' | 'message' | 'cause' | 'errors' | 'query']?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
