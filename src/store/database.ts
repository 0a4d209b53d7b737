/** A database as the store uses it, whichever driver is behind: statements, whole transactions, and nothing of the driver. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { SlipwayError } from '../domain/errors.ts';
import { persistently } from '../domain/persistently.ts';
import { systemTime } from '../system.ts';
import { failureOf, isSerialisationFailure } from './failures.ts';

export type Orm = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export interface Database {
  /** For single statements, each a transaction of its own. */
  readonly orm: Orm;
  readonly dialect: 'postgres' | 'dsql';
  /** Runs the work once on one connection, and commits what it wrote, or nothing of it when it throws. */
  transaction<T>(work: (orm: Orm) => Promise<T>): Promise<T>;
  /** Runs one definition under time limits of its own; without it, a definition is a statement like any other. */
  define?(statement: string): Promise<void>;
  close(): Promise<void>;
}

const ATTEMPTS = 8;
const REPEATED = {
  ...{ tries: ATTEMPTS, delayMs: 10, delayMsMax: 250, isWorthAnother: isSerialisationFailure },
  ...systemTime,
};

/** A transaction that is run again, whole, when the database could not put it in order with others. */
export function transact<T>(database: Database, { what, work }: { what: string; work: (orm: Orm) => Promise<T> }) {
  return attempt(what, () => database.transaction(work));
}

/** Runs statements, again when they lost against others, and speaks Slipway's errors. `what`: `read deployment d1`. */
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

/** A statement that is built when a connection first needs it, and kept with that connection: building costs more than running. */
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
