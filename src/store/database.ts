/**
 * The database as the store uses it, with any driver: statements and whole transactions. Nothing here depends on the
 * driver.
 */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { SlipwayError } from '../domain/errors.ts';
import { persistently } from '../domain/persistently.ts';
import { systemTime } from '../system.ts';
import { failureOf, isSerialisationFailure } from './failures.ts';

export type Orm = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export interface Database {
  /** For single statements; each is a transaction of its own. */
  readonly orm: Orm;
  readonly dialect: 'postgres' | 'dsql';
  /** Runs the work once, on one connection. Commits everything that it wrote, or nothing when it throws. */
  transaction<T>(work: (orm: Orm) => Promise<T>): Promise<T>;
  /** Runs one definition under its own time limits. When left out, a definition runs like any other statement. */
  define?(statement: string): Promise<void>;
  close(): Promise<void>;
}

const ATTEMPTS = 8;
const REPEATED = {
  ...systemTime,
  tries: ATTEMPTS,
  delayMs: 10,
  delayMsMax: 250,
  isWorthAnother: isSerialisationFailure,
};

/** Runs a transaction, and repeats the whole of it after a serialisation failure. */
export function transact<T>(database: Database, { what, work }: { what: string; work: (orm: Orm) => Promise<T> }) {
  return attempt(what, () => database.transaction(work));
}

/**
 * Runs statements, repeats them after a serialisation failure, and throws Slipway's errors. `what` is for the message,
 * such as `read deployment d1`.
 */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await persistently(REPEATED, work);
  } catch (error) {
    throw isSerialisationFailure(error) ? contended(what, error) : failureOf(what, error);
  }
}

function contended(what: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'Transient',
    `Could not ${what}: ${ATTEMPTS} tries lost against other writers. Try again in a moment.`,
    { cause },
  );
}

/**
 * Builds a statement when a connection first needs it, and keeps it with that connection: building costs more than
 * running.
 */
export function prepared<S>(build: (orm: Orm) => S): (orm: Orm) => S {
  const kept = new WeakMap<Orm, S>();
  return (orm) => {
    const found = kept.get(orm);
    if (found !== undefined) return found;
    const built = build(orm);
    kept.set(orm, built);
    return built;
  };
}
