import pg from 'pg';
import { migrate, migrations } from '../../src/store/migrate.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

let schema: OwnSchema;
beforeEach(async () => {
  schema = await ownSchema({ migrated: false });
});
afterEach(() => schema.drop());

test('a definition of a migration may take longer than any other statement', async () => {
  const { define } = schema.open();
  await define?.('create table slow as select pg_sleep(6)::text as word');
  await define?.('drop table slow');
});

test('a migration that a reader blocks names the reader, and continues when the reader has ended', async () => {
  const database = schema.open();
  for (const statement of migrations[0].statements) await database.define?.(statement);
  const reader = new pg.Client({ connectionString: schema.url, application_name: 'monthly-report' });
  await reader.connect();
  await reader.query('begin');
  await reader.query('select * from deployments');
  const { rows } = await reader.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  const held = await migrate(database).catch((error: unknown) => error as Error);
  await reader.query('rollback');
  await reader.end();
  expect(held).toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(
      new RegExp(`held by another session.*Session ${pid} \\(monthly-report\\) has held it for \\d+ s`),
    ),
  });
  expect(String(held)).toContain(`pg_terminate_backend(${pid})`);
  expect(String(held)).not.toContain('unreachable');
  await migrate(database);
});
