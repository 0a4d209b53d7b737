/**
 * Says what Aurora DSQL refuses in a statement, by PostgreSQL's own parser. Only listed kinds of statements pass, so an
 * unknown kind is refused. Newer clusters accept some refused statements (foreign keys, sequences with a cache).
 */
import {
  loadModule,
  type Node,
  parseSync,
  type RangeVar,
  type ScanToken,
  type SelectStmt,
  scanSync,
  type VariableSetStmt,
} from 'libpg-query';
import { columnRefusal, createTableRefusal, indexRefusal } from './dsql-definitions.ts';

await loadModule();

export interface DsqlStatement {
  /** How a transaction counts the statement: it holds one definition alone, or any number of reads and writes. */
  readonly kind: 'definition' | 'write' | 'read';
  /** The statement that PostgreSQL runs instead. */
  readonly inPostgres: string;
  readonly makesIndex: boolean;
  /** The tables that the statement writes. */
  readonly tables: readonly string[];
  /** The tables that its `FOR UPDATE` locks, each with the columns that have to be equal to one value. */
  readonly locked: readonly Locked[];
}
export interface Locked {
  readonly table: string;
  readonly equal: ReadonlySet<string>;
}
export interface IamGrant {
  readonly kind: 'iamGrant';
  readonly role: string;
  readonly arn: string;
}

export function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const unsupported = (message: string) => refusal('0A000', message);

const known = new Map<string, DsqlStatement | IamGrant>();

/** Throws the answer of DSQL, with its SQLSTATE: 0A000 for a feature that DSQL lacks, 42601 for text that is no SQL. */
export function readStatement(text: string): DsqlStatement | IamGrant {
  const statement = known.get(text) ?? readAnew(text);
  known.set(text, statement);
  return statement;
}

function readAnew(text: string): DsqlStatement | IamGrant {
  const granted = iamGrantIn(text);
  if (granted !== null) return granted;
  const { sql, isAsync } = withoutAsync(text);
  const [statement, ...others] = parsed(sql);
  if (statement === undefined) throw refusal('42601', 'there is no statement');
  if (others.length > 0) throw refusal('42601', 'cannot insert multiple commands into a prepared statement');
  const refused = refusalOf(statement, isAsync);
  if (refused !== null) throw refused;
  return {
    kind: kindOf(statement),
    inPostgres: sql,
    makesIndex: isAsync,
    tables: writtenIn(statement),
    locked: lockedIn(statement),
  };
}

function parsed(sql: string): Node[] {
  try {
    return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt]));
  } catch (error) {
    throw refusal('42601', error instanceof Error ? error.message : String(error));
  }
}

const DEFINITIONS = [
  'CreateStmt',
  'IndexStmt',
  'AlterTableStmt',
  'DropStmt',
  'RenameStmt',
  'CreateRoleStmt',
  'GrantStmt',
];
const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt'];

function kindOf(node: Node): DsqlStatement['kind'] {
  const [name = ''] = Object.keys(node);
  if (DEFINITIONS.includes(name)) return 'definition';
  return nodesIn(node).some(([kind]) => WRITES.includes(kind)) ? 'write' : 'read';
}

function writtenIn(node: Node): string[] {
  return nodesIn(node)
    .filter(([kind]) => WRITES.includes(kind))
    .map(([, { relation }]) => (relation as RangeVar).relname ?? '');
}

/** Returns null when DSQL accepts the statement. */
function refusalOf(node: Node, isAsync: boolean): Error | null {
  if ('IndexStmt' in node)
    return isAsync ? indexRefusal(node.IndexStmt) : unsupported('unsupported mode. please use CREATE INDEX ASYNC.');
  if ('CreateStmt' in node) return createTableRefusal(node.CreateStmt);
  if ('AlterTableStmt' in node) return first((node.AlterTableStmt.cmds ?? []).map(alterRefusal));
  if ('DropStmt' in node)
    return isOneOf(node.DropStmt.removeType, ['OBJECT_TABLE', 'OBJECT_INDEX'], 'unsupported object in DROP statement');
  if ('RenameStmt' in node)
    return isOneOf(
      node.RenameStmt.renameType,
      ['OBJECT_TABLE', 'OBJECT_COLUMN'],
      'unsupported object in RENAME statement',
    );
  if ('CreateRoleStmt' in node) return roleRefusal((node.CreateRoleStmt.options ?? []).map(optionName));
  if ('GrantStmt' in node) return grantRefusal(node.GrantStmt);
  if ('VariableSetStmt' in node) return settingRefusal(node.VariableSetStmt);
  if ('TransactionStmt' in node) return unsupported(`unsupported transaction statement: ${node.TransactionStmt.kind}`);
  if ('SelectStmt' in node || WRITES.some((write) => write in node)) return first(nodesIn(node).map(expressionRefusal));
  return unsupported(`unsupported statement: ${Object.keys(node)[0]?.replace(/Stmt$/, '')}`);
}

