/**
 * A database for one scene after the other. It has its own schema, a healthy pool directly to the server, and pools
 * through the proxy for the operation that gets the fault.
 */
import { getTableName, sql } from 'drizzle-orm';
import type { Database } from '../../../src/store/database.ts';
import { openDatabase } from '../../../src/store/postgres.ts';
import { tables } from '../../contracts/store-sql.ts';
import { ownSchema } from '../own-schema.ts';
import { type PostgresProxy, postgresProxy } from './postgres-proxy.ts';

/** A client gives up sooner than in production, so that a frozen flush does not take seconds. */
const GIVE_UP_MS = 350;

/** All tables are emptied in one round trip, because this happens before each of a thousand scenes. */
const EMPTIED = tables.map((table) => `delete from ${getTableName(table)}`).join('; ');

export interface Lane {
  readonly healthy: Database;
  readonly proxy: PostgresProxy;
  /** A pool like that of a Lambda function, through the proxy. */
  struck(): Database;
  /** Closes the pools of the last scene, and removes what the scene wrote. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function aLane(): Promise<Lane> {
  const schema = await ownSchema();
  const healthy = schema.open();
  const { hostname: host, port } = new URL(schema.url);
  const proxy = await postgresProxy({ host, port: Number(port || 5432) });
  const through = new URL(schema.url);
  through.host = `127.0.0.1:${proxy.port}`;
  through.searchParams.set('query_timeout', String(GIVE_UP_MS));
  const opened: Database[] = [];
  const closePools = () => Promise.all(opened.splice(0).map((database) => database.close()));
  return {
    healthy,
    proxy,
    struck() {
      const database = openDatabase(through.href);
      opened.push(database);
      return database;
    },
    async clear() {
      await closePools();
      await healthy.orm.execute(sql.raw(EMPTIED));
    },
    async close() {
      await closePools();
      await proxy.close();
      await schema.drop();
    },
  };
}
