import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import { NOON, sampleDeployment, sampleEntry } from '../contracts/store-samples.ts';
import { emptied, portsOf } from '../contracts/store-sql.ts';
import { administer } from './administer.ts';
import { type Address, anAddress } from './an-address.ts';
import { type LocalPostgres, startPostgres, unprivilegedOwner } from './local-postgres.ts';

/** This suite has its own server, because each failure affects all users of the server. */
let server: LocalPostgres;
let database: Database;
const clock = { now: () => NOON };
const ports = (on = database) => portsOf(on, clock);

beforeAll(async () => {
  server = await startPostgres();
  database = openDatabase(server.url);
  await migrate(database);
});
beforeEach(async () => {
  await emptied(database);
  await ports().deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

const record = (on = database) =>
  ports(on).deployments.record('d-1', ({ deployment }) => ({
    deployment: { ...deployment, atPercent: deployment.atPercent + 1 },
    entries: [sampleEntry('TrafficShifted')],
  }));
const claim = (key: string, on = database) => ports(on).idempotency.claim({ key, requestHash: 'h', at: NOON });
const ready = (on = database) => ports(on).reachable.check();
const transient = (fact: string) => ({ name: 'Transient', message: expect.stringContaining(fact) });
const readOnly = transient('the database is read-only');

test('transactions and single statements wait while the server is read-only, and /ready says it is not ready', async () => {
  await administer(server.url, "alter role slipway set default_transaction_read_only = 'on'");
  const opened = openDatabase(server.url);
  await expect(record(opened)).rejects.toMatchObject(readOnly);
  await expect(claim('a', opened)).rejects.toMatchObject(readOnly);
  await expect(ready(opened)).rejects.toMatchObject(readOnly);
  expect((await ports(opened).deployments.read('d-1')).deployment.id).toBe('d-1');

  // Sessions that began in the meantime stay read-only until they end, so none of them may be used again.
  await administer(server.url, 'set default_transaction_read_only = off', 'alter role slipway reset all');
  for (const attempt of [record, ready, (on: Database) => claim('b', on)]) {
    expect(await attempt(opened).then(() => 'done', String)).toBe('done');
  }
  await opened.close();
});

test('one write that finds the server read-only makes the pool close every connection', async () => {
  const opened = openDatabase(server.url, { connectionsMax: 5 });
  const turned = sql`select set_config('default_transaction_read_only', 'on', false), pg_sleep(0.1)`;
  await Promise.all(Array.from({ length: 5 }, () => opened.orm.execute(turned)));
  await expect(record(opened)).rejects.toMatchObject(readOnly);
  for (let times = 0; times < 5; times++) await record(opened);
  await opened.close();
});

test('a standby is refused when a connection opens, and after its promotion the same call works', async () => {
  const standby = await startPostgres();
  const before = openDatabase(standby.url);
  await migrate(before);
  await ports(before).deployments.open({ deployment: sampleDeployment('d-1'), entries: [] });
  await before.close();
  await standby.becomeStandby();
  const address: Address = await anAddress(server.port);
  const moved = openDatabase(server.url.replace(String(server.port), String(address.port)));
  await record(moved);
  address.leadTo(standby.port);
  await administer(
    server.url,
    'select pg_terminate_backend(pid) from pg_stat_activity where backend_type = $$client backend$$ and pid <> pg_backend_pid()',
  );
  // The first call may still find the connection that was cut.
  await record(moved).catch(() => {});
  for (const attempt of [record, ready, (on: Database) => ports(on).deployments.read('d-1')]) {
    await expect(attempt(moved)).rejects.toMatchObject(readOnly);
  }
  await administer(standby.url, 'select pg_promote()');
  await record(moved);
  await ready(moved);
  await moved.close();
  await address.close();
  await standby.stop();
});

test('a backend that is killed between two calls delays the second call only briefly', async () => {
  await record();
  await administer(
    server.url,
    'select pg_terminate_backend(pid) from pg_stat_activity where backend_type = $$client backend$$ and pid <> pg_backend_pid()',
  );
  const outcomes = await Promise.allSettled([record(), record()]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'Transient' });
  }
  await record();
});

