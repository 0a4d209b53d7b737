/** PgBouncer in front of a PostgreSQL, as Debian packages it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, type LocalPostgres, unprivilegedOwner } from './local-postgres.ts';

export interface Pooler {
  readonly url: string;
  stop(): Promise<void>;
}

const START_ATTEMPTS = 100;

/**
 * In transaction mode PgBouncer has few connections to the server, so the transactions of one client share them with
 * others. In session mode each client has its own connection.
 */
export async function startPooler(
  server: LocalPostgres,
  { mode }: { readonly mode: 'session' | 'transaction' },
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-pooler-'));
  const owner = unprivilegedOwner();
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    default_pool_size: mode === 'session' ? 40 : 6,
    server_round_robin: 1,
    // PgBouncer refuses other parameters at the start of a connection. The driver pg always sends this one.
    ignore_startup_parameters: 'extra_float_digits',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const database = `postgres = host=127.0.0.1 port=${server.port} user=slipway`;
  writeFileSync(file, ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'), { mode: 0o644 });
  const child = spawn(binary(), [file], { ...owner, cwd: folder, stdio: 'ignore' });
  const url = `postgres://slipway@127.0.0.1:${port}/postgres`;
  await untilItAnswers(url, child);
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function binary(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'pgbouncer')).find(existsSync);
  if (found !== undefined) return found;
  throw new Error('No PgBouncer was found on this machine. Install the package pgbouncer.');
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let attempts = 0; attempts < START_ATTEMPTS && child.exitCode === null; attempts++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error('The PgBouncer that was started does not answer.');
}
