/** The statements on deployments and what hangs on them, shared by everything that reads or writes the ledger. */
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { LedgerWrite } from '../domain/ledger.ts';
import type { Recorded } from '../ports.ts';
import { type Orm, prepared } from './database.ts';
import { deployments, locks, outbox, timeline, waits } from './schema.ts';

const { onceKey: _onceKey, ...columns } = getTableColumns(deployments);
/** Of a Deployment, and nothing else. */
export const deploymentColumns = columns;

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
 * Holds the row until the transaction ends. The token is a statement of its own and not a join: after waiting for the
 * row, PostgreSQL reads only that row anew, and a joined token would be the one from before the wait.
 */
export async function readForUpdate(orm: Orm, id: string): Promise<Recorded | null> {
  const [[deployment], [wait]] = await Promise.all([
    selectForUpdate(orm).execute({ id }),
    selectToken(orm).execute({ id }),
  ]);
  return deployment === undefined ? null : { deployment, waitToken: wait?.token ?? null };
}

const updateDeployment = prepared((orm) => {
  const { id, ...changing } = deploymentColumns;
  const placeholders = Object.fromEntries(Object.keys(changing).map((name) => [name, sql.placeholder(name)]));
  return orm
    .update(deployments)
    .set(placeholders)
    .where(eq(id, sql.placeholder('id')))
    .prepare('deployment_update');
});

const releaseLock = prepared((orm) =>
  orm
    .update(locks)
    .set({ deploymentId: null })
    .where(and(eq(locks.service, sql.placeholder('service')), eq(locks.deploymentId, sql.placeholder('id'))))
    .prepare('lock_release'),
);

/** Starts the writes of one change, to be awaited together. A lock that has moved on meanwhile is left alone. */
export function writeChange(orm: Orm, write: LedgerWrite): Promise<unknown>[] {
  const { deployment, settles } = write;
  return [
    updateDeployment(orm).execute({ ...deployment }),
    ...writeEntries(orm, write),
    ...(settles ? [releaseLock(orm).execute({ id: deployment.id, service: deployment.service })] : []),
  ];
}

export function writeEntries(
  orm: Orm,
  { entries, messages }: Pick<LedgerWrite, 'entries' | 'messages'>,
): Promise<unknown>[] {
  if (entries.length === 0) return [];
  return [
    orm
      .insert(timeline)
      .values([...entries])
      .execute(),
    orm
      .insert(outbox)
      .values(messages.map((message) => ({ ...message, published: false })))
      .execute(),
  ];
}

/** Stores a token in the place of the one that is there, or drops it. */
export function writeWait(
  orm: Orm,
  { deploymentId, token }: { readonly deploymentId: string; readonly token: string | null },
): Promise<unknown> {
  if (token === null) return orm.delete(waits).where(eq(waits.deploymentId, deploymentId)).execute();
  return orm
    .insert(waits)
    .values({ deploymentId, token })
    .onConflictDoUpdate({ target: waits.deploymentId, set: { token } })
    .execute();
}
