/**
 * Real concurrent writers under snapshot isolation, as in Aurora DSQL: PostgreSQL's `repeatable read`, where a conflict
 * is 40001 and write skew is possible. One difference: PostgreSQL waits for a row that another transaction holds, and
 * DSQL answers at COMMIT.
 */
import { type Database, transact } from '../../src/store/database.ts';
import { storeContract } from '../contracts/store-contract.ts';
import { NOON, sampleDeployment, sampleEntry } from '../contracts/store-samples.ts';
import { emptied, portsOf } from '../contracts/store-sql.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

let schema: OwnSchema;
let database: Database;
beforeAll(async () => {
  schema = await ownSchema();
  // libpq needs the space within a value escaped.
  database = schema.open({ settings: { default_transaction_isolation: 'repeatable\\ read' } });
});
afterAll(() => schema.drop());

const clock = { now: () => NOON };
const opening = (id: string) => ({ deployment: sampleDeployment(id), entries: [sampleEntry('DeploymentOpened')] });
const failure = (error: unknown) => error;

test('the transactions of this file run under snapshot isolation', async () => {
  const { rows } = (await database.orm.execute('show transaction_isolation')) as unknown as { rows: object[] };
  expect(rows).toEqual([{ transaction_isolation: 'repeatable read' }]);
});

storeContract({
  name: 'PostgreSQL under snapshot isolation',
  empty: async (at) => portsOf(await emptied(database), at),
});

test('the failed statement is reported, and not the statements that were sent after it', async () => {
  const work = transact(database, {
    what: 'try',
    work: (orm) =>
      Promise.all([orm.execute('select * from nowhere'), orm.execute('select 1'), orm.execute('select 2')]),
  });
  await expect(work).rejects.toMatchObject({ name: 'Broken', message: expect.stringContaining('"nowhere"') });
});

test('when eight callers open one service at the same moment, exactly one succeeds', async () => {
  const { deployments } = portsOf(await emptied(database), clock);
  const results = await Promise.all(Array.from({ length: 8 }, (_, at) => deployments.open(opening(`d-${at}`))));
  expect(results.filter(({ opened }) => opened)).toHaveLength(1);
});

test('a removal of a service and its first deployment at the same moment never both succeed', async () => {
  const { deployments, services } = portsOf(await emptied(database), clock);
  for (let round = 0; round < 20; round++) {
    const service = `service-${round}`;
    const deployment = sampleDeployment(`d-${round}`, { service });
    await services.write({ spec: { ...deployment.spec, name: service }, by: 'ada', at: NOON });
    const [opened, removed] = await Promise.all([
      deployments.open({ deployment, entries: [sampleEntry('DeploymentOpened')] }),
      services.remove({ name: service, by: 'ada', at: NOON }).catch(failure),
    ]);
    // The removal may come first. A deployment that opens after it has the spec that its request carried.
    expect(opened).toMatchObject({ opened: true });
    const { items } = await deployments.list({ limit: 100 });
    const inFlight = items.some(({ id }) => id === deployment.id);
    if (removed instanceof Error) expect(removed).toMatchObject({ name: 'Conflict' });
    expect(inFlight).toBe(true);
  }
});
