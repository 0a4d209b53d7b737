/**
 * The tables that the migrations define, and a check that the tables of a database belong to Slipway. The check is
 * needed because `CREATE TABLE IF NOT EXISTS` accepts a table of the same name from another owner.
 */
import { and, eq, sql } from 'drizzle-orm';
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { type Orm, prepared } from './database.ts';
import { migrations } from './migrations/all.ts';

export interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

export interface FoundColumn extends Column {
  /** True when the database refuses a row without a value for the column. */
  readonly isRequired: boolean;
  /**
   * True when the table is in the schema in which new tables are made, and not in a later schema of the search path.
   */
  readonly isHere: boolean;
}

const TYPE = '(text|integer|bigint|double precision|boolean)';

/** The columns that a table had from the beginning. `added` has the columns that came later. */
const begun: readonly Column[] = [
  ...statements().flatMap(columnsOfTable),
  { table: 'migrations', column: 'version', type: 'text' },
];
const added: readonly Column[] = statements().flatMap(columnAdded);
const names = [...new Set(begun.map(({ table }) => table))];

function statements(): readonly string[] {
  return migrations.flatMap((migration) => migration.statements);
}

function columnsOfTable(statement: string): Column[] {
  const table = /^CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1];
  if (table === undefined) return [];
  const lines = statement.matchAll(new RegExp(`^\\s+(\\w+) ${TYPE}\\b`, 'gm'));
  return Array.from(lines, ([, column = '', type = '']) => ({ table, column, type }));
}

function columnAdded(statement: string): Column[] {
  const adds = new RegExp(`^ALTER TABLE (\\w+) ADD COLUMN IF NOT EXISTS (\\w+) ${TYPE}$`).exec(statement);
  const [, table = '', column = '', type = ''] = adds ?? [];
  return adds === null ? [] : [{ table, column, type }];
}

/**
 * Returns, as a sentence, what shows that a table belongs to another owner; null when none does. Tables of an older or
 * newer Slipway belong to Slipway.
 */
export function strangerIn(found: readonly FoundColumn[]): string | null {
  for (const table of names) {
    const columns = found.filter((one) => one.table === table);
    const problem = columns.length === 0 ? null : problemWith(table, columns);
    if (problem !== null) return `Table ${table} is not Slipway's: ${problem}.`;
  }
  return null;
}

function problemWith(table: string, columns: readonly FoundColumn[]): string | null {
  const byName = new Map(columns.map((one) => [one.column, one]));
  const ours = [...begun, ...added].filter((one) => one.table === table);
  const missing = begun.find((one) => one.table === table && !byName.has(one.column));
  if (missing) return `it has no column ${missing.column}`;
  const other = ours.find(({ column, type }) => byName.has(column) && byName.get(column)?.type !== type);
  if (other) return `its column ${other.column} is ${byName.get(other.column)?.type}, and not ${other.type}`;
  const strange = columns.find(({ column, isRequired }) => isRequired && !ours.some((one) => one.column === column));
  return strange ? `it wants a value for ${strange.column}, which Slipway does not have` : null;
}

/**
 * Returns the first missing table or column of this version; null when none is missing. Skips the table of migrations,
 * because the functions cannot read it.
 */
export function missingIn(found: readonly Column[]): string | null {
  const known = new Set(found.map(({ table, column }) => `${table}.${column}`));
  const missing = [...begun, ...added].find(
    ({ table, column }) => table !== 'migrations' && !known.has(`${table}.${column}`),
  );
  return missing === undefined ? null : `${missing.table}.${missing.column}`;
}

export function readColumns(orm: Orm): Promise<FoundColumn[]> {
  return selectColumns(orm).execute({ names });
}

const relations = pgTable('pg_class', { id: text('oid'), name: text('relname'), schema: text('relnamespace') });
const attributes = pgTable('pg_attribute', {
  relation: text('attrelid'),
  name: text('attname'),
  number: integer('attnum'),
  isDropped: boolean('attisdropped'),
});

const selectColumns = prepared(
  (orm) =>
    orm
      .select({
        table: relations.name,
        column: attributes.name,
        type: sql<string>`format_type(atttypid, atttypmod)`.mapWith(attributes.name),
        isRequired: sql<boolean>`attnotnull and not atthasdef and attidentity = ''`.mapWith(attributes.isDropped),
        isHere:
          sql<boolean>`${relations.schema} = (select oid from pg_namespace where nspname = current_schema())`.mapWith(
            attributes.isDropped,
          ),
      })
      .from(attributes)
      .innerJoin(relations, eq(relations.id, attributes.relation))
      .where(
        and(
          sql`${relations.name} = any(${sql.placeholder('names')}::text[])`,
          sql`pg_table_is_visible(${relations.id})`,
          sql`${attributes.number} > 0`,
          eq(attributes.isDropped, false),
        ),
      )
      .prepare('columns_read') as unknown as { execute(values: { names: readonly string[] }): Promise<FoundColumn[]> },
);
