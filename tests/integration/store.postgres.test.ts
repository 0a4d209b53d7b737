import { eq, sql } from 'drizzle-orm';
import { type Database, transact } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { locks } from '../../src/store/schema.ts';
import { storeContract } from '../contracts/store-contract.ts';
import { NOON, sampleDeployment, sampleEntry } from '../contracts/store-samples.ts';
import { emptied, portsOf } from '../contracts/store-sql.ts';
import { type OwnSchema, ownSchema } from './own-schema.ts';

let schema: OwnSchema;
let database: Database;
beforeAll(async () => {
  schema = await ownSchema();
  database = schema.open();
});
afterAll(() => schema.drop());

const clock = { now: () => NOON };
const opening = (id: string) => ({ deployment: sampleDeployment(id), entries: [sampleEntry('DeploymentOpened')] });

storeContract({ name: 'PostgreSQL', empty: async (at) => portsOf(await emptied(database), at) });

test('when twenty connections open one service at the same moment, exactly one succeeds', async () => {
  await emptied(database);
  const stores = Array.from({ length: 20 }, () => portsOf(schema.open({ connectionsMax: 1 }), clock).deployments);
  for (let round = 1; round <= 5; round++) {
    const results = await Promise.all(stores.map((store, index) => store.open(opening(`d-${round}-${index}`))));
    const [winner, ...others] = results.flatMap((result) => (result.opened ? [result.deployment] : []));
    expect(others).toEqual([]);
    expect(winner?.fence).toBe(round);
    const refusals = results.filter((result) => !result.opened && result.inFlight.id === winner?.id);
    expect(refusals).toHaveLength(19);
    await stores[0]?.record(winner?.id ?? '', ({ deployment }) => ({
      deployment: { ...deployment, status: 'rolledBack' },
      entries: [],
    }));
  }
  expect((await stores[0]?.list({ limit: 100 }))?.items).toHaveLength(5);
});

test('when many callers undo one deployment or answer one event at the same moment, exactly one succeeds', async () => {
  const { deployments } = portsOf(await emptied(database), clock);
  await deployments.open(opening('d-1'));
  await deployments.record('d-1', ({ deployment }) => ({
    deployment: { ...deployment, status: 'promoted' },
    entries: [],
  }));
  const attempts = Array.from({ length: 10 }, (_, index) =>
    deployments.open({ ...opening(`u-${index}`), undoing: 'd-1', once: 'event-1' }).catch((error: unknown) => error),
  );
  const results = await Promise.all(attempts);
  expect(results.filter((result) => !(result instanceof Error))).toHaveLength(1);
  expect(results.filter((result) => result instanceof Error && result.name === 'Conflict')).toHaveLength(9);
});

test('superseding and settling at the same moment end without a deadlock, and with one holder of the lock', async () => {
  const { deployments } = portsOf(await emptied(database), clock);
  await deployments.open(opening('d-0'));
  for (let round = 1; round <= 10; round++) {
    const before = `d-${round - 1}`;
    const superseding = { deploymentId: before, because: 'newer' };
    const [opened] = await Promise.all([
      deployments.open({ ...opening(`d-${round}`), superseding }),
      deployments.record(before, ({ deployment }) =>
        deployment.status === 'superseded' ? null : { deployment: { ...deployment, status: 'promoted' }, entries: [] },
      ),
    ]);
    expect(opened.opened).toBe(true);
    const inFlight = (await deployments.listInFlight()).map(({ deployment }) => deployment.id);
    expect(inFlight).toEqual([`d-${round}`]);
  }
});

test('a signal and a token that are written at the same moment always see each other', async () => {
  const { deployments } = portsOf(await emptied(database), clock);
  for (let round = 0; round < 30; round++) {
    const id = `d-${round}`;
    await deployments.open({ ...opening(id), deployment: sampleDeployment(id, { service: id }) });
    const signal = { kind: 'abort', because: 'no', by: 'ada', at: NOON } as const;
    const [signalled, waiting] = await Promise.all([
      deployments.record(id, ({ deployment }) => ({ deployment: { ...deployment, signal }, entries: [] })),
      deployments.record(id, ({ deployment }) => ({ deployment, entries: [], wait: { token: id } })),
    ]);
    expect(signalled.waitToken === id || waiting.deployment.signal !== null).toBe(true);
  }
});

