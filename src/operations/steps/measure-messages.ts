/**
 * Measures Slipway's own work from the events that it publishes. Notices tell a person about the same work, so they are
 * not counted again. Never throws: a message that cannot be read here was published anyway, and the others are still
 * counted.
 */
import * as z from 'zod/mini';
import { COUNTED_KINDS, type Measurement, measurementsOf } from '../../domain/deployment/measurement.ts';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';

/**
 * The event of a deployment that is counted, see `eventDetail` in src/domain/deployment/timeline.ts. Other events have
 * other kinds, or belong to pipeline runs, which have no deployment. A row from an older version has no `openedAt`.
 */
const Counted = z.object({
  deployment: z.object({ openedAt: z.optional(z.string()) }),
  entry: z.object({ kind: z.enum(COUNTED_KINDS) }),
});

export function measureMessages(messages: readonly OutboxMessage[]): Measurement[] {
  return messages.filter(({ channel }) => channel === 'event').flatMap(measureEvent);
}

function measureEvent({ body, service, at }: OutboxMessage): Measurement[] {
  const { success, data } = z.safeParse(Counted, documentOf(body));
  if (!success) return [];
  const openedAt = Date.parse(data.deployment.openedAt ?? '');
  const kind = data.entry.kind;
  return measurementsOf({ service, kind, at, openedAt: Number.isNaN(openedAt) ? null : openedAt });
}

function documentOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
