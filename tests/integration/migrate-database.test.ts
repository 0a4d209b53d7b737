import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getTableName, sql } from 'drizzle-orm';
import { migrations } from '../../src/store/migrate.ts';
import { tables } from '../contracts/store-sql.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

/**
 * The function as it is deployed, on an own PostgreSQL. A server of this test receives the answers for CloudFormation.
 */
let handler: (order: unknown) => Promise<unknown>;
let schema: OwnSchema;
let server: Server;
let address: string;
const answers: { path: string; Status: string; Reason: string }[] = [];
const before = { ...process.env };
const { write } = process.stdout;

beforeAll(async () => {
  schema = await ownSchema({ migrated: false });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    answers.push({ path: request.url, ...JSON.parse(body) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, { DATABASE_URL: schema.url, AWS_ENDPOINT_URL: address });
  process.stdout.write = () => true;
  ({ handler } = await import('../../src/functions/events/migrate-database.ts'));
});
beforeEach(() => {
  answers.length = 0;
});
afterAll(async () => {
  process.stdout.write = write;
  server.closeAllConnections();
  server.close();
  delete process.env.AWS_ENDPOINT_URL;
  Object.assign(process.env, before);
  await schema.drop();
});

const order = (RequestType: string, change: object = {}) => ({
  RequestType,
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:slipway-dev-migrateDatabase',
  ResponseURL: `${address}/answer?RequestType=${RequestType}`,
  StackId: 'stack-1',
  RequestId: 'request-1',
  ResourceType: 'Custom::LedgerMigrations',
  LogicalResourceId: 'LedgerMigrations',
  ResourceProperties: {
    ServiceToken: 'arn',
    Migrations: 'hash',
    RoleArns: ['arn:aws:iam::111122223333:role/slipway-dev-readDeployment'],
    ...change,
  },
});
const made = async () => {
  const { rows } = (await schema
    .open()
    .orm.execute(
      sql`select table_name from information_schema.tables where table_schema = current_schema()`,
    )) as unknown as {
    rows: { table_name: string }[];
  };
  return rows.map(({ table_name }) => table_name).sort();
};
const expected = [...tables.map(getTableName), 'migrations'].sort();

test('a migration that a crash left half done is completed', async () => {
  const { orm } = schema.open();
  for (const statement of migrations[0].statements.slice(0, 5)) await orm.execute(sql.raw(statement));
  expect(await made()).not.toEqual(expected);

  await handler(order('Create'));
  expect(answers).toMatchObject([{ path: '/answer?RequestType=Create', Status: 'SUCCESS' }]);
  expect(await made()).toEqual(expected);
});

test('a second order, and two orders at once, find the migration done', async () => {
  await Promise.all([handler(order('Update')), handler(order('Update'))]);
  expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS']);
  expect(await made()).toEqual(expected);
});

test('the removal of the stack keeps every table', async () => {
  await handler(order('Delete'));
  expect(answers).toMatchObject([{ Status: 'SUCCESS' }]);
  expect(await made()).toEqual(expected);
});

test('an order that cannot be carried out is answered with the reason', async () => {
  await handler(order('Update', { RoleArns: ["'; drop table deployments; --"] }));
  expect(answers).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringContaining('is not the ARN of an IAM role') },
  ]);
  expect(await made()).toEqual(expected);
});