test('a frozen backend is given up in time, and no other call gets its late answer', async () => {
  const opened = openDatabase(server.url, { connectionsMax: 1 });
  const pidOf = async () => {
    const answer = (await opened.orm.execute(sql`select pg_backend_pid() as pid`)) as unknown as {
      rows: { pid: number }[];
    };
    return answer.rows[0]?.pid ?? 0;
  };
  const frozen = await pidOf();
  process.kill(frozen, 'SIGSTOP');
  try {
    await expect(record(opened)).rejects.toMatchObject(transient('the database is unreachable'));
  } finally {
    process.kill(frozen, 'SIGCONT');
  }
  expect(await pidOf()).not.toBe(frozen);
  const { deployment } = await record(opened);
  expect(deployment.id).toBe('d-1');
  expect(await opened.orm.execute(sql`select 'mine' as word`)).toMatchObject({ rows: [{ word: 'mine' }] });
  await opened.close();
});

test('when a BEGIN fails, no statement of its transaction takes effect by itself', async () => {
  const opened = openDatabase(server.url, { connectionsMax: 1 });
  const failed = opened.transaction(async (orm) => {
    await orm.execute(sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => {});
    await orm.execute(sql`update deployments set at_percent = 99`).catch(() => {});
  });
  await expect(failed).rejects.toThrow();
  expect((await ports(opened).deployments.read('d-1')).deployment.atPercent).toBe(0);
  await opened.close();
});

test('a transaction that the server rolled back is never taken for committed, also when a failure was ignored', async () => {
  const overlooked = database.transaction(async (orm) => {
    await orm.execute(sql`update deployments set at_percent = 99`);
    await orm.execute(sql`select 1 / 0`).catch(() => {});
  });
  await expect(overlooked).rejects.toThrow(/division by zero/);
  expect((await ports().deployments.read('d-1')).deployment.atPercent).toBe(0);
});

test('a write that the server refuses for lack of space says so, and the same write works later', async () => {
  await administer(
    server.url,
    `create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`,
    'create trigger full_disk before insert on timeline execute function full_disk()',
  );
  await expect(record()).rejects.toMatchObject(transient('the disk of the database is full'));
  await administer(server.url, 'drop trigger full_disk on timeline');
  await record();
});

// A container may not be allowed to mount a disk.
const onSmallDisk = mayMount() ? test : test.skip;

onSmallDisk(
  'a disk that is full is waited out, and is not ready',
  async () => {
    const disk = aSmallDisk();
    const small = openDatabase(server.url.replace('/postgres', '/small'), { connectionsMax: 1 });
    try {
      await administer(
        server.url,
        `create tablespace small location '${disk}'`,
        'create database small tablespace small',
      );
      await migrate(small);
      await ready(small);
      await portsOf(small, clock).deployments.open({ deployment: sampleDeployment('d-1'), entries: [] });
      fill(disk);
      const full = transient('the disk of the database is full');
      await expect(manyRecords(small)).rejects.toMatchObject(full);
      const unready = openDatabase(server.url.replace('/postgres', '/small'));
      await expect(ready(unready)).rejects.toMatchObject(full);
      rmSync(join(disk, 'filling'));
      await record(small);
      await ready(unready);
      await unready.close();
    } finally {
      await small.close();
      await administer(server.url, 'drop database if exists small with (force)', 'drop tablespace if exists small');
      execFileSync('umount', [disk]);
    }
  },
  60_000,
);

async function manyRecords(on: Database): Promise<void> {
  for (let times = 0; times < 2_000; times++) await record(on);
}

function mayMount(): boolean {
  const disk = mkdtempSync(join(tmpdir(), 'slipway-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    execFileSync('umount', [disk]);
    return true;
  } catch {
    return false;
  }
}

/** Makes a disk of a few megabytes in memory. */
function aSmallDisk(): string {
  const disk = mkdtempSync(join(tmpdir(), 'slipway-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
  const { uid = 0, gid = 0 } = unprivilegedOwner();
  chownSync(disk, uid, gid);
  return disk;
}

function fill(disk: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(join(disk, 'filling'), block, { flag: 'a' });
  } catch {
    // The disk is full.
  }
  try {
    for (;;) writeFileSync(join(disk, 'filling'), block.subarray(0, 512), { flag: 'a' });
  } catch {
    // The disk is full to the last byte.
  }
}
