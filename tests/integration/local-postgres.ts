/**
 * Starts an own PostgreSQL: its programs are found on this machine, and it uses a free loopback port and a temporary
 * directory.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface LocalPostgres {
  readonly url: string;
  readonly port: number;
  /** Starts again as a hot standby with the same data. A standby refuses writes until it is promoted. */
  becomeStandby(): Promise<void>;
  stop(): Promise<void>;
}

const OLDEST_MAJOR = 14;
const START_ATTEMPTS = 100;

export async function startPostgres(): Promise<LocalPostgres> {
  const bin = findBinaries();
  const owner = unprivilegedOwner();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'slipway', '-A', 'trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(bin, 'initdb'), initdb, { ...owner, cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });

  const port = await freePort();
  const url = `postgres://slipway@127.0.0.1:${port}/postgres`;
  const settings = [`listen_addresses=127.0.0.1`, `unix_socket_directories=${directory}`, 'fsync=off'];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const start = async () => {
    const started = spawn(join(bin, 'postgres'), args, { ...owner, cwd: directory, stdio: 'ignore' });
    await untilItAnswers(url, started);
    return started;
  };
  let server = await start();
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const end = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await ended;
  };
  return {
    url,
    port,
    async becomeStandby() {
      await end();
      writeFileSync(join(data, 'standby.signal'), '');
      server = await start();
    },
    async stop() {
      await end();
      process.off('exit', kill);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string {
  const found = candidates().find(
    (directory) => existsSync(join(directory, 'postgres')) && majorOf(directory) >= OLDEST_MAJOR,
  );
  if (found) return found;
  throw new Error(
    `No PostgreSQL was found on this machine. Install PostgreSQL ${OLDEST_MAJOR} or newer (the server, with initdb) or set DATABASE_URL to one that runs.`,
  );
}

function candidates(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((directory) => existsSync(join(directory, 'initdb')));
  const installed = globSync([
    '/usr/lib/postgresql/*/bin',
    '/usr/pgsql-*/bin',
    '/usr/local/pgsql/bin',
    '/opt/homebrew/opt/postgresql@*/bin',
    '/usr/local/opt/postgresql@*/bin',
    '/Applications/Postgres.app/Contents/Versions/*/bin',
  ]);
  return [...onPath, ...configuredBinaries(), ...installed.sort().reverse()];
}

function configuredBinaries(): string[] {
  try {
    return [execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()];
  } catch {
    return [];
  }
}

function majorOf(directory: string): number {
  const version = execFileSync(join(directory, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)[.\w]*\s*(\(.*\))?\s*$/.exec(version)?.[1] ?? 0);
}

/** PostgreSQL refuses to run as root. */
export function unprivilegedOwner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // The next user name may exist.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody. Run the tests as another user.',
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (let attempts = 0; attempts < START_ATTEMPTS; attempts++) {
    if (server.exitCode !== null) break;
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error('The PostgreSQL that was started does not answer. Set DATABASE_URL to one that runs.');
}
