/** Reads by SQL what must hold in a ledger, whatever answers were lost. Each broken invariant is one sentence. */
import { sql } from 'drizzle-orm';
import { IN_FLIGHT } from '../../../src/domain/deployment/deployment.ts';
import { messagesOf, type TimelineEntry } from '../../../src/domain/deployment/timeline.ts';
import type { Database } from '../../../src/store/database.ts';

type Row = Readonly<Record<string, unknown>>;

const inFlight = `status in (${IN_FLIGHT.map((status) => `'${status}'`).join(', ')})`;

/**
 * Each query returns the rows that break its rule. A rollback that undoes one deployment and supersedes another names
 * the first.
 */
const RULES: readonly { readonly broken: string; readonly query: string }[] = [
  {
    broken: 'Two deployments are in flight on one target',
    query: `select target as about from deployments where ${inFlight} group by target having count(*) > 1`,
  },
  {
    broken: 'Two deployments of one service are in flight',
    query: `select service as about from deployments where ${inFlight} group by service having count(*) > 1`,
  },
  {
    broken: 'A deployment in flight does not hold the locks of its service and its target',
    query: `select d.id as about from deployments d where ${inFlight} and 2 <>
      (select count(*) from locks l where l.deployment_id = d.id and l.service in (d.service, d.target))`,
  },
  {
    broken: 'A lock is held by a deployment that is not in flight',
    query: `select l.service as about from locks l where l.deployment_id is not null and not exists
      (select 1 from deployments d where d.id = l.deployment_id and d.${inFlight})`,
  },
  {
    broken: 'A timeline has a gap, or another length than its deployment or run says',
    query: `select o.id as about from
      (select id, timeline_length from deployments union all select id, timeline_length from pipeline_runs) o
      left join (select deployment_id, count(*) as entries, min(sequence) as first, max(sequence) as last
        from timeline group by deployment_id) t on t.deployment_id = o.id
      where coalesce(t.entries, 0) <> o.timeline_length or coalesce(t.last, 0) <> o.timeline_length or coalesce(t.first, 1) <> 1`,
  },
  {
    broken: 'One request of one caller opened two deployments',
    query: `select request_key as about from deployments where request_key is not null
      group by by, request_key having count(*) > 1`,
  },
  {
    broken: 'A deployment replaces one that does not say so, or is replaced by one that does not say so',
    query: `select d.id as about from deployments d where
      (d.replaces is not null and not exists (select 1 from deployments o where o.id = d.replaces
        and o.replaced_by = d.id))
      or (d.replaced_by is not null and not exists (select 1 from deployments o where o.id = d.replaced_by
        and (o.replaces = d.id or d.status = 'superseded')))`,
  },
  {
    broken: 'A deployment that has ended still has a wait',
    query: `select w.deployment_id as about from waits w where not exists
      (select 1 from deployments d where d.id = w.deployment_id and d.${inFlight})`,
  },
];

export async function brokenInvariants(database: Database): Promise<readonly string[]> {
  const all = RULES.map(({ broken, query }) => `select '${broken}' as broken, about::text from (${query}) as rule`);
  const rows = await rowsOf(database, all.join(' union all '));
  return [...rows.map(({ broken, about }) => `${broken}: ${about}.`), ...(await brokenMessages(database))];
}

/** Checked after the safety nets have run: a message that is not published then never will be. */
export async function unpublished(database: Database): Promise<readonly string[]> {
  const rows = await rowsOf(database, 'select id as about from outbox where published = false');
  return rows.map(({ about }) => `Message ${about} is not out.`);
}

/** Each entry has the messages that it sends, once each, and each message has its entry. */
async function brokenMessages(database: Database): Promise<readonly string[]> {
  const entries = await rowsOf(database, 'select deployment_id, sequence, kind, at from timeline');
  const owed = new Set(entries.flatMap((entry) => idsOf(entry)));
  const stored = new Set((await rowsOf(database, 'select id from outbox')).map(({ id }) => String(id)));
  return [
    ...[...owed].filter((id) => !stored.has(id)).map((id) => `Message ${id} was not written with its entry.`),
    ...[...stored].filter((id) => !owed.has(id)).map((id) => `Message ${id} has no entry.`),
  ];
}

function idsOf({ deployment_id: deploymentId, sequence, kind, at }: Row): readonly string[] {
  const entry = { deploymentId, sequence, kind, at, by: '', because: '', data: {} } as TimelineEntry;
  const text = { service: '', event: { subject: '', body: '' }, notice: () => '' };
  return messagesOf(entry, text).map(({ id }) => id);
}

export async function rowsOf({ orm }: Database, query: string): Promise<readonly Row[]> {
  const { rows } = (await orm.execute(sql.raw(query))) as unknown as { readonly rows: readonly Row[] };
  return rows;
}
