import { aDsql, type Dsql } from './a-dsql.ts';

let dsql: Dsql;
beforeAll(async () => {
  dsql = await aDsql();
});
beforeEach(async () => {
  // A grant in this schema would keep the role from being dropped.
  await dsql.client.exec('drop schema if exists own cascade');
  await dsql.empty();
  for (const statement of TABLES) await run(statement);
  await dsql.client.exec('create schema own');
});
afterAll(() => dsql.close());

const TABLES = [
  'CREATE TABLE shops (name text PRIMARY KEY, spec text, count bigint)',
  'CREATE TABLE stock (shop text, item text, count bigint, PRIMARY KEY (shop, item))',
  'CREATE ROLE slipway WITH LOGIN',
];
const run = (statement: string) => dsql.database.orm.execute(statement);
/** The SQLSTATE with which a statement is refused; `taken` when the statement is accepted. */
async function stateOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'taken';
  } catch (error) {
    const { cause = error } = error as { cause?: unknown };
    return (cause as { code?: string }).code ?? String(cause);
  }
}
const together = (...statements: string[]) =>
  dsql.database.transaction(async (orm) => {
    for (const statement of statements) await orm.execute(statement);
  });

test.each([
  ...['GRANT USAGE ON SCHEMA public TO slipway', 'grant all on schema "public" to slipway'],
  ...['GRANT CONNECT ON DATABASE postgres TO slipway', 'GRANT SELECT ON pg_catalog.pg_class TO slipway'],
  ...['GRANT SELECT ON sys.iam_pg_role_mappings TO slipway', 'REVOKE CREATE ON SCHEMA public FROM public'],
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO slipway',
  'GRANT EXECUTE ON FUNCTION lower(text) TO slipway',
  'CREATE ROLE root WITH SUPERUSER',
  "CREATE ROLE somebody WITH LOGIN PASSWORD 'a'",
])('a grant or role that belongs to the system is refused: %s', async (statement) => {
  expect(await stateOf(run(statement))).toBe('0A000');
});

test.each([
  ...["ALTER TABLE shops ADD COLUMN b text DEFAULT 'c'", 'ALTER TABLE shops ADD COLUMN IF NOT EXISTS b text NOT NULL'],
  ...['ALTER TABLE shops ADD b text UNIQUE', 'ALTER TABLE shops ADD COLUMN b text CHECK (b > 0::text)'],
  ...['ALTER TABLE shops ALTER COLUMN spec SET NOT NULL', 'ALTER TABLE shops ALTER spec TYPE varchar(10)'],
  ...['alter table shops alter column count set data type numeric', 'ALTER TABLE shops ADD CONSTRAINT c UNIQUE (spec)'],
  ...[
    'ALTER TABLE shops ADD FOREIGN KEY (spec) REFERENCES stock (shop)',
    'ALTER TABLE shops DROP CONSTRAINT shops_pkey',
  ],
  ...['ALTER TABLE shops ADD COLUMN b jsonb', 'ALTER TABLE shops ADD COLUMN b text, ADD COLUMN c text NOT NULL'],
  ...['ALTER TABLE shops ENABLE ROW LEVEL SECURITY', 'ALTER TABLE shops SET TABLESPACE fast'],
])('a table is not changed by %s', async (statement) => {
  expect(await stateOf(run(statement))).toBe('0A000');
});

test.each([
  ...['CREATE TABLE a (b text REFERENCES shops (name))', 'CREATE TABLE a (b text, FOREIGN KEY (b) REFERENCES shops)'],
  ...['CREATE TEMP TABLE a (b text)', 'CREATE UNLOGGED TABLE a (b text)', 'CREATE TABLE a AS SELECT 1'],
  ...['CREATE TABLE a (b bigint GENERATED ALWAYS AS IDENTITY)', 'CREATE TABLE a (b text) PARTITION BY HASH (b)'],
  ...[
    'CREATE TABLE a (LIKE shops)',
    'CREATE TABLE a () INHERITS (shops)',
    'CREATE TABLE a (b text) WITH (fillfactor = 10)',
  ],
  ...[
    'CREATE TABLE a (b text COLLATE "de_DE")',
    'CREATE TABLE a (b text[])',
    'CREATE TABLE a (b jsonb)',
    'CREATE TABLE a (b xml)',
  ],
  ...['CREATE TABLE a (b text, EXCLUDE USING gist (b WITH =))', 'CREATE TABLE a (b text UNIQUE DEFERRABLE)'],
  ...['CREATE INDEX a ON shops (spec)', 'CREATE INDEX async ON shops (spec)', 'CREATE UNIQUE INDEX a ON shops (spec)'],
  ...['CREATE INDEX ASYNC a ON shops (spec) WHERE spec IS NULL', 'CREATE INDEX ASYNC a ON shops (lower(spec))'],
  ...['CREATE INDEX ASYNC a ON shops (spec DESC)', 'CREATE INDEX ASYNC a ON shops USING gin (spec)'],
  ...['CREATE INDEX CONCURRENTLY a ON shops (spec)', 'CREATE INDEX ASYNC a ON shops (spec COLLATE "C")'],
])('a definition that DSQL does not know is refused: %s', async (statement) => {
  expect(await stateOf(run(statement))).toBe('0A000');
});

