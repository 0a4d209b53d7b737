/**
 * The cost of Drizzle over bare PGlite, and the cost of a long history for a list. Ratios are measured by turns in one
 * run.
 */
import { PGlite } from '@electric-sql/pglite';
import { IN_FLIGHT } from '../src/domain/deployment/deployment.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ListedDeployments } from '../src/ports/deployments.ts';
import type { Database } from '../src/store/database.ts';
import { selectByAlarm } from '../src/store/deployment-history.ts';
import { listedDeploymentStore } from '../src/store/deployment-pages.ts';
import { selectRecorded } from '../src/store/deployment-queries.ts';
import { migrate } from '../src/store/migrate.ts';
import { pgliteDatabase } from '../src/store/pglite.ts';
import { serviceStore } from '../src/store/service-store.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from '../tests/contracts/store-samples.ts';
import { median, type Row, rowsWithTries } from './row.ts';

const RATIO_PREPARED_MAX = 1.1;
const RATIO_LISTING_MAX = 1.5;
const FEW_ROWS = 10;
const MANY_ROWS = 200_000;
const STRANGERS = 1_000;
const clock: Clock = { now: () => NOON };

export async function benchStore(): Promise<Row[]> {
  const [few, many] = [await openSample(), await openSample()];
  const rows = [...(await benchPrepared(few)), ...(await benchListing({ few, many }))];
  await few.database.close();
  await many.database.close();
  return rows;
}

interface Sample {
  readonly client: PGlite;
  readonly database: Database;
  readonly deployments: ListedDeployments;
}

/** One service with one alarm and one deployment. */
async function openSample(): Promise<Sample> {
  const client = await PGlite.create();
  const database = pgliteDatabase(client);
  await migrate(database);
  await serviceStore(database).write({ spec: sampleSpec('checkout', { alarms: ['alarm'] }), by: 'ada', at: NOON });
  const deployments = listedDeploymentStore(database, clock);
  await deployments.open({ deployment: sampleDeployment('d-1'), entries: [sampleEntry('DeploymentOpened')] });
  return { client, database, deployments };
}

async function benchPrepared({ client, database }: Sample): Promise<Row[]> {
  const read = selectRecorded(database.orm);
  const byAlarm = selectByAlarm(database.orm);
  const asked = { alarm: 'alarm', named: '"alarm"', now: NOON };
  const strangers = turns(await addStrangers(client));
  const text = read.getQuery().sql;
  return [
    await ratioRow({
      what: 'a prepared read of a deployment whose documents were never parsed before, over the same in bare PGlite',
      max: RATIO_PREPARED_MAX,
      one: () => read.execute({ id: strangers() }),
      other: () => client.query(text, [strangers()]),
    }),
    await ratioRow({
      what: 'a prepared read of a deployment that was read before, over the same statement in bare PGlite',
      max: RATIO_PREPARED_MAX,
      one: () => read.execute({ id: 'd-1' }),
      other: bare(client, read.getQuery(), { id: 'd-1' }),
    }),
    await ratioRow({
      what: 'a prepared look-up of an alarm, its deployment read before, over the same statement in bare PGlite',
      max: RATIO_PREPARED_MAX,
      one: () => byAlarm.execute(asked),
      other: bare(client, byAlarm.getQuery(), asked),
    }),
  ];
}

/** Adds deployments with documents of their own, more than the store caches. Returns their ids. */
async function addStrangers(client: PGlite): Promise<readonly string[]> {
  const { rows } = await copies(client, {
    count: STRANGERS,
    service: "'stranger'",
    id: "'s-' || n",
    spec: `replace(spec, '"checkout"', '"s-' || n || '"')`,
    steps: `replace(steps, '10', n::text)`,
    artifact: `replace(artifact, 'checkout', 's-' || n)`,
  });
  return rows.map(({ id }) => id);
}

function turns(ids: readonly string[]): () => string {
  let turn = 0;
  return () => ids[turn++ % ids.length] ?? '';
}

/** The statement as a person would write it by hand, with its placeholders filled in. */
function bare(client: PGlite, { sql, params }: { sql: string; params: unknown[] }, values: Record<string, unknown>) {
  const parameters = params.map((parameter) => {
    const { name, value } = Object(parameter) as { name?: string; value?: { name?: string } };
    const placeholder = name ?? value?.name;
    return placeholder === undefined ? parameter : values[placeholder];
  });
  return () => client.query(sql, parameters);
}

async function benchListing({ few, many }: { few: Sample; many: Sample }): Promise<Row[]> {
  await copies(few.client, { count: FEW_ROWS });
  await copies(many.client, { count: MANY_ROWS });
  const page = ({ deployments }: Sample) => deployments.list({ service: 'checkout', limit: FEW_ROWS });
  // All rows but one have ended, and the one in flight is the oldest.
  for (const { client } of [few, many]) {
    await client.exec("update deployments set status = 'promoted' where id <> 'd-1'");
    await client.exec('vacuum analyze deployments');
  }
  const inFlight = ({ deployments }: Sample) => deployments.list({ statuses: IN_FLIGHT, limit: FEW_ROWS });
  return [
    await ratioRow({
      what: `a page of ${FEW_ROWS} deployments at ${MANY_ROWS} rows, over the same page at ${FEW_ROWS} rows`,
      max: RATIO_LISTING_MAX,
      one: () => page(many),
      other: () => page(few),
    }),
    await ratioRow({
      what: `the only deployment in flight, the oldest of ${MANY_ROWS} rows, over the same at ${FEW_ROWS} rows`,
      max: RATIO_LISTING_MAX,
      one: () => inFlight(many),
      other: () => inFlight(few),
    }),
  ];
}

/** Copies the existing deployment up to this number of rows, with new ids and times and the given changes. */
async function copies(
  client: PGlite,
  { count, ...given }: { count: number } & Readonly<Record<string, string | number>>,
) {
  const { fields } = await client.query('select * from deployments limit 0');
  const columns = fields.map(({ name }) => name);
  const own: Readonly<Record<string, string | number>> = { id: `'c-' || n`, opened_at: 'opened_at + n', ...given };
  const values = columns.map((name) => own[name] ?? name);
  const copied = await client.query<{ id: string }>(
    `insert into deployments (${columns.join(', ')}) select ${values.join(', ')} from deployments, generate_series(2, ${count}) n where id = 'd-1' returning id`,
  );
  await client.exec('analyze');
  return copied;
}

interface Comparison {
  readonly what: string;
  readonly max: number;
  readonly one: () => Promise<unknown>;
  readonly other: () => Promise<unknown>;
}

const ROUNDS = 60;
const CALLS = 20;

async function ratioRow(comparison: Comparison): Promise<Row> {
  const [row] = await rowsWithTries(async () => [await comparedOnce(comparison)]);
  return row as Row;
}

/** By turns, so that a slow moment of the machine affects both. */
async function comparedOnce({ what, max, one, other }: Comparison): Promise<Row> {
  await batchMs(one);
  await batchMs(other);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
    const [firstMs, secondMs] = [await batchMs(first), await batchMs(second)];
    ratios.push(round % 2 === 0 ? firstMs / secondMs : secondMs / firstMs);
  }
  const ratio = median(ratios);
  return { what, goal: `<= ${max.toFixed(2)}x`, measured: `${ratio.toFixed(2)}x`, ok: ratio <= max, value: ratio };
}

async function batchMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < CALLS; call++) await work();
  return performance.now() - started;
}
