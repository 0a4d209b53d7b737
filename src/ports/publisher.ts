/** Publishes events and notices from Slipway to other systems. */
import type { OutboxMessage } from '../domain/deployment/timeline.ts';

export interface Publisher {
  /**
   * Publishes each event or notice at least once. Returns the ids that were published; Slipway tries the other messages
   * again later.
   */
  publish(messages: readonly OutboxMessage[]): Promise<readonly string[]>;
}
