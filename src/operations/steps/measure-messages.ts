/**
 * What the events that leave Slipway say of its own work. Notices say the same to a person, and are not counted again.
 * Never throws: a message that cannot be read here got out all the same, and the counts of the others are not lost for it.
 */
import * as z from 'zod/mini';
import { COUNTED_KINDS, type Measurement, measurementsOf } from '../../domain/deployment/measurement.ts';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';

/**
 * Of the event of a deployment that is counted, see `eventDetail` in src/domain/deployment/timeline.ts. All others are of other kinds, or
 * of runs of the pipeline, which have no deployment. A row that an older version wrote has no `openedAt`.
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
