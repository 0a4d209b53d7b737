/**
 * Publishes events on Slipway's EventBridge bus: source `slipway`, and the message's subject as detail-type. An event
 * that is too large for the bus is sent without its detail, and says so. Otherwise it would be retried without end.
 */
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { OutboxMessage } from '../domain/deployment/timeline.ts';
import type { Publisher } from '../ports/publisher.ts';
import { batchesOf, type Sent, sendAll, utf8Bytes } from './batches.ts';
import { attempt, translate } from './errors.ts';

/**
 * The limit of a whole request and of an event. PutEvents accepts more in some places by now, but targets such as SQS
 * do not.
 */
const BYTES_MAX = 256 * 1_024;
/** The bytes that EventBridge counts for `time`. */
const TIME_BYTES = 14;

export function eventbridgeEvents(eventbridge: EventBridgeClient, busName: string): Publisher {
  return {
    publish(messages) {
      const entries = messages.map((message) => ({ id: message.id, entry: entryFor(message, busName) }));
      const limits = { countMax: 10, bytesMax: BYTES_MAX, bytesOf: ({ entry }: Addressed) => entryBytes(entry) };
      return sendAll(batchesOf(entries, limits), (batch) => send(eventbridge, batch));
    },
  };
}

interface Addressed {
  readonly id: string;
  readonly entry: PutEventsRequestEntry;
}

function entryFor(message: OutboxMessage, busName: string): PutEventsRequestEntry {
  const entry = {
    EventBusName: busName,
    Source: 'slipway',
    DetailType: message.subject,
    Time: new Date(message.at),
    Detail: message.body,
  };
  return entryBytes(entry) <= BYTES_MAX ? entry : { ...entry, Detail: withoutDetail(message) };
}

function withoutDetail({ service, deploymentId, body }: OutboxMessage): string {
  const because = `The detail has ${utf8Bytes(body)} bytes, more than a bus takes. Read GET /deployments/${deploymentId}`;
  return JSON.stringify({ schema: 1, service, deployment: { id: deploymentId }, truncated: { because } });
}

function entryBytes({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return TIME_BYTES + utf8Bytes(Source) + utf8Bytes(DetailType) + utf8Bytes(Detail);
}

/** The answer has one result for each entry, in the same order: an id or an error. */
async function send(eventbridge: EventBridgeClient, batch: readonly Addressed[]): Promise<Sent> {
  const attempted = { what: `publish ${batch.length} events`, action: 'events:PutEvents' };
  const answer = await attempt(attempted, () =>
    eventbridge.send(new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) })),
  );
  const results = answer.Entries ?? [];
  const ids = batch.filter((_, index) => results[index]?.EventId !== undefined).map(({ id }) => id);
  const failed = results.find(({ ErrorCode }) => ErrorCode !== undefined);
  return { ids, refused: failed ? translate(namedError(failed), attempted) : null };
}

function namedError({
  ErrorCode,
  ErrorMessage,
}: {
  ErrorCode?: string | undefined;
  ErrorMessage?: string | undefined;
}) {
  return Object.assign(new Error(ErrorMessage ?? 'no reason given'), { name: ErrorCode ?? 'Unknown' });
}