/** The changes that an ALTER TABLE may make. */
const ALTERATIONS = ['AT_AddColumn', 'AT_DropColumn', 'AT_ColumnDefault', 'AT_DropNotNull'];

function alterRefusal(node: Node): Error | null {
  if (!('AlterTableCmd' in node)) return unsupported('unsupported ALTER TABLE statement');
  const { subtype, def } = node.AlterTableCmd;
  if (!ALTERATIONS.includes(subtype ?? '')) return unsupported(`unsupported ALTER TABLE statement: ${subtype}`);
  if (subtype !== 'AT_AddColumn' || def === undefined || !('ColumnDef' in def)) return null;
  if ((def.ColumnDef.constraints ?? []).length > 0) {
    return unsupported('unsupported ALTER TABLE ADD COLUMN ... with constraint not supported');
  }
  return columnRefusal(def.ColumnDef);
}

function grantRefusal({
  objtype,
  targtype,
  objects = [],
}: Extract<Node, { GrantStmt: unknown }>['GrantStmt']): Error | null {
  const names = objects.map(nameOf);
  const isSystem = names.some((name) => /^(public|information_schema|sys|pg_.*)$/.test(name));
  if (objtype === 'OBJECT_DATABASE')
    return unsupported('feature not supported on system entity: unsupported object type in GRANT');
  if (objtype === 'OBJECT_SCHEMA') return isSystem ? unsupported('feature not supported on system entity') : null;
  if (objtype !== 'OBJECT_TABLE') return unsupported('unsupported object type in GRANT');
  // A grant on all tables of a schema, by the name of the schema, is a grant on tables of its owner.
  return targtype === 'ACL_TARGET_OBJECT' && isSystem ? unsupported('feature not supported on system entity') : null;
}

function roleRefusal(options: readonly string[]): Error | null {
  const strange = options.find((name) => name !== 'canlogin');
  return strange === undefined ? null : unsupported(`CREATE ROLE ... ${strange} not supported`);
}

/** The cluster sets limits and isolation, and a session cannot change them. */
function settingRefusal({ name }: VariableSetStmt): Error | null {
  return name === 'search_path' ? null : unsupported(`setting configuration parameter "${name}" not supported`);
}

const LOCKS = ['LCS_FORUPDATE'];
/** DSQL has no locks to acquire, no sequences, no large objects, and no listeners. */
const FUNCTIONS = /^(pg_(try_)?advisory_|nextval$|currval$|lastval$|setval$|lo_|pg_notify$|dblink|set_config$)/;

function expressionRefusal([kind, value]: NodeEntry): Error | null {
  if (kind === 'SelectStmt' && (value as SelectStmt).intoClause !== undefined)
    return unsupported('unsupported statement: SelectInto');
  if (kind === 'LockingClause' && !LOCKS.includes(String(value.strength))) {
    return unsupported('locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported');
  }
  if (kind === 'LockingClause' && value.waitPolicy !== 'LockWaitBlock')
    return unsupported('NOWAIT and SKIP LOCKED are not supported');
  if (kind === 'RangeTableSample') return unsupported('TABLESAMPLE clause not supported');
  if (kind === 'FuncCall') {
    const name = (value.funcname as readonly Node[]).map(nameOf).at(-1) ?? '';
    if (FUNCTIONS.test(name)) return unsupported(`function ${name} not supported`);
  }
  return null;
}

/**
 * A row is locked only by its key: the columns that a condition, with `and` between its parts, sets equal to a value.
 */
