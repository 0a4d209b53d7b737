/**
 * An own schema for a test file, so that files do not affect each other, and a database that others use stays
 * unchanged.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';

export interface OwnSchema {
  /** The address of the database; a connection sees only this schema. */
  readonly url: string;
  /**
   * Opens a connection pool on the schema, which is closed with the schema. `settings` are settings of the server, as
   * in `-c name=value`.
   */
  open(order?: { connectionsMax?: number; settings?: Readonly<Record<string, string>> }): Database;
  drop(): Promise<void>;
}

export async function ownSchema({ migrated = true } = {}): Promise<OwnSchema> {
  const url = process.env.DATABASE_URL ?? '';
  const name = `slipway_${randomBytes(6).toString('hex')}`;
  await administer(url, `create schema ${name}`);
  const opened: Database[] = [];
  const open: OwnSchema['open'] = ({ connectionsMax = 10, settings = {} } = {}) => {
    const database = openDatabase(addressOf(url, { ...settings, search_path: name }), { connectionsMax });
    opened.push(database);
    return database;
  };
  if (migrated) await migrate(open());
  return {
    url: addressOf(url, { search_path: name }),
    open,
    async drop() {
      await Promise.all(opened.map((database) => database.close()));
      await administer(url, `drop schema ${name} cascade`);
    },
  };
}

function addressOf(url: string, settings: Readonly<Record<string, string>>): string {
  const address = new URL(url);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  address.searchParams.set('options', options.join(' '));
  return address.href;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
