/**
 * The statements on deployments and their entries, messages, locks and tokens, for everything that reads or writes the
 * ledger.
 */
import { and, eq, getTableColumns, gt, isNull, sql } from 'drizzle-orm';
import type { LedgerWrite } from '../domain/deployment/ledger.ts';
import { targetKey } from '../domain/service/target.ts';
import type { Recorded } from '../ports/deployments.ts';
import { columnsBut, placeholders } from './columns.ts';
import { type Orm, prepared } from './database.ts';
import { deployments, locks, outbox, timeline, waits } from './schema.ts';

/** The columns that make a Deployment. */
export const deploymentColumns = columnsBut(deployments, ['onceKey', 'target']);

/** The same condition as `isWatched` in the domain; `now` is a placeholder. */
export const isWatchedNow = () =>
  and(
    eq(deployments.status, 'promoted'),
    isNull(deployments.replacedBy),
    gt(deployments.watchUntil, sql.placeholder('now')),
  );

const selectForUpdate = prepared((orm) =>
  orm
    .select(deploymentColumns)
    .from(deployments)
    .where(eq(deployments.id, sql.placeholder('id')))
    .for('update')
    .prepare('deployment_for_update'),
);

const selectToken = prepared((orm) =>
  orm
    .select({ token: waits.token })
    .from(waits)
    .where(eq(waits.deploymentId, sql.placeholder('id')))
    .prepare('wait_token'),
);

/**
 * Locks the row until the transaction ends. The token has its own statement and is not joined. After PostgreSQL has
 * waited for the row, it reads only that row again, so a joined token would be older than the wait.
 */
export async function readForUpdate(orm: Orm, id: string): Promise<Recorded | null> {
  const [[deployment], [wait]] = await Promise.all([
    selectForUpdate(orm).execute({ id }),
    selectToken(orm).execute({ id }),
  ]);
  return deployment === undefined ? null : { deployment, waitToken: wait?.token ?? null };
}

const updateDeployment = prepared((orm) =>
  orm
    .update(deployments)
    .set(placeholders(columnsBut(deployments, ['onceKey', 'id'])))
    .where(eq(deployments.id, sql.placeholder('id')))
    .prepare('deployment_update'),
);

const releaseLock = prepared((orm) =>
  orm
    .update(locks)
    .set({ deploymentId: null })
    .where(and(eq(locks.service, sql.placeholder('key')), eq(locks.deploymentId, sql.placeholder('id'))))
    .prepare('lock_release'),
);

/**
 * Starts the writes of one change; the caller awaits them together. A lock that another deployment holds by now stays
 * as it is.
 */
export function writeChange(orm: Orm, write: LedgerWrite): Promise<unknown>[] {
  const { deployment, settles } = write;
  const { id, service, spec } = deployment;
  const target = targetKey(spec.target);
  return [
    updateDeployment(orm).execute({ ...deployment, target }),
    ...writeEntries(orm, write),
    // In the order in which the locks are taken.
    ...(settles ? [service, target].map((key) => releaseLock(orm).execute({ id, key })) : []),
  ];
}

export function writeEntries(
  orm: Orm,
  { entries, messages }: Pick<LedgerWrite, 'entries' | 'messages'>,
): Promise<unknown>[] {
  // Each row has its own statement, all in one round trip: a statement for any number of rows could not be prepared.
  return [
    ...entries.map((entry) => insertEntry(orm).execute({ ...entry })),
    ...messages.map((message) => insertMessage(orm).execute({ ...message })),
  ];
}

const insertEntry = prepared((orm) =>
  orm
    .insert(timeline)
    .values(placeholders(getTableColumns(timeline)))
    .prepare('timeline_insert'),
);

const insertMessage = prepared((orm) =>
  orm
    .insert(outbox)
    .values({ ...placeholders(columnsBut(outbox, ['published', 'publishedAt'])), published: false })
    .prepare('outbox_insert'),
);

/** Stores a token in place of the current one, or deletes the current one when the token is null. */
export function writeWait(
  orm: Orm,
  { deploymentId, token }: { readonly deploymentId: string; readonly token: string | null },
): Promise<unknown> {
  return token === null ? deleteWait(orm).execute({ deploymentId }) : upsertWait(orm).execute({ deploymentId, token });
}

const deleteWait = prepared((orm) =>
  orm
    .delete(waits)
    .where(eq(waits.deploymentId, sql.placeholder('deploymentId')))
    .prepare('wait_delete'),
);

const upsertWait = prepared((orm) =>
  orm
    .insert(waits)
    .values(placeholders(getTableColumns(waits)))
    .onConflictDoUpdate({ target: waits.deploymentId, set: { token: sql`excluded.token` } })
    .prepare('wait_upsert'),
);
