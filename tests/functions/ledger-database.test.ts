import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { ledgerDatabase, ledgerDatabaseAsOwner } from '../../src/functions/ledger-database.ts';

const NAMES = ['DATABASE_URL', 'DATABASE_SECRET_ARN', 'AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const before = { ...process.env };
const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, before);
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/**
 * A server that plays the beginning of PostgreSQL's protocol: it has no TLS, asks for the password in clear text, and
 * accepts none.
 */
async function aServerThatAsks() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let isGreeted = false;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (!isGreeted && data.readInt32BE(4) === 80877103) {
        heard.push('asks for TLS');
        socket.write('N');
      } else if (!isGreeted) {
        isGreeted = true;
        heard.push(/user\0([^\0]+)\0/.exec(data.toString('latin1'))?.[1] ?? '');
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      } else {
        heard.push(data.toString('utf8', 5, data.length - 1));
        const fields = Buffer.from('SFATAL\0C28P01\0Mno\0\0');
        const length = Buffer.alloc(4);
        length.writeInt32BE(fields.length + 4);
        socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
      }
    });
  });
  return { heard, port: await listening(server) };
}

const connect = async (open: typeof ledgerDatabase = ledgerDatabase) => {
  const database = open();
  await database.orm.execute(sql`select 1`).catch(() => {});
  await database.close();
};

/** The secret returns each password once, and the last one from then on. */
async function secretIs(...passwords: string[]): Promise<void> {
  const server = createHttpServer((_, response) => {
    const [SecretString] = passwords.length > 1 ? passwords.splice(0, 1) : passwords;
    response.end(JSON.stringify({ SecretString }));
  });
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await listening(server)}`;
  process.env.DATABASE_SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slipway-abc';
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' });
}

test('the password of the secret goes to the server that asks, with the user of the address', async () => {
  const { heard, port } = await aServerThatAsks();
  await secretIs('from the secret');
  process.env.DATABASE_URL = `postgres://slip%20way@127.0.0.1:${port}/ledger`;
  await connect();
  await connect(ledgerDatabaseAsOwner);
  expect(new Set(heard)).toEqual(new Set(['slip way', 'from the secret']));
});

test('a password that the server refuses is read again, because it may have been rotated', async () => {
  const { heard, port } = await aServerThatAsks();
  await secretIs('before', 'after');
  process.env.DATABASE_URL = `postgres://slipway@127.0.0.1:${port}/ledger`;
  await connect();
  expect(heard).toEqual(['slipway', 'before', 'slipway', 'after']);
});

test('a password in the address is used when no secret is configured', async () => {
  const { heard, port } = await aServerThatAsks();
  process.env.DATABASE_URL = `postgres://slipway:local@127.0.0.1:${port}/ledger`;
  await connect();
  expect(heard).toEqual(['slipway', 'local']);
});

test('a server without TLS never gets the password that is meant for a server with TLS', async () => {
  const { heard, port } = await aServerThatAsks();
  await secretIs('from the secret');
  process.env.DATABASE_URL = `postgres://slipway@127.0.0.1:${port}/ledger?sslmode=verify-full`;
  await connect();
  expect(heard).toEqual(['asks for TLS']);
});

test('Aurora DSQL is known by its name, also for its owner', async () => {
  process.env.DATABASE_URL =
    'postgres://slipway@abcdefghijklmnopqrstuvwxyz.dsql.eu-west-1.on.aws/postgres?sslmode=verify-full';
  for (const open of [ledgerDatabase, ledgerDatabaseAsOwner]) {
    const database = open();
    expect(database.dialect).toBe('dsql');
    await database.close();
  }
});