test('transactions that PostgreSQL cannot serialise are run again until each has counted once', async () => {
  const strict = schema.open({ settings: { default_transaction_isolation: 'serializable' }, connectionsMax: 5 });
  await emptied(strict);
  await strict.orm.insert(locks).values({ service: 'counter', fence: 0 });
  let runs = 0;
  const allHaveRead = Promise.withResolvers<void>();
  const work = async (orm: Database['orm']) => {
    const [row] = await orm.select().from(locks).where(eq(locks.service, 'counter'));
    runs++;
    if (runs === 5) allHaveRead.resolve();
    // No transaction writes before all have read the old state, whichever connection is opened first.
    await allHaveRead.promise;
    const fence = (row?.fence ?? 0) + 1;
    await orm.update(locks).set({ fence }).where(eq(locks.service, 'counter'));
  };
  await Promise.all(Array.from({ length: 5 }, () => transact(strict, { what: 'count', work })));
  const [row] = await strict.orm.select().from(locks);
  expect(row?.fence).toBe(5);
  expect(runs).toBeGreaterThan(5);
});

test('changes of one deployment from many connections all count under serialisable isolation', async () => {
  const strict = schema.open({ settings: { default_transaction_isolation: 'serializable' }, connectionsMax: 5 });
  const { deployments } = portsOf(await emptied(strict), clock);
  await deployments.open(opening('d-1'));
  const change = async () => {
    for (let times = 0; times < 4; times++) {
      await deployments.record('d-1', ({ deployment }) => ({
        deployment: { ...deployment, atPercent: deployment.atPercent + 1 },
        entries: [sampleEntry('TrafficShifted')],
      }));
    }
  };
  await Promise.all([change(), change(), change(), change()]);
  expect((await deployments.read('d-1')).deployment).toMatchObject({ atPercent: 16, timelineLength: 17 });
  expect((await deployments.timeline('d-1')).map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 17 }, (_, index) => index + 1),
  );
});

test('a connection that is cut in the middle of a change writes nothing, and the next call works', async () => {
  const { deployments } = portsOf(await emptied(database), clock);
  await deployments.open(opening('d-1'));
  const cut = transact(database, {
    what: 'record d-1',
    work: async (orm) => {
      await orm.update(locks).set({ fence: 99 });
      await orm.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
      await orm.update(locks).set({ fence: 100 });
    },
  });
  await expect(cut).rejects.toMatchObject({ name: 'Transient' });
  expect((await database.orm.select().from(locks))[0]?.fence).toBe(1);
  expect((await deployments.read('d-1')).deployment.id).toBe('d-1');
});

test('a statement that takes too long is Transient within seconds', async () => {
  const slow = transact(database, { what: 'wait', work: (orm) => orm.execute(sql`select pg_sleep(30)`) });
  await expect(slow).rejects.toMatchObject({ name: 'Transient' });
  expect(await portsOf(database, clock).reachable.check()).toBeUndefined();
});

test('eight processes that migrate an empty database at the same moment all succeed', async () => {
  const empty = await ownSchema({ migrated: false });
  const databases = Array.from({ length: 8 }, () => empty.open({ connectionsMax: 1 }));
  await Promise.all(databases.map(migrate));
  expect(await portsOf(empty.open(), clock).deployments.listInFlight()).toEqual([]);
  await empty.drop();
});

test.each([
  [
    'the latest of a service',
    'select * from deployments where service = $$x$$ order by opened_at desc, id desc limit 1',
    'deployments_by_service',
  ],
  [
    'the first page',
    'select * from deployments where (opened_at, id) < (1::bigint, $$x$$::text) order by opened_at desc, id desc limit 20',
    'deployments_by_age',
  ],
  ['the outbox', 'select * from outbox where published = false order by at, id limit 20', 'outbox_by_age'],
])('%s is read from an index, in its order', async (_what, statement, index) => {
  const plan = await database.transaction(async (orm) => {
    // On empty tables a sort is the cheaper plan. These settings test whether the index alone can give the order.
    for (const other of ['seqscan', 'bitmapscan', 'sort'])
      await orm.execute(sql.raw(`set local enable_${other} = off`));
    return orm.execute(sql.raw(`explain ${statement}`));
  });
  const text = JSON.stringify((plan as unknown as { rows: unknown[] }).rows);
  expect(text).toContain(index);
  expect(text).not.toContain('Sort');
});
