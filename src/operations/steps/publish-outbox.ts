/**
 * Publishes the messages of the outbox. A message is published after the change that it reports, never before. A
 * message that fails stays in the outbox, and `reconcile` sends it again. So a notice may come twice, but always comes
 * at least once.
 */

import type { OutboxMessage } from '../../domain/deployment/timeline.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Measures } from '../../ports/measures.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Publisher } from '../../ports/publisher.ts';
import { measureMessages } from './measure-messages.ts';

const BATCH = 100;

export interface PublishOutboxPorts {
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly measures: Measures;
  readonly clock: Clock;
}

export interface PublishQuery {
  readonly deploymentId?: string;
  readonly isMeant?: (message: OutboxMessage) => boolean;
}

/**
 * Publishes the messages of one deployment, or of all when none is named. `isMeant` selects among them, so that several
 * writers at the same moment do not send each other's messages. Returns how many were published.
 *
 * When a topic refuses all messages, only `reconcile` throws. A task that has moved the traffic must not fail for that.
 */
export async function publishOutbox(ports: PublishOutboxPorts, query: PublishQuery = {}): Promise<number> {
  try {
    const { published, failure } = await publishBatch(ports, query);
    if (failure !== null) throw failure;
    return published;
  } catch (error) {
    // A recorded change must not fail because its notice could not be sent: the outbox still has the notice.
    if (query.deploymentId !== undefined || isSlipwayError(error, 'Transient')) return 0;
    throw error;
  }
}

export interface Batch {
  readonly published: number;
  /** The last message of the batch; null when there was none. */
  readonly last: OutboxMessage | null;
  /** Why no message was published; null when some were, or when there were none. */
  readonly failure: unknown;
}

export async function publishBatch(
  { outbox, publisher, measures, clock }: PublishOutboxPorts,
  { isMeant = () => true, ...query }: PublishQuery & { readonly after?: OutboxMessage | undefined },
): Promise<Batch> {
  const listed = await outbox.list({ ...query, limit: BATCH });
  const messages = listed.filter(isMeant);
  const last = listed.at(-1) ?? null;
  if (messages.length === 0) return { published: 0, last, failure: null };
  let published: readonly string[];
  try {
    published = await publisher.publish(messages);
  } catch (failure) {
    return { published: 0, last, failure };
  }
  if (published.length === 0) return { published: 0, last, failure: null };
  // Another process may have sent the same messages at the same moment. Only the process that marks a message as
  // published counts it.
  const ticked = new Set(await outbox.recordPublished(published, clock.now()));
  measures.record(measureMessages(messages.filter(({ id }) => ticked.has(id))));
  return { published: published.length, last, failure: null };
}
