import { createServer } from 'node:net';
import { SlipwayError } from '../../src/domain/errors.ts';
import { attempt, type Database, transact } from '../../src/store/database.ts';
import { failureOf, toDrop } from '../../src/store/failures.ts';
import { inDialect } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import { NOON } from './store-samples.ts';
import { portsOf } from './store-sql.ts';

/** The error as Drizzle throws it: its own error around the driver's error. */
const thrown = (code: string, message = 'from the driver') =>
  new Error('Failed query', { cause: Object.assign(new Error(message), { code }) });

test.each([
  ['25006', 'the database is read-only'],
  ['53100', 'the disk of the database is full'],
  ['53000', 'the database is out of memory'],
  ['53200', 'the database is out of memory'],
  ['53300', 'the database takes no more connections'],
  ['53400', 'the database takes no more connections'],
  ['57P03', 'the database is starting, stopping or recovering'],
  ['55P03', 'another session holds a lock'],
  ['57014', 'the database took too long'],
  ['25P04', 'the database took too long'],
  ['58030', 'the machine of the database fails'],
  ['58000', 'the machine of the database fails'],
  ['26000', 'lost its prepared statements'],
  ['42P05', 'lost its prepared statements'],
  ['57P01', 'the database ended the session'],
  ['57P02', 'the database ended the session'],
  ['57P05', 'the database ended the session'],
  ['25P03', 'the database ended the session'],
  ['40003', 'the database ended the session'],
  ['08006', 'the database is unreachable'],
  ['08001', 'the database is unreachable'],
  ['ECONNREFUSED', 'the database is unreachable'],
  ['ECONNRESET', 'the database is unreachable'],
  ['ENOTFOUND', 'the database is unreachable'],
  ['EHOSTDOWN', 'the database is unreachable'],
])('SQLSTATE or system error %s is Transient, and says that %s', (code, fact) => {
  expect(failureOf('read deployment d-1', thrown(code))).toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(new RegExp(`^Could not read deployment d-1: .*${fact}`)),
  });
});

test.each([
  ['could not extend file "base/1": No space left on device', 'the disk of the database is full'],
  ['could not write to file: Disk quota exceeded', 'the disk of the database is full'],
  ['could not open file: Read-only file system', 'the database is read-only'],
  ['cached plan must not change result type', 'lost its prepared statements'],
])('a server whose code says little, and whose words are "%s", says that %s', (words, fact) => {
  expect(failureOf('write', thrown('XX000', words))).toMatchObject({
    name: 'Transient',
    message: expect.stringContaining(fact),
  });
});

test('a parameter that a pooler refuses is Broken, whatever its SQLSTATE', () => {
  const refused = thrown('08P01', 'unsupported startup parameter: options');
  expect(failureOf('read', refused)).toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('DATABASE_URL'),
  });
});

test.each([
  ['25006', 'all'],
  ['57P01', 'all'],
  ['ECONNRESET', 'all'],
  ['53100', 'one'],
  ['57014', 'one'],
  ['23505', 'none'],
  ['40001', 'none'],
])('after %s of the connections, %s are released', (code, dropped) => {
  expect(toDrop(thrown(code))).toBe(dropped);
});

test.each([
  ['28P01', 'Transient'],
  ['28000', 'Transient'],
  ['3D000', 'Broken'],
  ['42P01', 'Broken'],
  ['42501', 'Broken'],
  ['57P04', 'Broken'],
  ['58P01', 'Broken'],
  ['23505', 'Broken'],
  ['0A000', 'Broken'],
  ['54000', 'Broken'],
])('SQLSTATE or system error %s is %s', (code, name) => {
  const cause = thrown(code);
  expect(failureOf('read deployment d-1', cause)).toMatchObject({
    name,
    message: expect.stringContaining('Could not read deployment d-1'),
    cause,
  });
});

test.each([
  'timeout exceeded when trying to connect',
  'Connection terminated unexpectedly',
  'Query read timeout',
  'PGlite is closed',
])('a message of the driver without a code, "%s", is Transient', (message) => {
  const wrapped = new Error('Failed query', { cause: new Error(message) });
  for (const error of [new Error(message), wrapped])
    expect(failureOf('read', error)).toMatchObject({ name: 'Transient' });
});

test('an error that did not come from the database stays unchanged', () => {
  const own = new SlipwayError('Conflict', 'taken');
  const mistake = new RangeError('no');
  expect(failureOf('open', own)).toBe(own);
  expect(failureOf('open', new Error('Failed query', { cause: own }))).toBe(own);
  expect(failureOf('open', mistake)).toBe(mistake);
  expect(failureOf('open', 'a string')).toBe('a string');
});

test.each(['40001', '40P01', 'OC000', 'OC001'])('a transaction that lost with %s is run again, whole', async (code) => {
  let runs = 0;
  const database: Pick<Database, 'transaction'> = {
    transaction: async (work) => {
      const result = await work(undefined as never);
      if (++runs < 4) throw thrown(code);
      return result;
    },
  };
  const order = { what: 'try', work: async () => `run ${runs}` };
  expect(await transact(database as Database, order)).toBe('run 3');
});

test('a transaction that loses eight times is Transient, and is not run a ninth time', async () => {
  let runs = 0;
  const lost = attempt('record d-1', async () => {
    runs++;
    throw thrown('40001');
  });
  await expect(lost).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('record d-1') });
  expect(runs).toBe(8);
});

test('a database that is away is Transient at once, for reads, for transactions and for the check', async () => {
  const database = openDatabase('postgres://nobody@127.0.0.1:1/none');
  const { deployments, reachable } = portsOf(database, { now: () => NOON });
  const unreachable = { name: 'Transient', message: expect.stringContaining('database is unreachable') };
  await expect(deployments.read('d-1')).rejects.toMatchObject(unreachable);
  await expect(deployments.record('d-1', () => null)).rejects.toMatchObject(unreachable);
  await expect(reachable.check()).rejects.toMatchObject(unreachable);
  await database.close();
  await expect(reachable.check()).rejects.toMatchObject(unreachable);
});

test('a database that closes every connection is Transient, and leaks no connection', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const database = openDatabase(`postgres://nobody@127.0.0.1:${port}/none`);
  const { deployments } = portsOf(database, { now: () => NOON });
  // The loop runs more often than the pool has connections. A leaked connection would make the later calls wait for
  // ever.
  for (let times = 0; times < 4; times++) {
    await expect(deployments.record('d-1', () => null)).rejects.toMatchObject({ name: 'Transient' });
  }
  await database.close();
  await new Promise((resolve) => server.close(resolve));
});

test('an Aurora DSQL cluster is known by its address, and gets its indexes in the background', () => {
  const dsql = openDatabase('postgres://admin@abcdefghij.dsql.eu-west-1.on.aws/postgres').dialect;
  expect(dsql).toBe('dsql');
  expect(openDatabase('postgres://db.example.com/slipway').dialect).toBe('postgres');
  expect(inDialect('CREATE INDEX IF NOT EXISTS a ON b (c)', dsql)).toBe('CREATE INDEX ASYNC IF NOT EXISTS a ON b (c)');
  expect(inDialect('CREATE UNIQUE INDEX a ON b (c)', dsql)).toBe('CREATE UNIQUE INDEX ASYNC a ON b (c)');
  expect(inDialect('CREATE TABLE a (b text)', dsql)).toBe('CREATE TABLE a (b text)');
  expect(inDialect('CREATE INDEX a ON b (c)', 'postgres')).toBe('CREATE INDEX a ON b (c)');
});
