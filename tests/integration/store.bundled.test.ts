import { type BundledStore, bundledStore } from '../contracts/bundled-store.ts';
import { storeContract } from '../contracts/store-contract.ts';
import { NOON, sampleDeployment, sampleEntry } from '../contracts/store-samples.ts';
import { emptied } from '../contracts/store-sql.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

let schema: OwnSchema;
let store: BundledStore;
let bundledDatabase: ReturnType<BundledStore['openDatabase']>;
beforeAll(async () => {
  schema = await ownSchema();
  store = await bundledStore();
  bundledDatabase = store.openDatabase(schema.url, { connectionsMax: 10 });
});
afterAll(async () => {
  await bundledDatabase.close();
  await schema.drop();
});

storeContract({
  name: 'PostgreSQL, bundled',
  empty: async (clock) => {
    await emptied(schema.open({ connectionsMax: 1 }));
    return store.portsOf(bundledDatabase, clock);
  },
});

test('when ten callers open one service at the same moment through the bundled driver, exactly one succeeds', async () => {
  await emptied(schema.open({ connectionsMax: 1 }));
  const { deployments } = store.portsOf(bundledDatabase, { now: () => NOON });
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      deployments.open({ deployment: sampleDeployment(`d-${index}`), entries: [sampleEntry('DeploymentOpened')] }),
    ),
  );
  expect(results.filter(({ opened }) => opened)).toHaveLength(1);
});
