/**
 * The store's database inside the process: PGlite, in memory or in a directory. Only one process at a time may open a
 * directory.
 */
import { PGlite, type QueryOptions, type Transaction } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database, Orm } from './database.ts';

/** Without a directory, all data is lost at close. Resolves when the database answers. */
export async function openPglite(dataDir?: string): Promise<Database> {
  return pgliteDatabase(await PGlite.create(dataDir === undefined ? {} : { dataDir }));
}

export function pgliteDatabase(client: PGlite): Database {
  return {
    orm: ormOn(client),
    dialect: 'postgres',
    transaction: (work) => client.transaction((transaction) => work(ormOn(transaction))),
    close: () => client.close(),
  };
}

/**
 * Drizzle gives each query parsers for dates, which cost PGlite a quarter of a short query's time. No table here has
 * dates.
 */
function ormOn(client: PGlite | Transaction): Orm {
  const lean = {
    query: (...[text, parameters, { rowMode } = {}]: [string, unknown[]?, QueryOptions?]) =>
      client.query(text, parameters, rowMode === undefined ? {} : { rowMode }),
  };
  return drizzle({ client: lean as PGlite }) as unknown as Orm;
}
