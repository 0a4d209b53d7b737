/**
 * The messages that still have to be published. The change that a message reports writes its row; this file only reads
 * rows and marks them as published.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import { columnsBut } from './columns.ts';
import { attempt, type Database, prepared } from './database.ts';
import { outbox } from './schema.ts';

const messageColumns = columnsBut(outbox, ['published', 'publishedAt']);

export function outboxStore({ orm }: Database): Outbox {
  return {
    list: ({ deploymentId, after = FIRST, limit }) =>
      attempt('list what is to be published', () =>
        deploymentId === undefined
          ? selectPending(orm).execute({ afterAt: after.at, afterId: after.id, limit })
          : selectPendingOf(orm).execute({ deploymentId, limit }),
      ),
    async recordPublished(ids, at) {
      if (ids.length === 0) return [];
      const ticked = await attempt('record what was published', () => tickOff(orm).execute({ ids, at }));
      return ticked.map(({ id }) => id);
    },
  };
}

/** Before every message. */
const FIRST = { at: -1, id: '' };

const selectPending = prepared((orm) =>
  orm
    .select(messageColumns)
    .from(outbox)
    .where(
      and(
        eq(outbox.published, false),
        sql`(${outbox.at}, ${outbox.id}) > (${sql.placeholder('afterAt')}::bigint, ${sql.placeholder('afterId')}::text)`,
      ),
    )
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

/** One statement, so it marks all of the messages or none. */
const tickOff = prepared((orm) =>
  orm
    .update(outbox)
    .set({ published: true, publishedAt: sql`${sql.placeholder('at')}::bigint` })
    .where(and(sql`${outbox.id} = any(${sql.placeholder('ids')}::text[])`, eq(outbox.published, false)))
    .returning({ id: outbox.id })
    .prepare('outbox_tick_off'),
);
