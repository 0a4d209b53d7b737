/** Whether the database answers, for GET /ready. */
import { sql } from 'drizzle-orm';
import type { Reachable } from '../ports.ts';
import { attempt, type Database, prepared } from './database.ts';
import { waits } from './schema.ts';

export function reachableDatabase({ orm }: Database): Reachable {
  return {
    async check() {
      await attempt('reach the database', () => selectOne(orm).execute({ limit: 1 }));
    },
  };
}

/** Of a table, because Drizzle selects from something; what it finds does not matter. */
const selectOne = prepared((orm) =>
  orm.select({ token: waits.token }).from(waits).limit(sql.placeholder('limit')).prepare('reachable'),
);
