/** The store's database inside the process: PGlite, in memory or in a directory. One process at a time may open a directory. */
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Database, Orm } from './database.ts';

/** Without a directory, everything is forgotten at close. Resolves when the database answers. */
export async function openPglite(dataDir?: string): Promise<Database> {
  const client = await PGlite.create(dataDir === undefined ? {} : { dataDir });
  const database = drizzle({ client });
  return {
    orm: database as unknown as Orm,
    dialect: 'postgres',
    transaction: (work) => database.transaction((transaction) => work(transaction as unknown as Orm)),
    close: () => client.close(),
  };
}
