import type { PGlite } from '@electric-sql/pglite';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { missingIn, readColumns, strangerIn } from '../../src/store/expected-tables.ts';
import { migrate, migrations } from '../../src/store/migrate.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';
import { newPglite } from './new-pglite.ts';
import { NOON } from './store-samples.ts';
import { portsOf, tables } from './store-sql.ts';

let client: PGlite;
beforeAll(async () => {
  client = await newPglite();
});
beforeEach(async () => {
  await client.exec('drop schema if exists other cascade; drop schema public cascade; create schema public');
});
afterAll(() => client.close());

const database = () => pgliteDatabase(client);
const ready = () => portsOf(database(), { now: () => NOON }).reachable.check();
const tablesMade = async () => {
  const { rows } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  return rows.map(({ name }) => name);
};

test.each([
  ['services', 'create table services (id serial primary key, name varchar(80) not null)', 'no column spec'],
  [
    'outbox',
    'create table outbox (id bigserial primary key, payload jsonb not null, sent_at timestamptz)',
    'no column',
  ],
  ['locks', 'create table locks (service text primary key, deployment_id uuid, fence bigint not null)', 'is uuid'],
  ['waits', 'create table waits (deployment_id text primary key, token text, shop text not null)', 'value for shop'],
  ['migrations', 'create table migrations (id serial primary key, name text, ran_at timestamp)', 'no column version'],
  ['migrations', 'create table migrations (version bigint primary key)', 'is bigint'],
  ['targets', 'create view targets as select 1 as target', 'no column service'],
  ['freezes', 'create table other_table (id text); create index freezes on other_table (id)', 'no column'],
])('a table %s of somebody else leaves the database unchanged and not ready', async (table, statement, why) => {
  await client.exec(statement);
  const before = await tablesMade();
  const refused = {
    name: 'Broken',
    message: expect.stringMatching(new RegExp(`Table ${table} is not Slipway's: .*${why}.*database or a schema`)),
  };
  await expect(migrate(database())).rejects.toMatchObject(refused);
  expect(await tablesMade()).toEqual(before);
  if (table !== 'migrations') await expect(ready()).rejects.toMatchObject({ name: 'Broken' });
});

test('tables of an older version, of half a migration and of a newer version are Slipway’s', async () => {
  const [first, ...others] = migrations;
  for (const statement of first.statements) await client.exec(statement);
  await expect(ready()).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('run the migrations'),
  });
  await client.exec(others[0]?.statements[0] ?? '');
  await migrate(database());
  await ready();
  await client.exec(
    'alter table deployments add column later text; alter table waits add column more text default $$a$$',
  );
  await migrate(database());
  await ready();
});

test('a table of somebody else in a later schema of the search path does no harm', async () => {
  await client.exec('create schema other; create table other.services (id serial primary key)');
  await client.exec('set search_path = public, other');
  await migrate(database());
  await ready();
  await client.exec('reset search_path');
});

test('a database without any table is not ready, and says to run the migrations', async () => {
  await expect(ready()).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('run the migrations'),
  });
});

test('every column of the schema comes from a known migration', async () => {
  await migrate(database());
  const found = await readColumns(database().orm);
  expect([missingIn(found), strangerIn(found)]).toEqual([null, null]);
  for (const table of tables) {
    for (const column of Object.values(getTableColumns(table))) {
      const name = `${getTableName(table)}.${column.name}`;
      expect(missingIn(found.filter((one) => `${one.table}.${one.column}` !== name))).toBe(name);
    }
  }
});

test('two hundred checks leave a few rows', async () => {
  await migrate(database());
  for (let times = 0; times < 200; times++) await ready();
  const { rows } = await client.query<{ rows: number }>('select count(*)::int as rows from probes');
  expect(rows[0]?.rows).toBeLessThanOrEqual(16);
});
