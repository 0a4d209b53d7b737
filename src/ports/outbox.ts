/** The outbox: messages that the ledger has recorded and that Slipway still has to publish. */
import type { OutboxMessage, OutboxQuery } from '../domain/deployment/timeline.ts';

export interface Outbox {
  /**
   * Returns unpublished messages, oldest first. With a deployment in the query, only the messages of that deployment;
   * otherwise those of all deployments that come `after` a given message.
   */
  list(query: OutboxQuery): Promise<readonly OutboxMessage[]>;
  /**
   * Records the ids as published, and returns those that were not recorded before. Repeatable: of two concurrent
   * callers, only one gets each id.
   */
  recordPublished(ids: readonly string[], at: number): Promise<readonly string[]>;
}
