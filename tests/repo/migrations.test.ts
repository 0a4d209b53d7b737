import { migrations } from '../../src/store/migrate.ts';
import { migrationProblems } from './migration-rules.ts';

const statements = migrations.flatMap(({ version, statements }) =>
  statements.map((statement) => [`${version}: ${statement.split('\n')[0]}`, statement] as const),
);

test.each(statements)('%s is accepted by Aurora DSQL, only adds, and can be run again', (_title, statement) => {
  expect(migrationProblems(statement)).toEqual([]);
});

test('migrations are numbered without a gap', () => {
  expect(migrations.map(({ version }) => Number(version.slice(0, 4)))).toEqual(migrations.map((_, index) => index + 1));
});

// tests/contracts/dsql-refusals.test.ts plants the statements that Aurora DSQL refuses anywhere.
test.each([
  ['CREATE TABLE IF NOT EXISTS a (b text REFERENCES c (d))', 'answers 0A000'],
  ["ALTER TABLE a ADD COLUMN IF NOT EXISTS b text DEFAULT 'c'", 'answers 0A000'],
  ['CREATE INDEX ASYNC IF NOT EXISTS a ON b (c)', 'answers 42601'],
  ['CREATE TABLE IF NOT EXISTS a (b text); CREATE TABLE IF NOT EXISTS c (d text)', 'answers 42601'],
  ['CREATE TABLE IF NOT EXISTS a (b timestamptz)', 'timestamptz is not one of'],
  ['CREATE TABLE IF NOT EXISTS a (b varchar(3) NOT NULL)', 'varchar is not one of'],
  ['ALTER TABLE a ADD COLUMN IF NOT EXISTS b numeric', 'numeric is not one of'],
  ['ALTER TABLE IF EXISTS a DROP COLUMN b', 'only to add'],
  ["ALTER TABLE a ALTER COLUMN b SET DEFAULT 'c'", 'only to add'],
  ['ALTER TABLE a ADD COLUMN b text', 'IF NOT EXISTS'],
  ['CREATE TABLE a (b text)', 'IF NOT EXISTS'],
  ['CREATE INDEX a ON b (c)', 'IF NOT EXISTS'],
  ['DROP TABLE IF EXISTS a', 'definitions only'],
  ['GRANT SELECT ON a TO b', 'definitions only'],
  ["INSERT INTO a VALUES ('b')", 'definitions only'],
])('a migration with "%s" is reported', (statement, problem) => {
  expect(migrationProblems(statement).join('; ')).toContain(problem);
});

test('a plain added column is accepted', () => {
  expect(migrationProblems('ALTER TABLE a ADD COLUMN IF NOT EXISTS b bigint')).toEqual([]);
});
