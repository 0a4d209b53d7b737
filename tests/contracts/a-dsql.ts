/**
 * Aurora DSQL as far as PGlite can play it, and stricter: what DSQL has beyond PostgreSQL is played, what it refuses is refused,
 * and granting a role twice, of which its documents say nothing, is an error.
 */
import { PGlite, type QueryOptions } from '@electric-sql/pglite';
import type { Database } from '../../src/store/database.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';

export interface Dsql {
  readonly database: Database;
  /** As the owner, past what is played. */
  readonly client: PGlite;
  /** Every statement that was run, in order. */
  readonly statements: string[];
  /** After this many statements the next ones fail, with an SQLSTATE. */
  fail(order: { readonly after: number; readonly times: number; readonly state: string }): void;
  /** Everything as in a new cluster. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function aDsql(): Promise<Dsql> {
  const client = await PGlite.create();
  const statements: string[] = [];
  let fault = { after: Infinity, times: 0, state: '' };
  const query = async (text: string, parameters?: unknown[], options?: QueryOptions) => {
    if (statements.length >= fault.after && fault.times-- > 0) {
      throw Object.assign(new Error('unable to accept connection'), { code: fault.state });
    }
    statements.push(text);
    return (await played(client, text)) ?? client.query(inPostgres(text), parameters, options);
  };
  const database: Database = { ...pgliteDatabase({ query } as unknown as PGlite), dialect: 'dsql' };
  const dsql: Dsql = {
    database,
    client,
    statements,
    fail(order) {
      fault = { ...order };
    },
    async empty() {
      statements.length = 0;
      fault = { after: Infinity, times: 0, state: '' };
      await client.exec(`
        drop schema public cascade; create schema public;
        drop schema if exists sys cascade; create schema sys;
        create table sys.iam_pg_role_mappings (arn text, pg_role_name text, unique (arn, pg_role_name));
        drop role if exists slipway`);
    },
    close: () => client.close(),
  };
  await dsql.empty();
  return dsql;
}

async function played(client: PGlite, text: string): Promise<object | undefined> {
  const [, role, arn] = /^AWS IAM GRANT (\w+) TO '([^']+)'$/.exec(text) ?? [];
  if (role === undefined) return undefined;
  const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rows.length === 0) throw Object.assign(new Error(`role "${role}" does not exist`), { code: '42704' });
  return client.query('insert into sys.iam_pg_role_mappings values ($1, $2)', [arn, role]);
}

function inPostgres(text: string): string {
  if (/^CREATE (UNIQUE )?INDEX (?!ASYNC )/.test(text)) {
    throw Object.assign(new Error('unsupported mode. please use CREATE INDEX ASYNC.'), { code: '0A000' });
  }
  return text.replace(/^CREATE (UNIQUE )?INDEX ASYNC /, 'CREATE $1INDEX ');
}
