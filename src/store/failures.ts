/** Translates a driver's errors into Slipway's, only here, so that no other file needs to know an SQLSTATE. */
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';

/** OC000 and OC001 are Aurora DSQL's own codes for 40001. */
const SERIALISATION_FAILURES = ['40001', '40P01', 'OC000', 'OC001'];

/** The server refused the password or the role. */
export const NOT_LET_IN = ['28000', '28P01'];

/** A failure that passes: the same call can succeed later. */
interface Trouble {
  /** Matches an SQLSTATE or the code of a system error. */
  readonly code: RegExp;
  /** Matches a message, when the driver or the server gives no code of its own. */
  readonly says?: RegExp;
  readonly fact: string;
  readonly next: string;
  /** True when another server may now answer under the same address. Then all older connections are closed. */
  readonly mayHaveMoved?: true;
}

const TROUBLES: readonly Trouble[] = [
  {
    code: /^25006$/,
    says: /read-only file system/i,
    fact: 'the database is read-only',
    next: 'The same call works when a new primary answers. If it stays so, name the primary in DATABASE_URL, or switch default_transaction_read_only off.',
    mayHaveMoved: true,
  },
  {
    code: /^53100$/,
    says: /no space left on device|disk quota exceeded/i,
    fact: 'the disk of the database is full',
    next: 'Free space; the same call works then.',
  },
  {
    code: /^(53000|53200)$/,
    fact: 'the database is out of memory',
    next: 'Give it more memory, or fewer sessions; the same call works then.',
  },
  {
    code: /^53[34]00$/,
    fact: 'the database takes no more connections',
    next: 'Close some, or raise its limit; the same call works then.',
  },
  {
    code: /^28(000|P01)$/,
    fact: 'the database does not let Slipway in',
    next: 'A password that was rotated just now, or a role that was made just now, is let in in a moment; if it stays so, correct the user in DATABASE_URL, or the secret.',
  },
  {
    code: /^57P03$/,
    fact: 'the database is starting, stopping or recovering',
    next: 'The same call works when it is up.',
    mayHaveMoved: true,
  },
  {
    code: /^55P03$/,
    fact: 'another session holds a lock in the database',
    next: 'Wait for that session, or end it; the same call works then.',
  },
  {
    code: /^(57014|25P04)$/,
    fact: 'the database took too long',
    next: 'Look at its load and its locks; the same call may work in a moment.',
  },
  {
    code: /^5(80[03]0|3\d\d\d)$/,
    fact: 'the machine of the database fails',
    next: 'Read the log of the server; the same call works when it is mended.',
  },
  {
    code: /^(26000|42P05)$/,
    says: /cached plan must not change result type/,
    fact: 'the connection has lost its prepared statements',
    next: 'The same call works on a new connection. If it stays so, set the pooler in between to its session mode.',
    mayHaveMoved: true,
  },
  {
    code: /^(57P0[125]|25P03|4000[03])$/,
    fact: 'the database ended the session',
    next: 'The same call works on a new connection.',
    mayHaveMoved: true,
  },
  {
    code: /^(08...|ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|EPIPE)$/,
    says: /timeout exceeded when trying to connect|connection terminated|connection timeout|query read timeout|not queryable|cannot use a pool after calling end|PGlite (instance )?is (closed|closing)/i,
    fact: 'the database is unreachable',
    next: 'Check that it runs and that DATABASE_URL names it; the same call works when it is back.',
    mayHaveMoved: true,
  },
];

/** True when the transaction was valid but lost against another one. Then the whole transaction is repeated. */
export function isSerialisationFailure(error: unknown): boolean {
  return hasState(error, SERIALISATION_FAILURES);
}

/** True when the database answered with one of these SQLSTATEs. */
export function hasState(error: unknown, states: readonly string[]): boolean {
  return causesOf(error).some((cause) => states.includes(codeOf(cause)));
}

/** Says which connections to close after an error: none, the one with the error, or all older ones as well. */
export function toDrop(error: unknown): 'none' | 'one' | 'all' {
  const trouble = troubleIn(causesOf(error));
  return trouble === undefined ? 'none' : trouble.mayHaveMoved ? 'all' : 'one';
}

/**
 * Translates an error; `what` was attempted, as in `Could not read deployment d1`. An error from elsewhere stays as it
 * is: a Slipway error that the work threw, or a mistake in a change function.
 */
export function failureOf(what: string, error: unknown): unknown {
  const causes = causesOf(error);
  const own = causes.find((cause): cause is SlipwayError => isSlipwayError(cause));
  if (own) return own;
  const root = causes.at(-1);
  const detail = describe(root);
  const trouble = REFUSED_PARAMETER.test(detail) ? undefined : troubleIn(causes);
  if (trouble !== undefined) {
    const { fact, next } = trouble;
    return new SlipwayError('Transient', `Could not ${what}: ${fact} (${detail}). ${next}`, { cause: error });
  }
  if (!causes.some(isOfDatabase)) return error;
  return new SlipwayError('Broken', `Could not ${what}: ${detail}. ${nextStepFor(codeOf(root), detail)}`, {
    cause: error,
  });
}

/**
 * PgBouncer's message about a parameter in the address. Waiting does not help, although its SQLSTATE is that of a lost
 * connection.
 */
const REFUSED_PARAMETER = /unsupported startup parameter/;

function nextStepFor(code: string, detail: string): string {
  if (code === '42P01') return 'The tables are missing: run the migrations.';
  if (REFUSED_PARAMETER.test(detail)) return 'A pooler refuses it: take it out of DATABASE_URL.';
  return 'Check the database and its credentials, and that the migrations of this version have run.';
}

/** A driver's error has a code, and Drizzle's error has the query. */
function isOfDatabase(error: unknown): boolean {
  return codeOf(error) !== '' || partsOf(error).query !== undefined;
}

function troubleIn(causes: readonly unknown[]): Trouble | undefined {
  return TROUBLES.find(({ code, says }) =>
    causes.some((cause) => code.test(codeOf(cause)) || says?.test(describe(cause))),
  );
}

/** Drizzle wraps the driver's error, and Node wraps the failures of one connect in an AggregateError. */
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

/** Checks the shape and not `instanceof`: errors of Node's own modules may come from another realm. */
function partsOf(error: unknown): { readonly [Part in 'code' | 'message' | 'cause' | 'errors' | 'query']?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