test.each([
  ...[
    'CREATE SEQUENCE a',
    'CREATE TRIGGER a BEFORE UPDATE ON shops EXECUTE FUNCTION b()',
    "CREATE TYPE a AS ENUM ('b')",
  ],
  ...['CREATE TYPE a AS (b text)', 'CREATE DOMAIN a AS text', 'CREATE EXTENSION pgcrypto', 'CREATE DATABASE a'],
  ...[
    'CREATE MATERIALIZED VIEW a AS SELECT 1',
    "CREATE TABLESPACE a LOCATION '/a'",
    'CREATE RULE a AS ON INSERT TO shops DO NOTHING',
  ],
  ...['CREATE FUNCTION a() RETURNS int LANGUAGE plpgsql AS $$ begin return 1; end $$', 'DO $$ begin end $$'],
  ...[
    'TRUNCATE shops',
    'LOCK TABLE shops',
    'VACUUM shops',
    'CLUSTER shops',
    'REINDEX TABLE shops',
    'LISTEN a',
    'NOTIFY a',
  ],
  ...[
    'SAVEPOINT a',
    'RELEASE a',
    'BEGIN ISOLATION LEVEL SERIALIZABLE',
    'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ],
  ...["SET statement_timeout = '1s'", "SET default_transaction_isolation = 'serializable'", 'ALTER SYSTEM SET a = 1'],
  ...[
    'COPY shops FROM STDIN',
    'MERGE INTO shops USING stock ON true WHEN MATCHED THEN DO NOTHING',
    'DROP SCHEMA public',
  ],
  ...['SELECT 1 INTO a', 'SELECT * FROM shops FOR SHARE', 'SELECT * FROM shops TABLESAMPLE system (1)'],
  ...[
    'SELECT pg_advisory_xact_lock(1)',
    "SELECT * FROM (SELECT nextval('a')) AS b",
    'SELECT 1 UNION SELECT pg_try_advisory_lock(1)::int',
  ],
  ...["SELECT * FROM shops WHERE name = 'a' FOR UPDATE SKIP LOCKED", 'COMMENT ON TABLE shops IS NULL'],
])('a statement that DSQL does not know is refused: %s', async (statement) => {
  expect(await stateOf(run(statement))).toBe('0A000');
});

test.each([
  ['CREATE TABLE a (b bigserial PRIMARY KEY)', '42704'],
  ["AWS IAM GRANT nobody TO 'arn:aws:iam::1:role/a'", '42704'],
  ['AWS IAM GRANT slipway', '42601'],
  ['SELEKT 1', '42601'],
  ['SELECT 1; SELECT 2', '42601'],
  [`CREATE TABLE a (${Array.from({ length: 256 }, (_, at) => `c${at} text`).join()})`, '54011'],
  [
    `CREATE TABLE a (${'abcdefghi'
      .split('')
      .map((c) => `${c} text`)
      .join()}, PRIMARY KEY (${'abcdefghi'.split('').join()}))`,
    '54011',
  ],
])('%.60s is refused with %s', async (statement, state) => {
  expect(await stateOf(run(statement))).toBe(state);
});

test.each([
  ...[
    'GRANT USAGE ON SCHEMA own TO slipway',
    'GRANT SELECT, INSERT ON shops TO slipway',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO slipway',
  ],
  ...[
    "AWS IAM GRANT slipway TO 'arn:aws:iam::1:role/a'",
    'ALTER TABLE shops ADD COLUMN IF NOT EXISTS b text',
    'ALTER TABLE shops DROP COLUMN spec',
  ],
  ...["ALTER TABLE shops ALTER spec SET DEFAULT 'b'", 'CREATE INDEX ASYNC IF NOT EXISTS a ON shops (spec, count)'],
  ...[
    "CREATE TABLE a (b text PRIMARY KEY DEFAULT 'c', d bigint NOT NULL CHECK (d > 0), UNIQUE (d))",
    'DROP TABLE IF EXISTS stock',
  ],
  ...[
    "INSERT INTO shops VALUES ('TRUNCATE a', 'FOR SHARE') ON CONFLICT DO NOTHING",
    'WITH gone AS (DELETE FROM shops RETURNING name) SELECT * FROM gone',
  ],
  ...[
    "SELECT * FROM stock WHERE shop = 'a' AND item = 'b' FOR UPDATE",
    "SELECT name, 'CREATE INDEX a' FROM shops ORDER BY name DESC",
  ],
])('a statement that DSQL accepts is accepted: %s', async (statement) => {
  expect(await stateOf(run(statement))).toBe('taken');
});

test.each(["name > 'a'", "name = 'a' OR count = 1", "spec = 'a'", "lower(name) = 'a'", 'name = spec', 'true'])(
  'a row is locked by equality with its whole key, and not where %s',
  async (where) => {
    expect(await stateOf(run(`SELECT * FROM shops WHERE ${where} FOR UPDATE`))).toBe('0A000');
    expect(await stateOf(run("SELECT * FROM stock WHERE shop = 'a' FOR UPDATE"))).toBe('0A000');
  },
);

test.each([
  [['CREATE TABLE a (b text)', 'CREATE TABLE c (d text)']],
  [['CREATE TABLE a (b text)', 'CREATE INDEX ASYNC c ON a (b)']],
  [["INSERT INTO shops VALUES ('a')", 'CREATE TABLE a (b text)']],
  [['CREATE TABLE a (b text)', "INSERT INTO shops VALUES ('a')"]],
  [['GRANT SELECT ON shops TO slipway', 'GRANT SELECT ON stock TO slipway']],
])('a definition is alone in its transaction, and %j leaves nothing', async (statements) => {
  expect(await stateOf(together(...statements))).toBe('0A000');
  const { rows } = await dsql.client.query(
    "select 1 from pg_tables where tablename in ('a', 'c') union select 1 from shops",
  );
  expect(rows).toEqual([]);
});

const rowsInto = (count: number) => `INSERT INTO shops SELECT 'n' || g FROM generate_series(1, ${count}) AS g`;

test('a transaction changes at most 3,000 rows, by whatever statements', async () => {
  expect(await stateOf(run(rowsInto(3_000)))).toBe('taken');
  expect(await stateOf(run('UPDATE shops SET count = 1'))).toBe('taken');
  expect(await stateOf(together('UPDATE shops SET count = 2', "INSERT INTO shops VALUES ('one more')"))).toBe('54000');
  expect(await stateOf(run('DELETE FROM shops'))).toBe('taken');
  expect(await stateOf(run(rowsInto(3_001)))).toBe('54000');
});

test('a transaction writes at most 10 MiB, a row 2 MiB, a column 1 MiB and a key 1 KiB', async () => {
  const shop = (name: string, bytes: number) => `INSERT INTO shops VALUES ('${name}', repeat('x', ${bytes}))`;
  const MiB = 1024 * 1024;
  expect(await stateOf(run(shop('a', MiB)))).toBe('taken');
  expect(await stateOf(run(shop('b', MiB + 1)))).toBe('54000');
  expect(await stateOf(run(shop('k'.repeat(1_025), 1)))).toBe('54000');
  const many = (count: number) => Array.from({ length: count }, (_, at) => shop(`m${count}-${at}`, MiB - 100));
  expect(await stateOf(together(...many(9)))).toBe('taken');
  expect(await stateOf(together(...many(11)))).toBe('54000');
});

test('a transaction that is older than 300 seconds does not commit', async () => {
  const aged = (ms: number) =>
    dsql.database.transaction(async (orm) => {
      await orm.execute("INSERT INTO shops VALUES ('a') ON CONFLICT DO NOTHING");
      dsql.pass(ms);
    });
  expect(await stateOf(aged(300_000))).toBe('taken');
  expect(await stateOf(aged(300_001))).toBe('54000');
});

test('a table has at most 24 indexes, its key among them', async () => {
  const indexes = Array.from({ length: 24 }, (_, at) => `CREATE INDEX ASYNC i${at} ON shops (spec)`);
  const states = [];
  for (const index of indexes) states.push(await stateOf(run(index)));
  expect(states).toEqual([...Array(23).fill('taken'), '54000']);
});
