import { migrate } from '../../src/store/migrate.ts';
import { pgliteDatabase } from '../../src/store/pglite.ts';
import { aDsql, type Dsql } from './a-dsql.ts';
import { storeContract } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry, settableClock } from './store-samples.ts';
import { emptied, portsOf } from './store-sql.ts';

let dsql: Dsql;
beforeAll(async () => {
  dsql = await aDsql();
  await migrate(dsql.database);
});
afterAll(() => dsql.close());

async function empty(isContended: boolean): Promise<Dsql> {
  dsql.conflictAlways(false);
  await emptied(pgliteDatabase(dsql.client));
  dsql.conflictAlways(isContended);
  return dsql;
}

storeContract({
  name: 'Aurora DSQL',
  empty: async (clock) => portsOf((await empty(false)).database, clock),
});

storeContract({
  name: 'Aurora DSQL, where every COMMIT conflicts once',
  empty: async (clock) => portsOf((await empty(true)).database, clock),
});

test('two deployments of one service that begin in the same snapshot: one is opened, and the other gets its id', async () => {
  const { deployments } = portsOf((await empty(false)).database, settableClock());
  const open = (id: string) =>
    deployments.open({ deployment: sampleDeployment(id), entries: [sampleEntry('DeploymentOpened')] });
  dsql.meanwhile(() => open('d-1'));
  expect(await open('d-2')).toMatchObject({ opened: false, inFlight: { id: 'd-1' } });
  expect((await deployments.read('d-1')).deployment.fence).toBe(1);
});

test('a signal and a change of the same deployment that begin in the same snapshot are both recorded', async () => {
  const { deployments } = portsOf((await empty(false)).database, settableClock());
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  const record = (change: object) =>
    deployments.record('d-1', ({ deployment }) => ({
      deployment: { ...deployment, ...change },
      entries: [sampleEntry('TrafficShifted')],
    }));
  dsql.meanwhile(() => record({ signal: { kind: 'rollBack', because: 'an alarm', by: 'alarm', at: NOON } }));
  await record({ atPercent: 10 });
  const { deployment } = await deployments.read('d-1');
  expect(deployment).toMatchObject({ atPercent: 10, signal: { kind: 'rollBack' } });
  expect(await deployments.timeline('d-1')).toHaveLength(3);
});

test('a service is not removed when a deployment of it begins in the same snapshot', async () => {
  const { deployments, services } = portsOf((await empty(false)).database, settableClock());
  const deployment = sampleDeployment('d-1');
  await services.write({ spec: deployment.spec, by: 'ada', at: NOON });
  dsql.meanwhile(() => deployments.open({ deployment, entries: [sampleEntry('DeploymentOpened')] }));
  const removed = services.remove({ name: deployment.service, by: 'ada', at: NOON }).catch((error: unknown) => error);
  expect(await removed).toMatchObject({ name: 'Conflict' });
});
