/**
 * One transaction on the double of Aurora DSQL: its statements, its limits, and the checks of its commit. Rows are
 * counted at each statement; bytes, keys and age are checked at COMMIT, as on a live cluster.
 */
import type { QueryOptions, Results, Transaction } from '@electric-sql/pglite';
import { type DsqlStatement, type IamGrant, readStatement, refusal } from './dsql-refusals.ts';

const ROWS_MAX = 3_000;
const BYTES_MAX = 10 * 1024 * 1024;
const ROW_BYTES_MAX = 2 * 1024 * 1024;
const COLUMN_BYTES_MAX = 1024 * 1024;
const KEY_BYTES_MAX = 1024;
const AGE_MAX_MS = 300_000;

export interface Written {
  readonly text: string;
  readonly parameters: unknown[] | undefined;
  readonly rows: number;
}

export interface PlayedTransaction {
  query(text: string, parameters?: unknown[], options?: QueryOptions): Promise<Results<unknown>>;
  /** Throws the error that COMMIT would give. */
  beforeCommit(): Promise<void>;
  /** The statements of the transaction that changed rows, in order. */
  readonly written: readonly Written[];
}

/** The known keys of tables, until a definition makes them wrong. */
export type Catalogue = Map<string, readonly TableKeys[]>;
interface TableKeys {
  readonly table: string;
  readonly keys: readonly string[][];
}

interface Cluster {
  readonly now: () => number;
  readonly catalogue: Catalogue;
}

export function playedTransaction(transaction: Transaction, { now, catalogue }: Cluster): PlayedTransaction {
  const beganAt = now();
  const written: Written[] = [];
  const tables = new Set<string>();
  let definitions = 0;
  let statements = 0;
  let rows = 0;
  let makesIndex = false;

  async function query(text: string, parameters?: unknown[], options?: QueryOptions): Promise<Results<unknown>> {
    const statement = readStatement(text);
    statements += 1;
    definitions += statement.kind === 'definition' || statement.kind === 'iamGrant' ? 1 : 0;
    if (definitions > 1) throw refusal('0A000', 'multiple ddl statements not supported in a transaction');
    if (definitions === 1 && statements > 1) {
      throw refusal('0A000', 'ddl and dml are not supported in the same transaction');
    }
    if (statement.kind === 'iamGrant') return grantIam(transaction, statement);
    makesIndex ||= statement.makesIndex;
    await requireKeys(transaction, statement);
    const result = await transaction.query(statement.inPostgres, parameters, options);
    if (statement.kind !== 'write') return result;
    rows += result.affectedRows ?? 0;
    if (rows > ROWS_MAX) throw refusal('54000', 'transaction row limit exceeded');
    for (const table of statement.tables) tables.add(table);
    written.push({ text: statement.inPostgres, parameters, rows: result.affectedRows ?? 0 });
    return result;
  }

  async function beforeCommit(): Promise<void> {
    if (now() - beganAt > AGE_MAX_MS) throw refusal('54000', 'transaction age limit of 300s exceeded');
    if (definitions > 0) {
      catalogue.clear();
      if (makesIndex) await requireFewIndexes(transaction);
    }
    if (written.length === 0) return;
    const names = [...tables].sort();
    const found = catalogue.get(names.join()) ?? (await keysOf(transaction, names));
    catalogue.set(names.join(), found);
    await requireWithinSize(transaction, found);
  }

  return { query, beforeCommit, written };
}

async function grantIam(transaction: Transaction, { role, arn }: IamGrant): Promise<Results<unknown>> {
  const { rows } = await transaction.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rows.length === 0) throw refusal('42704', `role "${role}" does not exist`);
  return transaction.query('insert into sys.iam_pg_role_mappings values ($1, $2)', [arn, role]);
}

/** A row can be locked by its whole key, and by no other condition. */
async function requireKeys(transaction: Transaction, { locked }: DsqlStatement): Promise<void> {
  for (const { table, equal } of locked) {
    const { rows } = await transaction.query<{ name: string }>(
      `select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
       where indisprimary and indrelid = to_regclass($1)`,
      [table],
    );
    if (rows.length === 0 || rows.some(({ name }) => !equal.has(name))) {
      throw refusal(
        '0A000',
        'locking clause such as FOR UPDATE can be applied only on tables with equality predicates on the key',
      );
    }
  }
}

interface Size {
  readonly bytes: number;
  readonly row: number;
  readonly column: number;
  readonly key: number;
}

/** Measures the rows that this transaction leaves behind, as text. Rows that it deleted have no size. */
async function requireWithinSize(transaction: Transaction, tables: readonly TableKeys[]): Promise<void> {
  const each = tables.map(({ table, keys }) => {
    const key = keys.map((columns) => columns.map((name) => `coalesce(octet_length("${name}"::text), 0)`).join(' + '));
    return `select coalesce(sum(octet_length(changed::text)), 0)::int as bytes, coalesce(max(octet_length(changed::text)), 0) as row,
      coalesce(max((select max(octet_length(value)) from jsonb_each_text(to_jsonb(changed)))), 0) as column,
      coalesce(max(greatest(${[0, ...key].join(', ')})), 0) as key
    from "${table}" as changed where xmin::text = pg_current_xact_id()::xid::text`;
  });
  const { rows } = await transaction.query<Size>(each.join(' union all '));
  const most = (of: keyof Size) => Math.max(...rows.map((size) => size[of]));
  if (most('key') > KEY_BYTES_MAX) throw refusal('54000', 'key size too large');
  if (most('column') > COLUMN_BYTES_MAX) throw refusal('54000', 'maximum column size exceeded');
  if (most('row') > ROW_BYTES_MAX) throw refusal('54000', 'maximum row size exceeded');
  const bytes = rows.reduce((sum, size) => sum + size.bytes, 0);
  if (bytes > BYTES_MAX) throw refusal('54000', 'transaction size limit 10mb exceeded');
}

/** Reads the columns of each key and index, by table. */
async function keysOf(transaction: Transaction, tables: readonly string[]): Promise<readonly TableKeys[]> {
  const { rows } = await transaction.query<{ table: string; keys: string[][] }>(
    `select relname as table, (select json_agg(array(select attname from pg_attribute where attrelid = indrelid
       and attnum = any(indkey))) from pg_index where indrelid = c.oid) as keys
     from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and relname = any($1)`,
    [tables],
  );
  return rows.map(({ table, keys }) => ({ table, keys: keys ?? [] }));
}

const INDEXES_MAX = 24;

async function requireFewIndexes(transaction: Transaction): Promise<void> {
  const { rows } = await transaction.query(
    `select 1 from pg_index join pg_class c on c.oid = indrelid
     where c.relnamespace = 'public'::regnamespace group by indrelid having count(*) > ${INDEXES_MAX}`,
  );
  if (rows.length > 0) throw refusal('54000', `more than ${INDEXES_MAX} indexes per table are not allowed`);
}
