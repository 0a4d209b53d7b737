import { migrations } from '../../src/store/migrate.ts';

/** What Aurora DSQL refuses, or accepts and does not enforce, and what to write instead. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\breferences\b|\bforeign\s+key\b/, 'no foreign keys: the ledger keeps its rows together in one transaction'],
  [
    /\b(small|big)?serial\b|\b(create|alter)\s+sequence\b|\bgenerated\b|\bnextval\b/,
    'no sequences: ids come from system.ts',
  ],
  [/\btrigger\b|\bfunction\b|\bprocedure\b|\bdo\s+\$|\brule\b/, 'no triggers and no code: rules live in domain'],
  [/\benum\b|\bcreate\s+type\b|\bcreate\s+domain\b/, 'no enums: text, with the words in domain'],
  [/\btemp(orary)?\b|\bunlogged\b/, 'no temporary or unlogged tables'],
  [/\bindex\b[^;]*\bwhere\b/, 'no partial indexes: put the word into the key, as outbox.published does'],
  [/\bindex\b[^;]*\b(asc|desc)\b/, 'no direction in an index: an index is read from both ends'],
  [/\bindex\b[^;]*\busing\b/, 'no index methods but the default'],
  [/\bindex\b[^;]*\([^()]*\(/, 'no indexes on expressions: give the value a column'],
  [/\bconcurrently\b|\basync\b/, 'write a plain CREATE INDEX: migrate() makes it ASYNC where it must be'],
  [/\btruncate\b/, 'no TRUNCATE: delete'],
  [/\bjsonb?\b|\bxml\b|\[\]|\barray\b/, 'no json, xml or arrays: JSON in text, parsed by zod when read'],
  [/^(savepoint|begin|start|commit|rollback|lock|set)\b/, 'no transactions and no locks in a migration'],
  [
    /\b(create|drop|alter)\s+(extension|database|schema|view|materialized|policy|tablespace)\b/,
    'tables and indexes only',
  ],
  [/\binherits\b|\bpartition\b|\bexclude\b|\bdeferrable\b/, 'plain tables only'],
  [/\bcollate\b/, 'the only collation is C'],
  [/\balter\s+table\b(?![^;]*\badd\s+column\b)/, 'ALTER TABLE only to add a column'],
  [/\badd\s+column\b[^;]*\b(not\s+null|default|unique|check)\b/, 'an added column has a type and nothing else'],
  [/\bvacuum\b|\bcluster\b|\breindex\b/, 'no maintenance statements'],
];

const allowedTypes = ['text', 'integer', 'bigint', 'double precision', 'boolean'];

function problemsOf(statement: string): string[] {
  const text = statement.toLowerCase().replace(/\s+/g, ' ').trim();
  const problems = forbidden.filter(([pattern]) => pattern.test(text)).map(([, instead]) => instead);
  if (text.replace(/;\s*$/, '').includes(';'))
    problems.push('one statement each: DSQL takes one definition a transaction');
  if (!/^(create (unique )?index|create table|alter table|drop (table|index))\b/.test(text))
    problems.push('definitions only');
  if (!/\bif (not )?exists\b/.test(text)) problems.push('IF NOT EXISTS, so that half a migration can be run again');
  return [...problems, ...typeProblemsOf(text)];
}

function typeProblemsOf(text: string): string[] {
  const body = /^create table [^(]*\((.*)\)$/.exec(text)?.[1] ?? '';
  const columns = body
    .replace(/primary key \([^)]*\)/g, '')
    .split(',')
    .map((column) => column.trim());
  return columns
    .filter((column) => column !== '')
    .map((column) => column.replace(/^\S+ /, '').replace(/ (not null|primary key|unique)/g, ''))
    .filter((type) => !allowedTypes.includes(type))
    .map((type) => `${type} is not one of ${allowedTypes.join(', ')}`);
}

const statements = migrations.flatMap(({ version, statements }) =>
  statements.map((statement) => [`${version}: ${statement.split('\n')[0]}`, statement] as const),
);

test.each(statements)('%s is within what Aurora DSQL accepts', (_title, statement) => {
  expect(problemsOf(statement)).toEqual([]);
});

test('migrations are numbered without a gap, and each table has at most 24 indexes', () => {
  expect(migrations.map(({ version }) => Number(version.slice(0, 4)))).toEqual(migrations.map((_, index) => index + 1));
  const indexed = statements.map(([, statement]) => / INDEX .* ON (\w+)/.exec(statement)?.[1]).filter(Boolean);
  for (const table of indexed) expect(indexed.filter((other) => other === table).length).toBeLessThanOrEqual(24);
});

test.each([
  ['CREATE TABLE IF NOT EXISTS a (b text REFERENCES c (d))', 'foreign keys'],
  ['CREATE TABLE IF NOT EXISTS a (b text, FOREIGN KEY (b) REFERENCES c (d))', 'foreign keys'],
  ['CREATE TABLE IF NOT EXISTS a (b bigserial PRIMARY KEY)', 'sequences'],
  ['CREATE TABLE IF NOT EXISTS a (b bigint GENERATED ALWAYS AS IDENTITY)', 'sequences'],
  ['CREATE SEQUENCE IF NOT EXISTS a', 'sequences'],
  ['CREATE TRIGGER a BEFORE UPDATE ON b EXECUTE FUNCTION c()', 'triggers'],
  ["CREATE TYPE a AS ENUM ('b')", 'enums'],
  ['CREATE TEMP TABLE IF NOT EXISTS a (b text)', 'temporary'],
  ['CREATE UNLOGGED TABLE IF NOT EXISTS a (b text)', 'temporary'],
  ['CREATE INDEX IF NOT EXISTS a ON b (c) WHERE c IS NULL', 'partial'],
  ['CREATE INDEX IF NOT EXISTS a ON b (c DESC)', 'direction'],
  ['CREATE INDEX IF NOT EXISTS a ON b USING gin (c)', 'methods'],
  ['CREATE INDEX IF NOT EXISTS a ON b (lower(c))', 'expressions'],
  ['CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON b (c)', 'plain CREATE INDEX'],
  ['TRUNCATE a', 'TRUNCATE'],
  ['CREATE TABLE IF NOT EXISTS a (b jsonb)', 'json'],
  ['CREATE TABLE IF NOT EXISTS a (b text[])', 'arrays'],
  ['CREATE TABLE IF NOT EXISTS a (b timestamptz)', 'timestamptz is not one of'],
  ['CREATE TABLE IF NOT EXISTS a (b varchar(3) NOT NULL)', 'varchar(3) is not one of'],
  ['SAVEPOINT a', 'no transactions'],
  ['CREATE EXTENSION IF NOT EXISTS pgcrypto', 'tables and indexes only'],
  ['CREATE TABLE IF NOT EXISTS a (b text COLLATE "C")', 'collation'],
  ['CREATE TABLE IF NOT EXISTS a (b text) PARTITION BY HASH (b)', 'plain tables'],
  ['ALTER TABLE IF EXISTS a DROP COLUMN b', 'only to add'],
  ['ALTER TABLE IF EXISTS a ALTER COLUMN b SET NOT NULL', 'only to add'],
  ['ALTER TABLE a ADD COLUMN IF NOT EXISTS b text NOT NULL', 'nothing else'],
  ["ALTER TABLE a ADD COLUMN IF NOT EXISTS b text DEFAULT 'c'", 'nothing else'],
  ['CREATE TABLE IF NOT EXISTS a (b text); CREATE TABLE IF NOT EXISTS c (d text)', 'one statement'],
  ['CREATE TABLE a (b text)', 'IF NOT EXISTS'],
  ["INSERT INTO a VALUES ('b')", 'definitions only'],
])('a migration with "%s" is found out', (statement, problem) => {
  expect(problemsOf(statement).join('; ')).toContain(problem);
});

test('a plain added column is fine', () => {
  expect(problemsOf('ALTER TABLE a ADD COLUMN IF NOT EXISTS b bigint')).toEqual([]);
});
