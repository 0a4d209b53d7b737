import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { storeContract } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from './store-samples.ts';
import { emptied, portsOf, tables } from './store-sql.ts';

let database: Database;
beforeAll(async () => {
  database = await openPglite();
  await Promise.all([migrate(database), migrate(database)]);
  await migrate(database);
});
afterAll(() => database.close());

storeContract({ name: 'PGlite', empty: async (clock) => portsOf(await emptied(database), clock) });

test('the migrations make the tables that the schema describes, column by column', async () => {
  const rows = (await database.orm.execute(
    sql`select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public'`,
  )) as unknown as { rows: { table_name: string; column_name: string; data_type: string; is_nullable: string }[] };
  const made = rows.rows
    .filter(({ table_name }) => table_name !== 'migrations')
    .map(
      (row) => `${row.table_name}.${row.column_name} ${row.data_type}${row.is_nullable === 'NO' ? ' not null' : ''}`,
    );
  const described = tables.flatMap((table) =>
    Object.values(getTableColumns(table)).map(
      (column) =>
        `${getTableName(table)}.${column.name} ${column.getSQLType()}${column.notNull || column.primary ? ' not null' : ''}`,
    ),
  );
  expect(made.sort()).toEqual(described.sort());
});

test('an alarm is looked up in exactly one statement', async () => {
  const { client } = (
    database.orm._ as unknown as { session: { client: Record<'query', (...given: unknown[]) => unknown> } }
  ).session;
  const original = client.query;
  const statements: unknown[] = [];
  client.query = (...given) => {
    statements.push(given[0]);
    return original.apply(client, given);
  };
  await portsOf(database, { now: () => NOON }).deployments.findByAlarm({ alarm: 'checkout-errors', now: NOON });
  client.query = original;
  expect(statements).toHaveLength(1);
});

test('a deployment that an earlier version stored gets its target at the next migration', async () => {
  const { deployments, services } = portsOf(await emptied(database), { now: () => NOON });
  const { target } = sampleSpec('checkout');
  for (const name of ['checkout', 'shop']) await services.write({ spec: sampleSpec(name), by: 'ada', at: NOON });
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  await deployments.open({
    deployment: sampleDeployment('d-2', { service: 'shop' }),
    entries: [sampleEntry('DeploymentOpened')],
  });
  await database.orm.execute(sql`update deployments set target = null`);
  await database.orm.execute(sql`delete from targets`);
  await database.orm.execute(sql`delete from locks where service like 'lambda %'`);
  const ids = async (key: string) =>
    (await deployments.history({ target: key, limit: 5 })).map(({ deployment }) => deployment.id);
  expect(await ids('lambda checkout:live')).toEqual([]);

  await migrate(database);

  expect([await ids('lambda checkout:live'), await ids('lambda shop:live')]).toEqual([['d-1'], ['d-2']]);
  const taken = services.write({ spec: sampleSpec('basket', { target }), by: 'ada', at: NOON });
  await expect(taken).rejects.toMatchObject({ name: 'Conflict', details: { service: 'checkout' } });
  // The earlier version of Slipway has taken only the lock of the service. This lock still refuses other deployments.
  const second = await deployments.open({ deployment: sampleDeployment('d-3'), entries: [] });
  expect(second).toMatchObject({ opened: false, inFlight: { id: 'd-1' } });
});

test('a token that an earlier version left with an ended deployment is deleted', async () => {
  const { deployments, upkeep } = portsOf(await emptied(database), { now: () => NOON });
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  await deployments.open({
    deployment: sampleDeployment('d-2', { service: 'shop' }),
    entries: [sampleEntry('DeploymentOpened')],
  });
  await database.orm.execute(sql`update deployments set status = 'superseded' where id = 'd-1'`);
  await database.orm.execute(sql`insert into waits values ('d-1', 'left'), ('d-2', 'held'), ('d-0', 'lost')`);
  expect(await upkeep.forget({ kind: 'waits', before: NOON, limit: 10 })).toBe(2);
  expect((await deployments.read('d-2')).waitToken).toBe('held');
});

test('a document that cannot be read is Broken, and says which text it was', async () => {
  const { deployments } = portsOf(await emptied(database), { now: () => NOON });
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  await database.orm.execute(sql`update deployments set progress = '{"stepIndex":"one"}'`);
  const broken = { name: 'Broken', message: expect.stringContaining('{"stepIndex":"one"}') };
  await expect(deployments.read('d-1')).rejects.toMatchObject(broken);
});

test('a database without its tables is Broken, and says to run the migrations', async () => {
  await database.orm.execute(sql`alter table waits rename to waits_away`);
  const { deployments } = portsOf(database, { now: () => NOON });
  const failure = deployments.read('d-1').catch((error: unknown) => error);
  expect(await failure).toMatchObject({ name: 'Broken', message: expect.stringContaining('run the migrations') });
  await database.orm.execute(sql`alter table waits_away rename to waits`);
});
