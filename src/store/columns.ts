/** Selects columns of a table, and makes the placeholders for their values. */
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** Returns the columns of a table without the named ones. */
export function columnsBut<T extends PgTable, K extends keyof T['_']['columns'] & string>(
  table: T,
  names: readonly K[],
): Omit<T['_']['columns'], K> {
  const kept = Object.entries(getTableColumns(table)).filter(([name]) => !(names as readonly string[]).includes(name));
  return Object.fromEntries(kept) as Omit<T['_']['columns'], K>;
}

/**
 * Returns a placeholder for each column: the statement gets the value under the column's name. The type is `never`,
 * because Drizzle's types accept placeholders only in some places.
 */
export function placeholders<K extends string>(columns: Readonly<Record<K, unknown>>): Record<K, never> {
  const named = Object.keys(columns).map((name) => [name, sql.placeholder(name)]);
  return Object.fromEntries(named);
}
