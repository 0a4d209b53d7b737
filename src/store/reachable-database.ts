/** Whether the database answers, for GET /ready. */
import { sql } from 'drizzle-orm';
import type { Reachable } from '../ports.ts';
import { attempt, type Database } from './database.ts';

export function reachableDatabase({ orm }: Database): Reachable {
  return {
    async check() {
      await attempt('reach the database', () => orm.execute(sql`select 1`));
    },
  };
}
