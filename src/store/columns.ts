/** Some of the columns of a table, and the values that go into them. */
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** The columns of a table without some of them. */
export function columnsBut<T extends PgTable, K extends keyof T['_']['columns'] & string>(
  table: T,
  names: readonly K[],
): Omit<T['_']['columns'], K> {
  const kept = Object.entries(getTableColumns(table)).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T['_']['columns'], K>;
}

/** For each column, the value of the same name that the statement is executed with. Drizzle's types know them in some places only. */
export function placeholders<K extends string>(columns: Readonly<Record<K, unknown>>): Record<K, never> {
  const named = Object.keys(columns).map((name) => [name, sql.placeholder(name)]);
  return Object.fromEntries(named);
}
