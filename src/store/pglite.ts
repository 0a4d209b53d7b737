/**
 * The store's database inside the process: PGlite, in memory or in a directory. Only one process at a time may open a
 * directory.
 */
import { PGlite, type QueryOptions, type Transaction } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database, Orm } from './database.ts';

/** The default of 128 MB costs 160 MB of this process at once, and a ledger is a few MB. */
const SHARED_BUFFERS = '8MB';

/** Without a directory, all data is lost at close. Resolves when the database answers. */
export async function openPglite(dataDir?: string, limits?: PgliteLimits): Promise<Database> {
  const startParams = [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`];
  const where = dataDir === undefined ? {} : { dataDir };
  return pgliteDatabase(await PGlite.create({ ...where, startParams }), limits);
}

export interface PgliteLimits {
  /** Asked before each statement that may write. */
  readonly isFull: () => boolean;
}

export function pgliteDatabase(client: PGlite, limits: PgliteLimits = { isFull: () => false }): Database {
  return {
    orm: ormOn(client, limits),
    dialect: 'postgres',
    transaction: (work) => client.transaction((transaction) => work(ormOn(transaction, limits))),
    close: () => client.close(),
  };
}

/**
 * Drizzle gives each query parsers for dates, which cost PGlite a quarter of a short query's time. No table here has
 * dates.
 */
function ormOn(client: PGlite | Transaction, { isFull }: PgliteLimits): Orm {
  const lean = {
    query: async (...[text, parameters, { rowMode } = {}]: [string, unknown[]?, QueryOptions?]) => {
      if (isFull() && !READS.test(text)) throw diskFull();
      return client.query(text, parameters, rowMode === undefined ? {} : { rowMode });
    },
  };
  return drizzle({ client: lean as PGlite }) as unknown as Orm;
}

const READS = /^\s*select\b(?!.*\bfor\s+(update|share)\b)/is;

/** As PostgreSQL says it. PGlite itself ends when its disk fills up during a write, so it never comes that far. */
function diskFull(): Error {
  return Object.assign(new Error('could not extend the database: No space left on device'), { code: '53100' });
}
