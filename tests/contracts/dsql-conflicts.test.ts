import { transact } from '../../src/store/database.ts';
import { aDsql, type Dsql } from './a-dsql.ts';

let dsql: Dsql;
beforeAll(async () => {
  dsql = await aDsql();
});
beforeEach(async () => {
  await dsql.empty();
  await run('CREATE TABLE doctors (name text PRIMARY KEY, is_on_call boolean NOT NULL)');
  await run("INSERT INTO doctors VALUES ('ann', true), ('bob', true)");
});
afterAll(() => dsql.close());

const run = (statement: string) => dsql.database.orm.execute(statement);
const together = (...statements: string[]) =>
  dsql.database.transaction(async (orm) => {
    for (const statement of statements) await orm.execute(statement);
  });
const onCall = async () => {
  const { rows } = await dsql.client.query<{ name: string }>('select name from doctors where is_on_call order by name');
  return rows.map(({ name }) => name).join();
};
const goHome = (name: string) => `UPDATE doctors SET is_on_call = false WHERE name = '${name}'`;
const lock = (name: string) => `SELECT * FROM doctors WHERE name = '${name}' FOR UPDATE`;
const CONFLICT = { code: '40001' };

test('two transactions that write one row: the first commits, the second fails at COMMIT and leaves nothing', async () => {
  dsql.meanwhile(() => run(goHome('ann')));
  await expect(together("INSERT INTO doctors VALUES ('cyd', true)", goHome('ann'))).rejects.toMatchObject(CONFLICT);
  expect(await onCall()).toBe('bob');
});

test.each([
  ['inserted', "INSERT INTO doctors VALUES ('cyd', false)", "INSERT INTO doctors VALUES ('cyd', true)"],
  ['deleted', "DELETE FROM doctors WHERE name = 'ann'", goHome('ann')],
  ['locked first', lock('ann'), goHome('ann')],
])('a row that was %s by one transaction and written by the other is a conflict', async (_how, rival, own) => {
  dsql.meanwhile(() => together(rival));
  await expect(together(own)).rejects.toMatchObject(CONFLICT);
});

test('two transactions that each read what the other writes both commit: a write skew', async () => {
  const count = 'SELECT count(*) FROM doctors WHERE is_on_call';
  dsql.meanwhile(() => together(count, goHome('ann')));
  await together(count, goHome('bob'));
  expect(await onCall()).toBe('');
});

test('FOR UPDATE on a row that is only read prevents write skew', async () => {
  dsql.meanwhile(() => together(lock('bob'), goHome('ann')));
  await expect(together(lock('ann'), goHome('bob'))).rejects.toMatchObject(CONFLICT);
  expect(await onCall()).toBe('bob');
});

test('a transaction that lost is run again, whole, and sees what the other wrote', async () => {
  dsql.meanwhile(() => run(goHome('ann')));
  const seen: number[] = [];
  await transact(dsql.database, {
    what: 'send bob home',
    work: async (orm) => {
      const { rows } = (await orm.execute(lock('ann'))) as unknown as { rows: { is_on_call: boolean }[] };
      seen.push(rows.filter(({ is_on_call }) => is_on_call).length);
      if (rows[0]?.is_on_call) await orm.execute(goHome('bob'));
    },
  });
  expect(seen).toEqual([1, 0]);
  expect(await onCall()).toBe('bob');
});