function lockedIn(node: Node): Locked[] {
  if (!('SelectStmt' in node) || (node.SelectStmt.lockingClause ?? []).length === 0) return [];
  const equal = new Set(node.SelectStmt.whereClause === undefined ? [] : equalColumns(node.SelectStmt.whereClause));
  return (node.SelectStmt.fromClause ?? []).map((from) => {
    if (!('RangeVar' in from)) throw unsupported('locking clause such as FOR UPDATE can be applied only on a table');
    return { table: from.RangeVar.relname ?? '', equal };
  });
}

function equalColumns(where: Node): string[] {
  if ('BoolExpr' in where)
    return where.BoolExpr.boolop === 'AND_EXPR' ? (where.BoolExpr.args ?? []).flatMap(equalColumns) : [];
  if (!('A_Expr' in where) || where.A_Expr.kind !== 'AEXPR_OP' || nameOf(where.A_Expr.name?.[0]) !== '=') return [];
  const { lexpr, rexpr } = where.A_Expr;
  const isValue = rexpr !== undefined && ('ParamRef' in rexpr || 'A_Const' in rexpr || 'TypeCast' in rexpr);
  return isValue && lexpr !== undefined && 'ColumnRef' in lexpr ? [nameOf(lexpr.ColumnRef.fields?.at(-1))] : [];
}

type NodeEntry = readonly [kind: string, value: Readonly<Record<string, unknown>>];

/**
 * Lists a node and every node below it. The field that holds a node gives its kind when the parser leaves the kind out.
 */
function nodesIn(value: unknown, field = ''): NodeEntry[] {
  if (Array.isArray(value)) return value.flatMap((one) => nodesIn(one, field));
  if (typeof value !== 'object' || value === null) return [];
  const own: NodeEntry[] = /^[A-Z]/.test(field) ? [[field, value as NodeEntry[1]]] : [];
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, inner]) =>
      nodesIn(inner, name === 'larg' || name === 'rarg' ? 'SelectStmt' : name),
    ),
  ];
}

function nameOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if ('String' in node) return node.String.sval ?? '';
  if ('RangeVar' in node) return node.RangeVar.schemaname ?? node.RangeVar.relname ?? '';
  return '';
}

function optionName(node: Node): string {
  return 'DefElem' in node ? (node.DefElem.defname ?? '') : '';
}

function isOneOf(found: string | undefined, known: readonly string[], message: string): Error | null {
  return known.includes(found ?? '') ? null : unsupported(message);
}

function first(refusals: readonly (Error | null)[]): Error | null {
  return refusals.find((one) => one !== null) ?? null;
}

/**
 * Removes the word ASYNC, which PostgreSQL's grammar does not have. Only the keyword is removed, not an index of that
 * name.
 */
function withoutAsync(text: string): { sql: string; isAsync: boolean } {
  const words = tokensOf(text).slice(0, 5);
  const at = words.findIndex((word) => isWord(word, 'index')) + 1;
  const [word, next] = words.slice(at);
  const isIndex = isWord(words[0], 'create') && at > 0 && at <= 2;
  if (!isIndex || !isWord(word, 'async') || isWord(next, 'on')) return { sql: text, isAsync: false };
  const bytes = Buffer.from(text);
  return {
    sql: Buffer.concat([bytes.subarray(0, word?.start), bytes.subarray(next?.start)]).toString(),
    isAsync: true,
  };
}

/** Reads `AWS IAM GRANT role TO 'arn'`, which is no SQL. */
function iamGrantIn(text: string): IamGrant | null {
  const [aws, iam, grant, role, to, arn, ...rest] = tokensOf(text);
  if (!isWord(aws, 'aws')) return null;
  const isWhole = isWord(iam, 'iam') && isWord(grant, 'grant') && isWord(to, 'to') && rest.length === 0;
  if (!isWhole || role === undefined || !/^'[^']+'$/.test(arn?.text ?? ''))
    throw refusal('42601', 'syntax error in AWS IAM GRANT');
  return { kind: 'iamGrant', role: role.text, arn: String(arn?.text).slice(1, -1) };
}

function tokensOf(text: string): ScanToken[] {
  try {
    return scanSync(text).tokens;
  } catch (error) {
    throw refusal('42601', error instanceof Error ? error.message : String(error));
  }
}

function isWord(token: ScanToken | undefined, word: string): boolean {
  return token?.text.toLowerCase() === word;
}
