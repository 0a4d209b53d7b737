/**
 * Optimistic concurrency on a database with one connection: a rival commits between the snapshot of a transaction and
 * its COMMIT. Rows that both transactions wrote, or locked with FOR UPDATE, are a conflict. Rows that were only read
 * are no conflict, so write skew is possible.
 */
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { refusal } from './dsql-refusals.ts';
import type { Written } from './dsql-transaction.ts';

/** For each `table key`, the transaction that wrote the row and the transaction that last locked it. */
export type Rows = ReadonlyMap<string, { readonly xmin: string; readonly xmax: string }>;

export async function rowsOf(connection: PGlite | Transaction): Promise<Rows> {
  const { rows: tables } = await connection.query<{ table: string; key: string }>(
    `select relname as table, (select string_agg(format('%I::text', attname), ' || '' '' || ') from pg_attribute
       where attrelid = indrelid and attnum = any(indkey)) as key
     from pg_index join pg_class c on c.oid = indrelid
     where indisprimary and c.relnamespace = 'public'::regnamespace`,
  );
  if (tables.length === 0) return new Map();
  const each = tables.map(
    ({ table, key }) => `select '${table} ' || ${key} as row, xmin::text, xmax::text from "${table}"`,
  );
  const { rows } = await connection.query<{ row: string; xmin: string; xmax: string }>(each.join(' union all '));
  return new Map(rows.map(({ row, xmin, xmax }) => [row, { xmin, xmax }]));
}

/** The keys of the rows that changed between the two states, and of those that were locked in between. */
export function touched(before: Rows, after: Rows): ReadonlySet<string> {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const isTouched = (key: string) => {
    const [was, is] = [before.get(key), after.get(key)];
    return was?.xmin !== is?.xmin || was?.xmax !== is?.xmax;
  };
  return new Set([...keys].filter(isTouched));
}

export function requireApart(own: ReadonlySet<string>, rival: ReadonlySet<string>): void {
  const [both] = [...own].filter((row) => rival.has(row));
  if (both !== undefined) throw conflict();
}

export function conflict(): Error {
  return refusal('40001', 'change conflicts with another transaction, please retry: (OC000)');
}

/**
 * Writes the statements of the snapshot again, after the rival. A statement that now finds other rows than in its
 * snapshot would behave as on no cluster, so the double throws.
 */
export async function writeAgain(transaction: Transaction, written: readonly Written[]): Promise<void> {
  for (const { text, parameters, rows } of written) {
    const { affectedRows = 0 } = await transaction.query(text, parameters);
    if (affectedRows !== rows) throw new Error(`This double cannot play ${text} in the snapshot before its rival.`);
  }
}
