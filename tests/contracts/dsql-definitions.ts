/**
 * Says what Aurora DSQL refuses in the definition of a table or an index, by its syntax tree. It is stricter than the
 * documents when they differ.
 */
import type { ColumnDef, Constraint, CreateStmt, IndexStmt, Node } from 'libpg-query';

const COLUMNS_MAX = 255;
const KEY_COLUMNS_MAX = 8;

/**
 * The types that a column may have, as PostgreSQL's parser names them. JSON, arrays and types of extensions are not
 * allowed.
 */
const TYPES = [
  ...['int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'bool', 'bytea', 'uuid'],
  ...['text', 'varchar', 'bpchar', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
];
const SERIALS = ['serial', 'serial2', 'serial4', 'serial8', 'smallserial', 'bigserial'];

const unsupported = (message: string) => Object.assign(new Error(message), { code: '0A000' });
const overLimit = (message: string) => Object.assign(new Error(message), { code: '54011' });

export function createTableRefusal(table: CreateStmt): Error | null {
  if (table.relation?.relpersistence !== 'p') {
    return unsupported('TEMPORARY, TEMP and UNLOGGED tables are not supported for CREATE TABLE');
  }
  const clauses = [
    table.inhRelations,
    table.partspec,
    table.partbound,
    table.ofTypename,
    table.tablespacename,
    table.accessMethod,
  ];
  if (clauses.some((clause) => clause !== undefined) || (table.options ?? []).length > 0) {
    return unsupported('INHERITS, PARTITION, OF, TABLESPACE, USING and WITH are not supported for CREATE TABLE');
  }
  const elements = table.tableElts ?? [];
  if (elements.length > COLUMNS_MAX) return overLimit(`tables can have at most ${COLUMNS_MAX} columns`);
  return elements.map(elementRefusal).find((one) => one !== null) ?? null;
}

function elementRefusal(node: Node): Error | null {
  if ('Constraint' in node) return constraintRefusal(node.Constraint);
  if (!('ColumnDef' in node)) return unsupported('LIKE is not supported for CREATE TABLE');
  const { constraints = [] } = node.ColumnDef;
  const refused = constraints.map((one) => ('Constraint' in one ? constraintRefusal(one.Constraint) : null));
  return columnRefusal(node.ColumnDef) ?? refused.find((one) => one !== null) ?? null;
}

const CONSTRAINTS = [
  'CONSTR_NULL',
  'CONSTR_NOTNULL',
  'CONSTR_DEFAULT',
  'CONSTR_CHECK',
  'CONSTR_PRIMARY',
  'CONSTR_UNIQUE',
];

function constraintRefusal({ contype, keys = [], deferrable }: Constraint): Error | null {
  if (!CONSTRAINTS.includes(contype ?? '')) return unsupported(`constraint ${contype} not supported`);
  if (deferrable === true) return unsupported('DEFERRABLE constraints are not supported');
  return keys.length > KEY_COLUMNS_MAX ? tooManyKeys() : null;
}

/** Checks the type of a column, and the clauses that are not constraints. */
export function columnRefusal({ typeName, collClause }: ColumnDef): Error | null {
  const names = (typeName?.names ?? []).map((name) => ('String' in name ? (name.String.sval ?? '') : ''));
  const type = names.at(-1) ?? '';
  if (SERIALS.includes(type)) return Object.assign(new Error(`type "${type}" does not exist`), { code: '42704' });
  if ((typeName?.arrayBounds ?? []).length > 0) return unsupported(`datatype ${type}[] not supported`);
  if (!TYPES.includes(type)) return unsupported(`datatype ${type} not supported`);
  return collClause === undefined ? null : unsupported('COLLATE is not supported: the only collation is C');
}

export function indexRefusal(index: IndexStmt): Error | null {
  if (index.whereClause !== undefined) return unsupported('partial indexes are not supported: WHERE');
  if (index.concurrent === true) return unsupported('CONCURRENTLY is not supported. please use CREATE INDEX ASYNC.');
  if ((index.accessMethod ?? 'btree') !== 'btree') return unsupported('USING not supported');
  if ((index.options ?? []).length > 0 || index.tableSpace !== undefined)
    return unsupported('WITH and TABLESPACE are not supported');
  const columns = [...(index.indexParams ?? []), ...(index.indexIncludingParams ?? [])];
  if ((index.indexParams ?? []).length > KEY_COLUMNS_MAX) return tooManyKeys();
  return columns.map(indexColumnRefusal).find((one) => one !== null) ?? null;
}

function indexColumnRefusal(node: Node): Error | null {
  if (!('IndexElem' in node)) return null;
  const { expr, ordering, collation, opclass } = node.IndexElem;
  if (expr !== undefined) return unsupported('expressions are not supported in an index');
  if (ordering !== undefined && ordering !== 'SORTBY_DEFAULT')
    return unsupported('ASC and DESC are not supported in an index');
  return collation === undefined && opclass === undefined
    ? null
    : unsupported('COLLATE and operator classes are not supported');
}

function tooManyKeys(): Error {
  return overLimit(`more than ${KEY_COLUMNS_MAX} column keys in an index are not supported`);
}
