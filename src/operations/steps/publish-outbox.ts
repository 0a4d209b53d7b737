/**
 * Sends what the ledger still has to say. It comes after the change that it speaks of, never before; what does not get
 * out stays in the outbox, and `reconcile` sends it again. So a notice may come twice, and never not at all.
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
 * Of one deployment when one is named, else of all; of these the ones that `isMeant`, so that many who write at one moment do
 * not each send what the others wrote. Returns how many got out. A topic that refuses them all is said aloud only by
 * `reconcile`: a task that has moved the traffic must not fail for it.
 */
export async function publishOutbox(ports: PublishOutboxPorts, query: PublishQuery = {}): Promise<number> {
  try {
    const { published, failure } = await publishBatch(ports, query);
    if (failure !== null) throw failure;
    return published;
  } catch (error) {
    // A change that is recorded must not fail because its notice could not be sent: the outbox still has it.
    if (query.deploymentId !== undefined || isSlipwayError(error, 'Transient')) return 0;
    throw error;
  }
}

export interface Batch {
  readonly published: number;
  /** The last one that was looked at; null: there was none. */
  readonly last: OutboxMessage | null;
  /** Why none of them got out; null when some did, or when there were none. */
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
  // Another one may have sent the same messages at the same moment: only who ticks a message off measures it.
  const ticked = new Set(await outbox.recordPublished(published, clock.now()));
  measures.record(measureMessages(messages.filter(({ id }) => ticked.has(id))));
  return { published: published.length, last, failure: null };
}
