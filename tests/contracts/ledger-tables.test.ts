import { getTableName } from 'drizzle-orm';
import { ledgerTables } from '../../src/store/ledger-tables.ts';
import { openPglite } from '../../src/store/pglite.ts';
import { aDsql, type Dsql } from './a-dsql.ts';
import { tables } from './store-sql.ts';

const quick = { tries: 3, everyMs: 1 };
const arnOf = (name: string) => `arn:aws:iam::111122223333:role/slipway-dev-${name}-eu-west-1-lambdaRole`;
const readers = [arnOf('readDeployment'), arnOf('listDeployments')];
const names = tables.map(getTableName).sort();

let dsql: Dsql;
beforeAll(async () => {
  dsql = await aDsql();
});
beforeEach(() => dsql.empty());
afterAll(() => dsql.close());

const prepare = (roleArns = readers) => ledgerTables(dsql.database, quick).prepare(roleArns);
const tablesMade = async () => {
  const { rows } = await dsql.client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public'",
  );
  return rows.map(({ tablename }) => tablename).sort();
};
const admitted = async () => {
  const { rows } = await dsql.client.query<{ arn: string }>('select arn from sys.iam_pg_role_mappings');
  return rows.map(({ arn }) => arn).sort();
};
/** Runs a statement as one of the functions does. */
async function asSlipway(statement: string): Promise<string> {
  await dsql.client.exec('set role slipway');
  try {
    await dsql.client.query(statement);
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await dsql.client.exec('reset role');
  }
}
const REFUSED = '42501';

test('a new cluster gets the tables, the role, and a grant for everyone who may take the role', async () => {
  await prepare();
  expect(await tablesMade()).toEqual([...names, 'migrations'].sort());
  expect(await admitted()).toEqual([...readers].sort());
});

test('the role reads and writes every table, and defines none', async () => {
  await prepare();
  for (const name of names) expect(`${name} ${await asSlipway(`select * from ${name}`)}`).toBe(`${name} done`);
  expect(await asSlipway("insert into waits values ('d1', 'token')")).toBe('done');
  expect(await asSlipway("update waits set token = 'other'")).toBe('done');
  expect(await asSlipway('delete from waits')).toBe('done');
  expect(await asSlipway('create table more (id text)')).toBe(REFUSED);
  expect(await asSlipway('drop table waits')).toBe(REFUSED);
  expect(await asSlipway('select * from migrations')).toBe(REFUSED);
});

test('no function can change or delete an entry of the timeline', async () => {
  await prepare();
  expect(await asSlipway("insert into timeline values ('d1', 1, 0, 'DeploymentOpened', 'ann', 'because', '{}')")).toBe(
    'done',
  );
  expect(await asSlipway("update timeline set by = 'bob'")).toBe(REFUSED);
  expect(await asSlipway('delete from timeline')).toBe(REFUSED);
});

test('a second installation creates nothing again, and grants the role to a new function', async () => {
  await prepare();
  dsql.statements.length = 0;
  await prepare([...readers, arnOf('followPipeline')]);
  expect(await admitted()).toEqual([...readers, arnOf('followPipeline')].sort());
  expect(dsql.statements.filter((text) => /^(CREATE|AWS)/.test(text))).toEqual([
    `AWS IAM GRANT slipway TO '${arnOf('followPipeline')}'`,
  ]);
});

const ALL = [[...names, 'migrations'].sort(), [...readers].sort()];
const once = () => ledgerTables(dsql.database, { tries: 1, everyMs: 0 }).prepare(readers);

/**
 * The faults that hit one statement after the other: a broken connection, a refusal, and a catalogue that another
 * session changed.
 */
const FAULTS = [
  { state: '08006', ends: 'Transient' },
  { state: '0A000', ends: 'Broken' },
  { state: '40001', ends: 'in success' },
];

/** The places of the first and the last statement of each kind. The first two words of a statement are its kind. */
function firstAndLast(statements: readonly string[]): number[] {
  const kinds = statements.map((text) => text.split(/\s+/).slice(0, 2).join(' '));
  return [...kinds.keys()].filter((at) =>
    [kinds.indexOf(kinds[at] ?? ''), kinds.lastIndexOf(kinds[at] ?? '')].includes(at),
  );
}

test('an installation that fails at any kind of statement is completed by the next installation', async () => {
  await prepare();
  const places = firstAndLast(dsql.statements);
  expect(places.length).toBeGreaterThan(12);
  for (const [index, done] of places.entries()) {
    const { state, ends } = FAULTS[index % FAULTS.length] ?? { state: '', ends: '' };
    await dsql.empty();
    dsql.fail({ after: done, times: 1, state });
    const ended = await once().then(
      () => 'in success',
      ({ name }) => name,
    );
    expect({ done, state, ended }).toEqual({ done, state, ended: ends });
    if (ended !== 'in success') await prepare();
    expect([await tablesMade(), await admitted()]).toEqual(ALL);
  }
});

test('an installation grants nothing on objects of the system', async () => {
  await prepare();
  expect(dsql.statements.filter((text) => /\bON (SCHEMA|DATABASE)\b/i.test(text))).toEqual([]);
});

test('two installations at once create everything together', async () => {
  await Promise.all([prepare(), prepare()]);
  expect([await tablesMade(), await admitted()]).toEqual([[...names, 'migrations'].sort(), [...readers].sort()]);
});

test('a role whose permission is not known yet is waited for, for a bounded time', async () => {
  dsql.fail({ after: 0, times: 2, state: '28000' });
  await prepare();
  expect(await admitted()).toHaveLength(2);

  dsql.fail({ after: 0, times: Infinity, state: '28000' });
  await expect(prepare()).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('unable to accept'),
  });
});

test('an error that a wait cannot repair is reported at once', async () => {
  dsql.fail({ after: 0, times: 1, state: '42501' });
  await expect(prepare()).rejects.toMatchObject({ name: 'Broken' });
  expect(dsql.statements).toEqual([]);
});

test.each(["arn:aws:iam::111122223333:role/a'; drop table deployments; --", 'arn:aws:iam::111122223333:user/ann', ''])(
  '%j is no role, and no statement is run',
  async (arn) => {
    await expect(prepare([readers[0] ?? '', arn])).rejects.toMatchObject({ name: 'InvalidRequest' });
    expect(dsql.statements).toEqual([]);
  },
);

test("a PostgreSQL server of the team's own gets the tables, and no role and no grants", async () => {
  const database = await openPglite();
  await ledgerTables(database, quick).prepare(readers);
  await ledgerTables(database, quick).prepare(readers);
  const { rows } = (await database.orm.execute(
    "select rolname from pg_roles where rolname = 'slipway'",
  )) as unknown as { rows: unknown[] };
  await database.close();
  expect(rows).toEqual([]);
});
