/**
 * Rules for migrations, beyond those of Aurora DSQL. A migration can be run again after a crash in its middle, and it
 * only adds. The version before may leave out what the migration adds.
 */
import { type AlterTableStmt, type ColumnDef, type CreateStmt, type Node, parseSync } from 'libpg-query';
import { inDialect } from '../../src/store/migrate.ts';
import { readStatement } from '../contracts/dsql-refusals.ts';

export function migrationProblems(statement: string): string[] {
  try {
    readStatement(inDialect(statement, 'dsql'));
  } catch (error) {
    const { code, message } = error as Error & { readonly code: string };
    return [`Aurora DSQL answers ${code}: ${message}`];
  }
  const node = parseSync(statement).stmts?.[0]?.stmt;
  return node === undefined ? ['there is no statement'] : problemsOf(node);
}

function problemsOf(node: Node): string[] {
  if ('CreateStmt' in node) return [...repeatable(node.CreateStmt.if_not_exists), ...tableProblems(node.CreateStmt)];
  if ('IndexStmt' in node) return repeatable(node.IndexStmt.if_not_exists);
  if ('AlterTableStmt' in node) return alterProblems(node.AlterTableStmt);
  return ['definitions only, and only of what is added: a table, an index, a column'];
}

function alterProblems({ cmds = [] }: AlterTableStmt): string[] {
  return cmds.flatMap((node) => {
    const { subtype, missing_ok, def } = 'AlterTableCmd' in node ? node.AlterTableCmd : {};
    if (subtype !== 'AT_AddColumn') return ['ALTER TABLE only to add a column'];
    return [...repeatable(missing_ok), ...(def !== undefined && 'ColumnDef' in def ? typeProblems(def.ColumnDef) : [])];
  });
}

function tableProblems({ tableElts = [] }: CreateStmt): string[] {
  return tableElts.flatMap((node) => ('ColumnDef' in node ? typeProblems(node.ColumnDef) : []));
}

const TYPES = ['text', 'int4', 'int8', 'float8', 'bool'];

function typeProblems({ typeName }: ColumnDef): string[] {
  const last = typeName?.names?.at(-1);
  const type = last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
  return TYPES.includes(type) ? [] : [`${type} is not one of ${TYPES.join(', ')}: JSON in text, times in bigint`];
}

function repeatable(isSafe: boolean | undefined): string[] {
  return isSafe === true ? [] : ['IF NOT EXISTS, so that half a migration can be run again'];
}
