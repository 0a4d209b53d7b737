/** What the events that leave Slipway say of its own work. Notices say the same to a person, and are not counted again. */
import * as z from 'zod/mini';
import { type Measurement, measurementsOf } from '../domain/measurement.ts';
import { ENTRY_KINDS, type OutboxMessage } from '../domain/timeline.ts';

/** Of `eventDetail` in src/domain/timeline.ts. A row that an older version wrote has no `openedAt`. */
const EventDetail = z.object({
  service: z.string(),
  deployment: z.object({ openedAt: z.optional(z.string()) }),
  entry: z.object({ kind: z.enum(ENTRY_KINDS) }),
});

export function measureMessages(messages: readonly OutboxMessage[]): Measurement[] {
  return messages.filter(({ channel }) => channel === 'event').flatMap(measureEvent);
}

function measureEvent({ body, at }: OutboxMessage): Measurement[] {
  const { service, deployment, entry } = EventDetail.parse(JSON.parse(body));
  const openedAt = deployment.openedAt === undefined ? null : Date.parse(deployment.openedAt);
  return measurementsOf({ service, kind: entry.kind, at, openedAt });
}
