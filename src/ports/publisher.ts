/** Where events and notices leave Slipway. */
import type { OutboxMessage } from '../domain/deployment/timeline.ts';

export interface Publisher {
  /** Publishes an event or a notice, at least once. Returns the ids that got out; the others are tried again later. */
  publish(messages: readonly OutboxMessage[]): Promise<readonly string[]>;
}
