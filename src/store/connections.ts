/**
 * Lends the connections of a PostgreSQL, for one statement or for one transaction. When a server turns out to be a
 * standby, read-only, full or silent, its connection is closed and never lent again. The next try then finds the server
 * that has taken over.
 */
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Database, Orm } from './database.ts';
import { hasState, NOT_LET_IN, toDrop } from './failures.ts';

const STATEMENT_TIMEOUT_MS = 4_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** A definition may read a whole table. Other sessions queue behind a definition that waits for its lock. */
const DEFINITION_TIMEOUT_MS = 240_000;
const LOCK_TIMEOUT_MS = 2_000;
const GREETING_TIMEOUT_MS = 3_000;

const limits = (how: 'set' | 'set local', statementMs: number) =>
  `${how} statement_timeout = ${statementMs}; ${how} idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`;

interface Greeting {
  /**
   * True behind a pooler: the next transaction may use another backend, so no setting and no statement may stay with
   * the connection.
   */
  readonly isPooled: boolean;
  /** A session stays read-only for its whole life. So it answers one read and is then closed. */
  readonly isReadOnly: boolean;
}

interface Connection extends Greeting {
  readonly orm: Orm;
  readonly generation: number;
  /** The first error in the transaction. Statements are sent together, and those after the error only get 25P02. */
  failed: { readonly first: unknown } | null;
}

/** Returns the password for each new connection. */
export interface Password {
  (): Promise<string>;
  /**
   * Called when the server refused the password, so that the next call reads a newer one. Left out when each call
   * already returns a new one.
   */
  readonly forget?: () => void;
}

type Lent = pg.PoolClient & { slipway: Connection };

/** How the use of a connection ended. Without `failure` it ended well. */
interface Ended {
  readonly failure?: unknown;
  readonly isLost?: boolean;
}

export function lentConnections(
  { password, ...settings }: Omit<pg.PoolConfig, 'password'> & { readonly password?: Password | undefined },
  dialect: Database['dialect'],
): Required<Omit<Database, 'dialect'>> {
  /**
   * Rises when the address may have moved to another server. Connections from before are closed when they are returned.
   */
  let generation = 0;
  const pool = new pg.Pool({
    ...settings,
    ...(password && { password }),
    verify(client, done) {
      const greeted = dialect === 'dsql' ? Promise.resolve(ON_DSQL) : greet(client);
      greeted.then((greeting) => {
        (client as Lent).slipway = connectionOn(client, { ...greeting, generation });
        done();
      }, done);
    },
  });
  // A connection that breaks fails its statements and is replaced. Without these listeners it would also end the
  // process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  async function lend(): Promise<Lent> {
    for (;;) {
      const client = await connected(pool, password);
      if (client.slipway.generation === generation) return client;
      client.release(true);
    }
  }

  function takeBack(client: Lent, { failure, isLost = false }: Ended): void {
    const drop = failure === undefined ? 'none' : toDrop(failure);
    if (drop === 'all') generation += 1;
    const { isReadOnly, generation: own } = client.slipway;
    client.release(isLost || isReadOnly || drop !== 'none' || own !== generation);
  }

  const query = async (...given: Parameters<pg.PoolClient['query']>) => {
    const client = await lend();
    try {
      const answer = await ask(client, { given, ...client.slipway });
      takeBack(client, {});
      return answer;
    } catch (error) {
      takeBack(client, { failure: error });
      throw error;
    }
  };

  return {
    orm: drizzle({ client: { query } as unknown as pg.PoolClient }) as unknown as Orm,
    transaction: async (work) => runTransaction(await lend(), { work, takeBack }),
    define: async (statement) => define(await lend(), { statement, dialect }),
    close: () => pool.end(),
  };
}

/** The server refuses a password that was rotated since it was read. Then the password is read again, once. */
async function connected(pool: pg.Pool, password: Password | undefined): Promise<Lent> {
  try {
    return (await pool.connect()) as Lent;
  } catch (error) {
    if (password?.forget === undefined || !hasState(error, NOT_LET_IN)) throw error;
    password.forget();
    return (await pool.connect()) as Lent;
  }
}

/** Aurora DSQL has no poolers in front of it, and no read-only servers. */
const ON_DSQL: Greeting = { isPooled: false, isReadOnly: false };

/**
 * A pooler is in between when the backend that answers is not the one that accepted the connection. Throws for a
 * standby, which answers with old data. The limits of the session are sent together with the first statement, because
 * poolers refuse them at the start.
 */
