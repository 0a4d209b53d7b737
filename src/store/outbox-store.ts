/** What must still get out. The rows are written with the change they tell of; here they are only read and ticked off. */
import { and, asc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Outbox } from '../ports.ts';
import { attempt, type Database, prepared } from './database.ts';
import { outbox } from './schema.ts';

const { published: _published, publishedAt: _publishedAt, ...messageColumns } = getTableColumns(outbox);

export function outboxStore({ orm }: Database): Outbox {
  return {
    list: ({ deploymentId, limit }) =>
      attempt('list what is to be published', () =>
        deploymentId === undefined
          ? selectPending(orm).execute({ limit })
          : selectPendingOf(orm).execute({ deploymentId, limit }),
      ),
    async recordPublished(ids, at) {
      if (ids.length === 0) return [];
      const pending = and(inArray(outbox.id, [...ids]), eq(outbox.published, false));
      const ticked = await attempt('record what was published', () =>
        orm.update(outbox).set({ published: true, publishedAt: at }).where(pending).returning({ id: outbox.id }),
      );
      return ticked.map(({ id }) => id);
    },
  };
}

const selectPending = prepared((orm) =>
  orm
    .select(messageColumns)
    .from(outbox)
    .where(eq(outbox.published, false))
    .orderBy(asc(outbox.at), asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare('outbox_pending'),
);

const selectPendingOf = prepared((orm) =>
  orm
    .select(messageColumns)
    .from(outbox)
    .where(and(eq(outbox.deploymentId, sql.placeholder('deploymentId')), eq(outbox.published, false)))
    .orderBy(asc(outbox.at), asc(outbox.id))
    .limit(sql.placeholder('limit'))
    .prepare('outbox_pending_of'),
);
