/** The messages that the ledger has recorded and that still have to be published. */
import type { OutboxMessage, OutboxQuery } from '../domain/deployment/timeline.ts';

export interface Outbox {
  /** Messages that are not published yet, oldest first; of one deployment when one is named, of all of them those `after` another. */
  list(query: OutboxQuery): Promise<readonly OutboxMessage[]>;
  /** Repeatable. Returns those of the ids that were not recorded as published before: of two callers, one gets each. */
  recordPublished(ids: readonly string[], at: number): Promise<readonly string[]>;
}
