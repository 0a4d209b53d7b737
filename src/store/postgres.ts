/**
 * The store's database on any PostgreSQL, including Aurora DSQL, through pg. It connects only at the first statement.
 */
import { lentConnections, type Password } from './connections.ts';
import type { Database } from './database.ts';

/** Two are enough for a Lambda function, which handles one event at a time. */
const CONNECTIONS_MAX = 2;
const CONNECT_TIMEOUT_MS = 3_000;
/** Longer than the server's own limit (connections.ts), so that only a lost connection reaches this limit. */
const QUERY_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
/** DSQL ends a connection after an hour. It is better to replace the connection earlier, between two statements. */
const LIFETIME_SECONDS_MAX = 1_800;

export interface DatabaseOptions {
  readonly connectionsMax?: number;
  /** Replaces the password in the address. */
  readonly password?: Password | undefined;
}

export function openDatabase(
  url: string,
  { connectionsMax = CONNECTIONS_MAX, password }: DatabaseOptions = {},
): Database {
  const dialect = isDsql(url) ? 'dsql' : 'postgres';
  const settings = {
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
  };
  return { dialect, ...lentConnections(settings, dialect) };
}

/** pg prefers an empty password in the address to the function. So it gets the parts of the address instead. */
function addressIn(url: string, password: Password | undefined): Parameters<typeof lentConnections>[0] {
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
    // TLS checks the certificate and the name, so that only the right server gets the password.
    ssl: isDsql(url) || (sslmode !== undefined && sslmode !== 'disable'),
  };
}

/** True for a host name that AWS gives to a DSQL cluster. */
export function isDsql(url: string): boolean {
  return URL.canParse(url) && /\.dsql(-[a-z0-9]+)?\.[a-z0-9-]+\.on\.aws$/.test(new URL(url).hostname);
}
