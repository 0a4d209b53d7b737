import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { Database, Orm } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';
import { type BundledStore, bundledStore } from './bundled-store.ts';
import { newPglite } from './new-pglite.ts';
import { storeContract } from './store-contract.ts';
import { NOON, sampleSpec } from './store-samples.ts';
import { emptied } from './store-sql.ts';

let store: BundledStore;
let client: PGlite;
beforeAll(async () => {
  store = await bundledStore();
  client = await newPglite();
  await migrate(pgliteDatabase(client));
});
afterAll(() => client.close());

/** PGlite behind the function that the bundle calls in pg. */
function rawDatabase(): Database {
  const raw = (connection: PGlite | Transaction) =>
    ({
      query: ({ text, rowMode }: { text: string; rowMode?: 'array' }, values: unknown[]) =>
        connection.query(text, values, rowMode === undefined ? {} : { rowMode }),
    }) as unknown as Orm;
  return {
    orm: raw(client),
    dialect: 'postgres',
    transaction: (work) => client.transaction((transaction) => work(raw(transaction))),
    close: () => client.close(),
  };
}

storeContract({
  name: 'PGlite, bundled',
  empty: async (clock) => {
    await emptied(pgliteDatabase(client));
    return store.portsOf(rawDatabase(), clock);
  },
});

// A statement outside of `prepared(...)` brings Drizzle back into every function that reaches the statement: 70 KB.
test('the bundle of a store has no part of Drizzle', () => {
  expect(store.packages).toContain('pg');
  expect(store.packages).not.toContain('drizzle-orm');
});

test('a value that the tables refuse is Broken, as it is with Drizzle', async () => {
  const { services } = store.portsOf(rawDatabase(), { now: () => NOON });
  const spec = { ...sampleSpec('checkout'), alarms: [undefined as never] };
  await expect(services.write({ spec, by: 'ada', at: NOON })).rejects.toMatchObject({ name: 'Broken' });
});