async function greet(client: pg.PoolClient): Promise<Greeting> {
  const [found] = (await client.query<Found>(GREETING)).rows;
  if (found?.standby) throw Object.assign(new Error('the server is a standby'), { code: '25006' });
  const isPooled = found?.pid !== (client as unknown as { processID: number | null }).processID;
  if (!isPooled) client.query(limits('set', STATEMENT_TIMEOUT_MS)).catch(() => {});
  return { isPooled, isReadOnly: found?.setting === 'on' };
}

interface Found {
  readonly pid: number;
  readonly standby: boolean;
  readonly setting: string;
}

const GREETING = {
  text: "select pg_backend_pid() as pid, pg_is_in_recovery() as standby, current_setting('transaction_read_only') as setting",
  query_timeout: GREETING_TIMEOUT_MS,
};

function connectionOn(client: pg.PoolClient, facts: Greeting & { readonly generation: number }): Connection {
  const query = (...given: Parameters<pg.PoolClient['query']>) => {
    // After a failed `begin`, a statement would be a transaction of its own.
    if (connection.failed !== null) return Promise.reject(connection.failed.first);
    const answer = ask(client, { given, ...facts });
    noteFailure(connection, answer);
    return answer;
  };
  const watched = { query } as unknown as pg.PoolClient;
  const connection: Connection = { ...facts, orm: drizzle({ client: watched }) as unknown as Orm, failed: null };
  return connection;
}

function noteFailure(connection: Connection, answer: Promise<unknown>): void {
  answer.catch((error: unknown) => {
    connection.failed ??= { first: error };
  });
}

/** Behind a pooler, statements have no name: a named statement may have been prepared on another connection. */
function ask(client: pg.PoolClient, { given: [statement, ...values], isPooled }: Asked): Promise<unknown> {
  const named = statement as unknown as pg.QueryConfig;
  const asked = isPooled && typeof named === 'object' ? { ...named, name: undefined } : named;
  return client.query(asked, ...(values as unknown as [])) as unknown as Promise<unknown>;
}

interface Asked {
  readonly given: Parameters<pg.PoolClient['query']>;
  readonly isPooled: boolean;
}

interface Work<T> {
  readonly work: (orm: Orm) => Promise<T>;
  readonly takeBack: (client: Lent, ended: Ended) => void;
}

/**
 * Replaces Drizzle's own transaction, which leaks the connection when `begin` fails and prepares every statement again
 * each time.
 */
async function runTransaction<T>(client: Lent, { work, takeBack }: Work<T>): Promise<T> {
  const connection = client.slipway;
  connection.failed = null;
  const ended: { failure?: unknown; isLost?: boolean } = {};
  try {
    const begun = client.query(connection.isPooled ? `begin; ${limits('set local', STATEMENT_TIMEOUT_MS)}` : 'begin');
    // Awaited only below, so that it shares a round trip with the work's first statement.
    noteFailure(connection, begun);
    const result = await work(connection.orm);
    await begun;
    const { command } = await client.query('commit');
    if (command === 'ROLLBACK') throw Object.assign(new Error('COMMIT was answered with ROLLBACK'), { code: '40000' });
    return result;
  } catch (error) {
    ended.failure = hasState(error, ABORTED) ? firstFailure(connection, error) : error;
    await client.query('rollback').catch(() => {
      ended.isLost = true;
    });
    throw ended.failure;
  } finally {
    takeBack(client, ended);
  }
}

/** The transaction had already failed before this statement, or the commit became a rollback. */
const ABORTED = ['25P02', '40000'];

function firstFailure({ failed }: Connection, otherwise: unknown): unknown {
  return failed === null ? otherwise : failed.first;
}

/** Runs one definition under its own limits. Aurora DSQL accepts it only alone, and does not know these settings. */
async function define(
  client: Lent,
  { statement, dialect }: { readonly statement: string; readonly dialect: Database['dialect'] },
): Promise<void> {
  const patient = { text: statement, query_timeout: DEFINITION_TIMEOUT_MS + GREETING_TIMEOUT_MS };
  let isDone = false;
  try {
    if (dialect === 'postgres') {
      const settings = `${limits('set local', DEFINITION_TIMEOUT_MS)}; set local lock_timeout = ${LOCK_TIMEOUT_MS}`;
      await client.query(`begin; ${settings}`);
    }
    await client.query(patient);
    if (dialect === 'postgres') await client.query('commit');
    isDone = true;
  } finally {
    // When the definition failed, closing the connection ends the rest of the transaction.
    client.release(!isDone);
  }
}
