import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import { storeContract } from '../contracts/store-contract.ts';
import { NOON, sampleDeployment, sampleEntry } from '../contracts/store-samples.ts';
import { emptied, portsOf } from '../contracts/store-sql.ts';
import { type Pooler, startPooler } from './a-pooler.ts';
import { type LocalPostgres, startPostgres } from './local-postgres.ts';

let server: LocalPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describe.each(['transaction', 'session'] as const)('calls through PgBouncer in %s mode', (mode) => {
  let pooler: Pooler;
  let database: Database;
  beforeAll(async () => {
    pooler = await startPooler(server, { mode });
    database = openDatabase(pooler.url, { connectionsMax: 10 });
    await migrate(database);
  });
  afterAll(async () => {
    await database.close();
    await pooler.stop();
  });

  storeContract({
    name: `PostgreSQL behind PgBouncer in ${mode} mode`,
    empty: async (clock) => portsOf(await emptied(database), clock),
  });

  test('many calls at the same moment from several pools all succeed, and /ready is true', async () => {
    await emptied(database);
    const others = Array.from({ length: 4 }, () => openDatabase(pooler.url));
    const stores = others.map((one) => portsOf(one, { now: () => NOON }));
    const entries = [sampleEntry('DeploymentOpened')];
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { deployments, reachable } = stores[index % stores.length] as (typeof stores)[number];
        const id = `d-${index}`;
        await deployments.open({ deployment: sampleDeployment(id, { service: id }), entries });
        await reachable.check();
        return (await deployments.read(id)).deployment.id;
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 40 }, (_, index) => `d-${index}`));
    await Promise.all(others.map((one) => one.close()));
  });
});
