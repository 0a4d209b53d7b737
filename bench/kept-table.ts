/**
 * What the ledger keeps: the rows of one rehearsed rollout, stored many times, with their size and that of their
 * indexes as PostgreSQL reports it.
 */
import { getTableName, sql } from 'drizzle-orm';
import type { AnyPgTable } from 'drizzle-orm/pg-core';
import type { Deployment } from '../src/domain/deployment/deployment.ts';
import { targetKey } from '../src/domain/service/target.ts';
import type { PeriodRow } from '../src/domain/verdict/period-row.ts';
import { migrate } from '../src/store/migrate.ts';
import { openPglite } from '../src/store/pglite.ts';
import { deployments, evidence, idempotency, outbox, timeline } from '../src/store/schema.ts';
import { verdictStore } from '../src/store/verdict-store.ts';
import { rollOut } from './rollouts.ts';

export const KEPT_MARKS = { begin: '<!-- kept: node bench/kept.ts --write -->', end: '<!-- end of kept -->' };

const ROLLOUTS_A_DAY = 100;
const DAYS_A_YEAR = 365;
const COPIES = 200;

export interface KeptDays {
  readonly outbox: number;
  readonly evidence: number;
}

interface Kept {
  readonly table: AnyPgTable;
  /** Null when the rows are kept for ever. */
  readonly days: number | null;
  readonly rows: number;
}

export async function keptTable(days: KeptDays): Promise<string> {
  const database = await openPglite();
  try {
    await migrate(database);
    const kept = await storeRollouts(database, days);
    const lines = [];
    let megabytes = 0;
    for (const { table, days: age, rows } of kept) {
      const name = getTableName(table);
      const answer = await database.orm.execute(sql`select pg_total_relation_size(${name}::regclass)::float8 as bytes`);
      const [{ bytes = 0 } = {}] = (answer as unknown as { rows: { bytes?: number }[] }).rows;
      const daily = (bytes / COPIES) * ROLLOUTS_A_DAY;
      const after = (daily * (age ?? DAYS_A_YEAR)) / 1e6;
      megabytes += after;
      const fields = [
        `\`${name}\``,
        age === null ? 'for good' : age === 1 ? 'a day' : `${age} days`,
        rows,
        rounded(bytes / COPIES / 1e3),
        rounded((daily * DAYS_A_YEAR) / 1e6),
        rounded(after),
      ];
      lines.push(`| ${fields.join(' | ')} |`);
    }
    return [
      '| Table | Kept | Rows, a rollout | KB, a rollout | MB a year, if nothing were forgotten | MB after a year |',
      '|---|---|---:|---:|---:|---:|',
      ...lines,
      `| **together** | | | | | **${rounded(megabytes)}** |`,
    ].join('\n');
  } finally {
    await database.close();
  }
}

/** Stores the same rollout under many ids. */
async function storeRollouts(database: Awaited<ReturnType<typeof openPglite>>, days: KeptDays): Promise<Kept[]> {
  const { installation } = await rollOut({ seed: 1, periodSeconds: 60, code: 'good' });
  const view = installation.ledger.view();
  const deployment = [...view.deployments.values()].at(-1);
  if (deployment?.status !== 'promoted') throw new Error('The rehearsed rollout was not promoted.');
  const { id } = deployment;
  const entries = view.timeline.get(id) ?? [];
  const messages = [...view.outbox.values()].filter(({ message }) => message.deploymentId === id);
  const periods = periodsOf(deployment);
  const body = JSON.stringify({ id, service: deployment.service, links: { self: `/deployments/${id}` } });
  for (let copy = 0; copy < COPIES; copy += 1) {
    const deploymentId = `${id}-${copy}`;
    const target = targetKey(deployment.spec.target);
    await database.orm.insert(deployments).values({ ...deployment, id: deploymentId, target, onceKey: null });
    await database.orm.insert(timeline).values(entries.map((entry) => ({ ...entry, deploymentId })));
    await database.orm.insert(outbox).values(
      messages.map(({ message, publishedAt }) => ({
        ...{ ...message, id: `${message.id}-${copy}`, deploymentId },
        ...{ published: true, publishedAt },
      })),
    );
    await verdictStore(database).record(deploymentId, periods);
    const key = { key: `${deploymentId}-request`, requestHash: 'f'.repeat(64), claimedAt: deployment.openedAt };
    await database.orm.insert(idempotency).values({ ...key, status: 202, body, headers: { location: body } });
  }
  return [
    { table: deployments, days: null, rows: 1 },
    { table: timeline, days: null, rows: entries.length },
    { table: outbox, days: days.outbox, rows: messages.length },
    { table: evidence, days: days.evidence, rows: periods.length },
    { table: idempotency, days: 1, rows: 1 },
  ];
}

/**
 * One row for each minute of the rollout, as a judge of errors and of latency records them. In the rehearsed rollout
 * only alarms decide.
 */
function periodsOf({ openedAt, settledAt }: Deployment): PeriodRow[] {
  const minutes = Math.ceil(((settledAt ?? openedAt) - openedAt) / 60_000);
  return Array.from({ length: minutes }, (_, minute) => ({
    startsAt: openedAt + minute * 60_000,
    canary: { requests: 300, errors: 1, durationP99Ms: 180.25, slower: [150, 30, 3] },
    stable: { requests: 2_700, errors: 9, durationP99Ms: 180.25, slower: [1_350, 270, 27] },
  }));
}

function rounded(number: number): string {
  return String(Number(number.toPrecision(2)));
}
