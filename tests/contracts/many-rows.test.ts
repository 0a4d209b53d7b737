/** Work that deletes or repairs many rows stays below the 3,000 rows that Aurora DSQL changes in one transaction. */
import { fillTargets } from '../../src/store/fill-targets.ts';
import { migrate } from '../../src/store/migrate.ts';
import { turnStore } from '../../src/store/turn-store.ts';
import { aDsql, type Dsql } from './a-dsql.ts';
import { NOON, sampleDeployment, sampleEntry, settableClock } from './store-samples.ts';
import { portsOf } from './store-sql.ts';

const MANY = 3_500;

let dsql: Dsql;
beforeAll(async () => {
  dsql = await aDsql();
  await migrate(dsql.database);
});
afterAll(() => dsql.close());

async function count(what: string): Promise<number> {
  const { rows } = await dsql.client.query<{ count: number }>(`select count(*)::int as count from ${what}`);
  return rows[0]?.count ?? -1;
}

test('more turns than DSQL deletes in one transaction are deleted in several', async () => {
  await dsql.client.query(
    `insert into control_plane_turns ("at", claimant) select g, 'x' from generate_series(1, ${MANY}) as g`,
  );
  await turnStore(dsql.database, { clock: { now: () => NOON }, callsPerSecond: 10 }).sweep();
  expect(await count('control_plane_turns')).toBe(0);
});

test('more deployments than DSQL updates in one transaction get their targets', async () => {
  const { deployments } = portsOf(dsql.database, settableClock());
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  const { rows } = await dsql.client.query<{ names: string }>(
    `select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
     where table_name = 'deployments' and column_name not in ('id', 'target', 'once_key')`,
  );
  const names = rows[0]?.names ?? '';
  await dsql.client.query(
    `insert into deployments (id, ${names}) select 'n-' || g, ${names} from deployments, generate_series(1, ${MANY}) as g`,
  );
  await fillTargets(dsql.database);
  expect(await count('deployments where target is null')).toBe(0);
  expect(await count('deployments')).toBe(MANY + 1);
});
