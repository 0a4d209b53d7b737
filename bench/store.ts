/** What Drizzle costs over bare PGlite, and what a long history costs a list. Ratios, measured by turns in one run. */
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Clock, Deployments } from '../src/ports.ts';
import type { Database, Orm } from '../src/store/database.ts';
import { selectByAlarm, selectRecorded } from '../src/store/deployment-queries.ts';
import { deploymentStore } from '../src/store/deployment-store.ts';
import { migrate } from '../src/store/migrate.ts';
import { serviceStore } from '../src/store/service-store.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from '../tests/contracts/store-samples.ts';

export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly ok: boolean;
}

const RATIO_PREPARED_MAX = 1.1;
const RATIO_LISTING_MAX = 1.5;
const FEW_ROWS = 10;
const MANY_ROWS = 200_000;
const clock: Clock = { now: () => NOON };

export async function benchStore(): Promise<Row[]> {
  const client = await PGlite.create();
  const database: Database = {
    orm: drizzle({ client }) as unknown as Orm,
    dialect: 'postgres',
    transaction: () => Promise.reject(new Error('replaced below')),
    close: () => client.close(),
  };
  const whole: Database = {
    ...database,
    transaction: (work) => drizzle({ client }).transaction((orm) => work(orm as unknown as Orm)),
  };
  await migrate(whole);
  const rows = [...(await benchPrepared(client, whole)), await benchListing(client, whole)];
  await whole.close();
  return rows;
}

async function benchPrepared(client: PGlite, database: Database): Promise<Row[]> {
  await serviceStore(database).write({ spec: sampleSpec('checkout', { alarms: ['alarm'] }), by: 'ada', at: NOON });
  const deployments = deploymentStore(database, clock);
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  const read = selectRecorded(database.orm);
  const byAlarm = selectByAlarm(database.orm);
  const raw = (query: { getQuery(): { sql: string } }, parameters: unknown[]) => {
    const text = query.getQuery().sql;
    return () => client.query(text, parameters);
  };
  return [
    await ratioRow({
      what: 'prepared read of a deployment, over the same statement in bare PGlite',
      max: RATIO_PREPARED_MAX,
      one: () => read.execute({ id: 'd-1' }),
      other: raw(read, ['d-1']),
    }),
    await ratioRow({
      what: 'prepared look-up of an alarm, over the same statement in bare PGlite',
      max: RATIO_PREPARED_MAX,
      one: () => byAlarm.execute({ alarm: 'alarm' }),
      other: raw(
        byAlarm,
        (byAlarm.getQuery() as { params: unknown[] }).params.map((value) =>
          typeof value === 'number' ? value : 'alarm',
        ),
      ),
    }),
  ];
}

async function benchListing(client: PGlite, database: Database): Promise<Row> {
  const deployments = deploymentStore(database, clock);
  await copies(client, { from: 1, to: FEW_ROWS - 1 });
  const few = await medianMs(() => page(deployments));
  await copies(client, { from: FEW_ROWS, to: MANY_ROWS - 1 });
  await client.exec('analyze');
  const many = await medianMs(() => page(deployments));
  const ratio = many / few;
  return {
    what: `a page of ${FEW_ROWS} deployments at ${MANY_ROWS} rows, over the same page at ${FEW_ROWS} rows`,
    goal: `<= ${RATIO_LISTING_MAX}x`,
    measured: `${ratio.toFixed(2)}x (${few.toFixed(2)} ms, ${many.toFixed(2)} ms)`,
    ok: ratio <= RATIO_LISTING_MAX,
  };
}

function page(deployments: Deployments): Promise<unknown> {
  return deployments.list({ service: 'checkout', limit: FEW_ROWS });
}

/** Copies of the one deployment that is there, with their own ids and times. */
async function copies(client: PGlite, { from, to }: { from: number; to: number }): Promise<void> {
  const { fields } = await client.query('select * from deployments limit 0');
  const columns = fields.map(({ name }) => name);
  const values = columns.map((name) => (name === 'id' ? `'c-' || n` : name === 'opened_at' ? 'opened_at + n' : name));
  await client.exec(
    `insert into deployments (${columns.join(', ')}) select ${values.join(', ')} from deployments, generate_series(${from}, ${to}) n where id = 'd-1'`,
  );
}

interface Comparison {
  readonly what: string;
  readonly max: number;
  readonly one: () => Promise<unknown>;
  readonly other: () => Promise<unknown>;
}

const ROUNDS = 40;
const CALLS = 50;

/** By turns, so that a slow moment of the machine falls on both. */
async function ratioRow({ what, max, one, other }: Comparison): Promise<Row> {
  await batchMs(one);
  await batchMs(other);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
    const [firstMs, secondMs] = [await batchMs(first), await batchMs(second)];
    ratios.push(round % 2 === 0 ? firstMs / secondMs : secondMs / firstMs);
  }
  const ratio = median(ratios);
  return { what, goal: `<= ${max.toFixed(2)}x`, measured: `${ratio.toFixed(2)}x`, ok: ratio <= max };
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push((await batchMs(work)) / CALLS);
  return median(times);
}

async function batchMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
