/** The store's database on any PostgreSQL, Aurora DSQL included, through pg. Nothing connects before the first statement. */
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Database, Orm } from './database.ts';
import { hasState } from './failures.ts';

/** Two serve a Lambda function, which handles one event at a time. */
const CONNECTIONS_MAX = 2;
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
/** Longer than the server's own limit, so that only a lost connection meets this one. */
const QUERY_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
/** DSQL ends a connection after an hour; better between two statements than within one. */
const LIFETIME_SECONDS_MAX = 1_800;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

export interface DatabaseOptions {
  readonly connectionsMax?: number;
  /** Asked at each new connection, in the place of one in the address. */
  readonly password?: (() => Promise<string>) | undefined;
}

export function openDatabase(
  url: string,
  { connectionsMax = CONNECTIONS_MAX, password }: DatabaseOptions = {},
): Database {
  const dialect = isDsql(url) ? 'dsql' : 'postgres';
  const pool = new pg.Pool({
    ...addressIn(url, password),
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    maxLifetimeSeconds: LIFETIME_SECONDS_MAX,
    allowExitOnIdle: true,
    application_name: 'slipway',
    // Statements that do not wait for each other's answers share one round trip.
    pipeline: true,
    // DSQL knows none of these settings, and bounds its transactions by itself.
    ...(dialect === 'postgres' && {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    }),
  });
  // A connection that breaks fails its statements and is replaced; without listeners it would end the process besides.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    orm: drizzle({ client: pool }) as unknown as Orm,
    dialect,
    transaction: (work) => transaction(pool, work),
    close: () => pool.end(),
  };
}

/** pg lets the empty password of an address win over a function, so it gets the parts of the address instead. */
function addressIn(url: string, password: DatabaseOptions['password']): pg.PoolConfig {
  if (password === undefined) return { connectionString: url, ...(isDsql(url) && { ssl: true }) };
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const { sslmode, ...settings } = Object.fromEntries(searchParams);
  return {
    ...settings,
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    password,
    // Certificate and name are checked: who asks for a password gets it only when it is the server that was meant.
    ssl: isDsql(url) || (sslmode !== undefined && sslmode !== 'disable'),
  };
}

/** By its name, which AWS gives it. */
export function isDsql(url: string): boolean {
  return URL.canParse(url) && /\.dsql(-[a-z0-9]+)?\.[a-z0-9-]+\.on\.aws$/.test(new URL(url).hostname);
}

/** A connection as the store uses it. */
interface Connection {
  readonly orm: Orm;
  /** What first went wrong in the transaction. Statements travel together, and those behind it are answered with 25P02 alone. */
  failed: { readonly first: unknown } | null;
}
const connections = new WeakMap<pg.PoolClient, Connection>();

/** Not Drizzle's: that one leaks the connection when `begin` fails, and prepares every statement anew each time. */
async function transaction<T>(pool: pg.Pool, work: (orm: Orm) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const connection = connectionOf(client);
  connection.failed = null;
  let broken: Error | undefined;
  try {
    const begun = client.query('begin');
    // Awaited below, and not before the work's first statement, which travels with it.
    begun.catch(() => {});
    const result = await work(connection.orm);
    await begun;
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw hasState(error, ABORTED) ? firstFailure(connection, error) : error;
  } finally {
    client.release(broken);
  }
}

/** The transaction had failed before this statement. */
const ABORTED = ['25P02'];

function firstFailure({ failed }: Connection, otherwise: unknown): unknown {
  return failed === null ? otherwise : failed.first;
}

function connectionOf(client: pg.PoolClient): Connection {
  const found = connections.get(client);
  if (found) return found;
  const query = (...given: Parameters<pg.PoolClient['query']>) => {
    const answer = client.query(...given) as unknown as Promise<unknown>;
    answer.catch((error: unknown) => {
      connection.failed ??= { first: error };
    });
    return answer;
  };
  const watched = { query } as unknown as pg.PoolClient;
  const connection: Connection = { orm: drizzle({ client: watched }) as unknown as Orm, failed: null };
  connections.set(client, connection);
  return connection;
}
