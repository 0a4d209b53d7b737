/**
 * `npm run chaos -- --seconds 180`: sixty clients, three processes and one PostgreSQL whose backends are killed. It
 * prints in figures what held.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { runChaos } from '../tests/integration/chaos/run-chaos.ts';
import { startPostgres } from '../tests/integration/local-postgres.ts';

const SECONDS_MAX = 3_600;
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '180' } } });
const seconds = Number(values.seconds);
if (!Number.isFinite(seconds) || seconds <= 0 || seconds > SECONDS_MAX)
  throw new Error(`--seconds is a number from 1 to ${SECONDS_MAX}, for example 180.`);

const local = process.env.DATABASE_URL === undefined ? await startPostgres() : null;
const url = new URL(process.env.DATABASE_URL ?? local?.url ?? '');
const schema = `chaos_${process.pid}`;
try {
  await administer(`create schema ${schema}`);
  const own = new URL(url);
  own.searchParams.set('options', `-c search_path=${schema}`);
  const { complaints, ...figures } = await runChaos({ url: own.href, seconds });
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  process.stdout.write(complaints.length === 0 ? 'Everything held.\n' : `${complaints.length} complaints.\n`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
  await administer(`drop schema ${schema} cascade`);
} finally {
  await local?.stop();
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(statement);
  await client.end();
}
