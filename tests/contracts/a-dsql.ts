/**
 * A double of Aurora DSQL on PGlite. It adds what DSQL has beyond PostgreSQL and refuses what DSQL refuses. It is
 * stricter when the documents are silent: granting a role twice is an error. It leaves out latency, indexes that are
 * still being built, conflicts among three or more transactions, and the end of connections after an hour.
 */
import type { PGlite, QueryOptions, Transaction } from '@electric-sql/pglite';
import type { Database } from '../../src/store/database.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';
import { conflict, requireApart, rowsOf, touched, writeAgain } from './dsql-rival.ts';
import { type Catalogue, type PlayedTransaction, playedTransaction, type Written } from './dsql-transaction.ts';
import { newPglite } from './new-pglite.ts';

export interface Dsql {
  readonly database: Database;
  /** The connection of the owner, without the rules of the double. */
  readonly client: PGlite;
  /** Every statement that was run, in order. */
  readonly statements: string[];
  /** After this number of statements, the next ones fail with an SQLSTATE. */
  fail(order: { readonly after: number; readonly times: number; readonly state: string }): void;
  /** While this is on, each transaction that writes fails at COMMIT. It succeeds when it writes the same again. */
  conflictAlways(isOn: boolean): void;
  /**
   * Gives the next transaction that writes a rival. The rival commits first, after the other transaction has done all
   * its work and before its COMMIT.
   */
  meanwhile(rival: () => Promise<unknown>): void;
  /** Lets time pass, so that open transactions become older. */
  pass(ms: number): void;
  /** Resets everything to a new cluster. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

interface State {
  readonly statements: string[];
  fault: { after: number; times: number; state: string };
  isContended: boolean;
  readonly conflicted: Set<string>;
  readonly catalogue: Catalogue;
  rival: (() => Promise<unknown>) | null;
  now: number;
}

const NEW = (): Omit<State, 'statements'> => ({
  fault: { after: Infinity, times: 0, state: '' },
  isContended: false,
  conflicted: new Set(),
  catalogue: new Map(),
  rival: null,
  now: 0,
});

export async function aDsql(): Promise<Dsql> {
  const client = await newPglite();
  const state: State = { statements: [], ...NEW() };
  const transaction = <T>(work: (query: Query) => Promise<T>) => transact(client, { state, work });
  const played = {
    query: (...given: Parameters<Query>) => transaction((query) => query(...given)),
    transaction: <T>(work: (transaction: Transaction) => Promise<T>) =>
      transaction((query) => work({ query } as unknown as Transaction)),
  };
  const dsql: Dsql = {
    database: { ...pgliteDatabase(played as unknown as PGlite), dialect: 'dsql' },
    client,
    statements: state.statements,
    fail: (order) => Object.assign(state, { fault: { ...order } }),
    conflictAlways: (isContended) => Object.assign(state, { isContended }),
    meanwhile: (rival) => Object.assign(state, { rival }),
    pass: (ms) => Object.assign(state, { now: state.now + ms }),
    async empty() {
      state.statements.length = 0;
      Object.assign(state, NEW());
      await client.exec(NEW_CLUSTER);
    },
    close: () => client.close(),
  };
  await dsql.empty();
  return dsql;
}

/** Everyone may use the schema public, and only its owner may create anything in it. */
const NEW_CLUSTER = `
  drop schema public cascade; create schema public; grant usage on schema public to public;
  drop schema if exists sys cascade; create schema sys;
  create table sys.iam_pg_role_mappings (arn text, pg_role_name text, unique (arn, pg_role_name));
  drop role if exists slipway`;

type Query = (text: string, parameters?: unknown[], options?: QueryOptions) => Promise<object>;

async function transact<T>(
  client: PGlite,
  { state, work }: { state: State; work: (query: Query) => Promise<T> },
): Promise<T> {
  const attempt = await client.transaction(async (transaction) => {
    const played = playedTransaction(transaction, { now: () => state.now, catalogue: state.catalogue });
    const before = state.rival === null ? null : await rowsOf(transaction);
    const result = await work((...given) => run(played, { state, given }));
    await played.beforeCommit();
    conflictIfContended(state, played.written);
    const { rival } = state;
    if (before === null || rival === null || played.written.length === 0) return { result };
    state.rival = null;
    const own = touched(before, await rowsOf(transaction));
    await transaction.rollback();
    return { result, undone: { rival, own, written: played.written } };
  });
  if (attempt.undone === undefined) return attempt.result;
  const { rival, own, written } = attempt.undone;
  // A transaction that was rolled back leaves marks on the rows that it locked.
  const undone = await rowsOf(client);
  await rival();
  requireApart(own, touched(undone, await rowsOf(client)));
  await client.transaction((transaction) => writeAgain(transaction, written));
  return attempt.result;
}

function run(played: PlayedTransaction, { state, given }: { state: State; given: Parameters<Query> }): Promise<object> {
  const { fault, statements } = state;
  if (statements.length >= fault.after && fault.times-- > 0) {
    throw Object.assign(new Error('unable to accept connection'), { code: fault.state });
  }
  statements.push(given[0]);
  return played.query(...given);
}

function conflictIfContended(state: State, written: readonly Written[]): void {
  if (!state.isContended || written.length === 0) return;
  const transaction = JSON.stringify(written);
  if (state.conflicted.delete(transaction)) return;
  state.conflicted.add(transaction);
  throw conflict();
}
